import * as v from 'valibot';

const text = v.pipe(v.string('text'), v.maxLength(65_536, 'text of at most 65536 characters'));
const flag = v.boolean('true or false');
// JSON may hold 1e999, which reads as infinite.
const number = v.pipe(v.number('a number'), v.finite('a finite number'));
const whole = v.pipe(v.number('a whole number'), v.safeInteger('a whole number'));
const port = v.pipe(whole, v.minValue(0, 'a port'), v.maxValue(65_535, 'a port'));
const texts = v.array(text, 'a list of texts');
const object = <const T extends v.ObjectEntries>(entries: T) => v.object(entries, 'an object');
const list = <T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(item: T) => v.array(item, 'a list');
const choice = <const T extends readonly [string, ...string[]]>(...choices: T) =>
  v.picklist(choices, choices.join(', '));
const optional = v.exactOptional;

/**
 * Members by name. A name of JavaScript's own objects is nobody's id and no tag, and is left out: it would change what
 * every object has.
 */
const byName = <T extends v.BaseSchema<unknown, unknown, v.BaseIssue<unknown>>>(value: T) =>
  v.record(v.string('text'), value, 'an object');

const severity = choice('high', 'medium', 'low', 'info');
const finding = object({ rule: text, severity, resource: text, summary: text, fix: text });
const findings = list(finding);
const mode = choice('enforce', 'observe');

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
const zone = v.pipe(text, v.check(isZone, 'a time zone'));

/* Target groups. */

const workload = v.variant(
  'kind',
  [
    object({ kind: v.literal('service'), cluster: text, service: text }),
    object({ kind: v.literal('family'), cluster: text, family: text }),
    object({ kind: v.literal('beanstalk'), environment: text }),
  ],
  'a service, a family or a beanstalk environment',
);
const wiring = object({
  workloads: list(workload),
  container: optional(text),
  port: optional(port),
  mode,
  paused: optional(object({ sinceMs: optional(v.number('a number')) })),
  targets: choice('shared', 'exclusive'),
  zone: choice('auto', 'all'),
});
const targetGroup = {
  arn: text,
  name: text,
  targetType: text,
  protocol: optional(text),
  port: optional(port),
  vpcId: optional(text),
  ipAddressType: choice('ipv4', 'ipv6'),
  loadBalancerArns: optional(texts),
};
const boundGroup = object({ ...targetGroup, targetType: choice('ip', 'instance'), protocol: text, port, vpcId: text });
const target = object({
  id: text,
  port,
  zone: optional(v.literal('all', 'all')),
  state: text,
  reason: optional(text),
});
const holder = object({
  vpcId: text,
  interfaceId: text,
  attachmentId: optional(text),
  attachedAtMs: optional(number),
});
const healthCheck = object({
  port: text,
  protocol: optional(text),
  intervalSeconds: optional(number),
  healthyThreshold: optional(number),
});
const group = object({
  group: object(targetGroup),
  binding: optional(object({ group: boundGroup, wiring })),
  targets: list(target),
  holders: byName(list(holder)),
  listed: choice('nothing', 'workloads', 'clusters'),
  listedInstances: texts,
  deregistrationDelaySeconds: optional(number),
  healthCheck: optional(healthCheck),
  unhealthy: optional(list(object({ atMs: number, count: number }))),
  tagFindings: findings,
});

/* Services and their scaling. */

const expected = object({
  tracing: choice('required', 'optional', 'off'),
  wanted: choice('xray', 'adot', 'cloudwatch-agent', 'any'),
});
const count = v.pipe(whole, v.minValue(0, 'a whole number of 0 or more'));
const minute = v.pipe(count, v.maxValue(1_439, 'a minute of the day'));
const bounds = { min: count, max: count };
const window = object({
  ...bounds,
  days: list(v.pipe(count, v.maxValue(6, 'a day of the week, 0 to 6'))),
  from: minute,
  to: minute,
});
const wish = object({
  bounds: object(bounds),
  cpuPercent: optional(number),
  memoryPercent: optional(number),
  requests: optional(object({ perMinute: number, targetGroupName: optional(text) })),
  scaleInSeconds: optional(number),
  scaleOutSeconds: optional(number),
  hours: list(window),
  zone,
  reactions: v.pipe(
    list(choice('deploy', 'crash', 'spot')),
    v.transform((reactions) => new Set(reactions)),
  ),
});
const suspension = object({ scaleIn: flag, scaleOut: flag, scheduled: flag });
const metric = v.variant(
  'kind',
  [
    object({ kind: v.literal('predefined'), name: text, resourceLabel: optional(text) }),
    object({
      kind: v.literal('customized'),
      namespace: text,
      name: text,
      statistic: text,
      dimensions: byName(text),
    }),
    object({ kind: v.literal('other') }),
  ],
  'a metric',
);
const policy = object({
  resourceId: text,
  name: text,
  tracking: optional(
    object({
      name: text,
      metric,
      targetValue: number,
      scaleInSeconds: optional(number),
      scaleOutSeconds: optional(number),
      scaleInDisabled: flag,
    }),
  ),
  kind: optional(choice('step', 'predictive')),
});
const schedule = v.variant(
  'kind',
  [object({ kind: v.literal('recurring'), expression: text, zone }), object({ kind: v.literal('once'), atMs: number })],
  'a schedule',
);
const scheduledAction = object({
  resourceId: text,
  name: text,
  schedule,
  endsAtMs: optional(number),
  min: optional(count),
  max: optional(count),
});
const scaling = object({
  tagged: flag,
  wish: optional(wish),
  target: optional(object({ ...bounds, arn: text, resourceId: text, suspended: suspension })),
  policies: list(policy),
  schedules: list(scheduledAction),
  hold: optional(object({ former: suspension, reasons: list(choice('crash', 'deploy')), sinceSeconds: number })),
  groups: list(object({ arn: text, loadBalancerArns: texts, native: flag })),
});
const service = object({
  serviceArn: text,
  cluster: text,
  name: text,
  desired: count,
  running: count,
  tags: byName(text),
  controller: text,
  strategy: text,
  managedByEcs: flag,
  deployingSinceMs: optional(number),
  targetGroupArns: texts,
  onFargate: flag,
  status: text,
  pending: count,
  taskDefinitionArn: text,
  runningDefinitionArns: texts,
  deploymentStrategy: text,
  minimumHealthyPercent: optional(number),
  maximumPercent: optional(number),
  circuitBreaker: flag,
  hookStages: texts,
  assignsPublicAddress: flag,
  tracing: expected,
  scaling,
  tagFindings: findings,
});

/* Tasks and revisions. */

const task = object({
  taskArn: text,
  clusterArn: text,
  taskDefinitionArn: text,
  group: optional(text),
  startedBy: optional(text),
  lastStatus: text,
  desiredStatus: choice('RUNNING', 'STOPPED'),
  version: optional(number),
  containerInstanceArn: optional(text),
  interfaces: list(
    object({
      attachmentId: text,
      interfaceId: optional(text),
      subnetId: optional(text),
      ipv4: optional(text),
      ipv6: optional(text),
    }),
  ),
  containers: list(
    object({
      name: text,
      lastStatus: text,
      ports: list(object({ containerPort: port, hostPort: port, protocol: choice('tcp', 'udp') })),
      exitCode: optional(number),
      reason: optional(text),
      health: optional(text),
    }),
  ),
  stopCode: optional(text),
  stoppedReason: optional(text),
  createdAtMs: optional(number),
  startedAtMs: optional(number),
  stoppedAtMs: optional(number),
  standby: flag,
});
const path = list(v.union([v.string(), v.number()], 'a name or an index'));
const definedContainer = object({
  name: text,
  image: optional(text),
  essential: flag,
  cpu: optional(number),
  memory: optional(number),
  memoryReservation: optional(number),
  ports: list(object({ containerPort: optional(port), hostPort: optional(port), protocol: choice('tcp', 'udp') })),
  environment: v.pipe(
    texts,
    v.transform((names) => new Map<string, string | undefined>(names.map((name) => [name, undefined]))),
  ),
  secrets: texts,
  command: texts,
  entryPoint: texts,
  links: texts,
  dependsOn: list(object({ container: text, condition: text })),
  healthCheck: optional(object({ command: texts })),
  logDriver: optional(text),
  logOptions: optional(byName(text)),
  routesLogs: optional(flag),
  stopTimeoutSeconds: optional(number),
  path,
});
const role = v.union([v.string(), v.boolean()], 'a role');
/** A revision as an audit saw it, without secrets. */
export const seenRevision = object({
  taskDefinitionArn: text,
  definition: object({
    taskDefinitionArn: text,
    networkMode: choice('awsvpc', 'bridge', 'host', 'none', 'default'),
    containers: list(
      object({ name: text, ports: list(object({ from: port, to: port, protocol: choice('tcp', 'udp') })) }),
    ),
  }),
  task: object({
    name: text,
    source: choice('task-definition', 'dockerrun', 'compose', 'template'),
    networkMode: choice('awsvpc', 'bridge', 'host', 'none'),
    fargate: flag,
    cpu: optional(number),
    memory: optional(number),
    taskRole: optional(role),
    executionRole: optional(role),
    containers: list(definedContainer),
    computed: v.pipe(
      texts,
      v.transform((paths) => new Set(paths)),
    ),
    path,
  }),
  tracing: list(object({ expected, findings })),
  allowedActions: optional(texts),
  judged: optional(object({ by: text, for: text, atMs: number })),
});

/* The rest. */

const subnet = object({ subnetId: text, vpcId: text, cidrs: texts, ownerId: optional(text) });
const environment = object({
  name: text,
  id: text,
  status: text,
  platform: text,
  platformArn: optional(text),
  xrayEnabled: optional(flag),
  clusterArns: texts,
});

/** The members of a saved snapshot; a test holds them to be those of `Snapshot`, neither more nor fewer. */
export const snapshotMembers = {
  takenAtMs: v.pipe(number, v.minValue(0, 'epoch milliseconds'), v.maxValue(8.64e15, 'epoch milliseconds')),
  region: optional(text),
  account: optional(text),
  tagPrefix: text,
  holdMinutes: optional(number),
  collectorImages: optional(
    list(object({ kind: choice('xray', 'adot', 'opentelemetry', 'cloudwatch-agent'), pattern: text })),
  ),
  clusters: texts,
  allClusters: optional(flag),
  services: list(service),
  tasks: list(task),
  revisions: list(seenRevision),
  groups: list(group),
  environments: list(environment),
  subnets: byName(subnet),
  subnetsOfVpc: byName(list(subnet)),
  instances: byName(text),
  environmentOfInstance: byName(text),
  unseen: list(object({ resource: text, what: text, why: text })),
  calls: byName(number),
};
