import { evaluate } from '../../shared/core/audit/evaluate.ts';
import { type IndexedSnapshot, indexSnapshot } from '../../shared/core/audit/index-snapshot.ts';
import type { Rule } from '../../shared/core/audit/rule.ts';
import type {
  SeenEnvironment,
  SeenGroup,
  SeenRevision,
  SeenService,
  SeenTask,
  Snapshot,
} from '../../shared/core/audit/snapshot.ts';
import type { AuditedRevision, AuditedService } from '../../shared/core/audit/subject.ts';
import type { BoundGroup, Wiring } from '../../shared/core/targets/binding.ts';
import type { TaskDefinition } from '../../shared/core/task/task.ts';
import { aScaledService } from './scaling.ts';
import { aFacts, LIMITS, NOW_MS } from './sight.ts';
import { arnOf, aTask, type TaskSays as LiveTaskSays } from './tasks.ts';
import { aWrittenTask, definedTaskOf, type TaskSays as RevisionSays, type WrittenContainer } from './traced.ts';
import { aBinding } from './wiring.ts';

/** An account with one cluster, `production`, and nothing in it; subnets and instances are those of `aFacts`. */
export const aSnapshot = (says: Partial<Snapshot> = {}): Snapshot => {
  const { subnets, subnetsOfVpc, instances, environments } = aFacts();
  return {
    takenAtMs: NOW_MS,
    region: 'eu-central-1',
    account: '111122223333',
    tagPrefix: 'taskwire',
    clusters: [arnOf.cluster('production')],
    services: [],
    tasks: [],
    revisions: [],
    groups: [],
    environments: [],
    subnets: Object.fromEntries(subnets),
    subnetsOfVpc: Object.fromEntries(subnetsOfVpc),
    instances: Object.fromEntries(instances),
    environmentOfInstance: Object.fromEntries(environments),
    unseen: [],
    calls: {},
    ...says,
  };
};

/** What a test says of a service; all else is the Fargate service `production/web` with nothing to say against it. */
export type SeenServiceSays = Partial<Omit<SeenService, 'scaling'>> & {
  readonly scaling?: Partial<SeenService['scaling']> | undefined;
};

/** A service as a snapshot holds it: four tasks of `web:1`, rolling deployments, no scaling, no tracing asked. */
export const aSeenService = ({ scaling, ...says }: SeenServiceSays = {}): SeenService => ({
  ...aScaledService({
    ...(says.name !== undefined && {
      serviceArn: aScaledService().serviceArn.replace('production/web', `${says.cluster ?? 'production'}/${says.name}`),
    }),
  }),
  status: 'ACTIVE',
  pending: 0,
  taskDefinitionArn: arnOf.definition('web:1'),
  runningDefinitionArns: [arnOf.definition('web:1')],
  deploymentStrategy: 'ROLLING',
  minimumHealthyPercent: 100,
  maximumPercent: 200,
  circuitBreaker: false,
  hookStages: [],
  assignsPublicAddress: false,
  tracing: { tracing: 'off', wanted: 'any' },
  tagFindings: [],
  ...says,
  scaling: { tagged: false, policies: [], schedules: [], groups: [], ...scaling },
});

const portsOf = ({ portMappings = [] }: WrittenContainer): TaskDefinition['containers'][number]['ports'] =>
  portMappings.flatMap(({ containerPort, protocol = 'tcp' }) =>
    containerPort === undefined ? [] : [{ from: containerPort, to: containerPort, protocol }],
  );

/** What a test says of a revision: as for the tracing rules, or nothing: one container, `app`, on port 80. */
export type SeenRevisionSays = Partial<RevisionSays> & Pick<Partial<SeenRevision>, 'tracing' | 'allowedActions'>;

/** A revision as a snapshot holds it, `web:1` for instance, on Fargate unless `on` says otherwise. */
export const aSeenRevision = (
  revision = 'web:1',
  { tracing = [], allowedActions, ...says }: SeenRevisionSays = {},
): SeenRevision => {
  const [family = 'web'] = revision.split(':');
  const written = aWrittenTask({
    has: { app: { portMappings: [{ containerPort: 80 }] } },
    ...says,
    with: { family, ...says.with },
  });
  const taskDefinitionArn = arnOf.definition(revision);
  return {
    taskDefinitionArn,
    definition: {
      taskDefinitionArn,
      networkMode: written.networkMode ?? 'bridge',
      containers: written.containerDefinitions.map((each) => ({ name: each.name, ports: portsOf(each) })),
    },
    task: { ...definedTaskOf(written), name: revision },
    tracing,
    ...(allowedActions !== undefined && { allowedActions }),
  };
};

/** A task as a snapshot holds it: without tags. */
export const aSeenTask = (id: string, { standby = false, ...says }: LiveTaskSays & { standby?: boolean } = {}) =>
  ({ ...aTask(id, says), standby }) satisfies SeenTask;

/** What a test says of a group; all else is the empty group `web`, bound to `production/web`. */
export type SeenGroupSays = Partial<Omit<SeenGroup, 'group' | 'binding'>> & {
  readonly group?: Partial<BoundGroup>;
  /** Null where it is tagged and not bound. */
  readonly wiring?: Partial<Wiring> | null;
};

/** A tagged target group as a snapshot holds it. */
export const aSeenGroup = ({ group: of = {}, wiring = {}, ...says }: SeenGroupSays = {}): SeenGroup => {
  const binding = aBinding(wiring ?? {}, { loadBalancerArns: [LOAD_BALANCER], ...of });
  return {
    group: binding.group,
    ...(wiring !== null && { binding }),
    targets: [],
    holders: {},
    listed: 'clusters',
    listedInstances: [],
    tagFindings: [],
    ...says,
  };
};

/** The Application Load Balancer that the groups of these tests are attached to. */
export const LOAD_BALANCER =
  'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/public/50dc6c495c0c9188';

/** The environment `shop` on the ECS platform, in the cluster `awseb-shop-1234`. */
export const aSeenEnvironment = (says: Partial<SeenEnvironment> = {}): SeenEnvironment => ({
  name: 'shop',
  id: 'e-abcdefghij',
  status: 'Ready',
  platform: '64bit Amazon Linux 2023 v4.1.2 running ECS',
  clusterArns: [arnOf.cluster('awseb-shop-1234')],
  ...says,
});

/** What a test says of an audited service: of the service itself, and of its surroundings. */
export type AuditedServiceSays = SeenServiceSays & {
  readonly revision?: SeenRevisionSays;
} & Pick<Partial<AuditedService>, 'groups' | 'unseen' | 'takenAtMs' | 'tagPrefix' | 'holdMinutes' | 'earlier'>;

/** What the rules about services judge. */
export const anAuditedService = ({
  revision = {},
  groups = [],
  unseen = [],
  takenAtMs = NOW_MS,
  tagPrefix = 'taskwire',
  holdMinutes,
  earlier = [],
  ...service
}: AuditedServiceSays = {}): AuditedService => ({
  service: aSeenService(service),
  revision: aSeenRevision('web:1', revision),
  groups,
  unseen,
  takenAtMs,
  tagPrefix,
  ...(holdMinutes !== undefined && { holdMinutes }),
  earlier,
});

/** What the rules about revisions judge. */
export const anAuditedRevision = ({
  runsOn,
  collectorImages = [],
  ...says
}: SeenRevisionSays & Partial<Pick<AuditedRevision, 'runsOn' | 'collectorImages'>> = {}): AuditedRevision => {
  const revision = aSeenRevision('web:1', says);
  const { fargate } = revision.task;
  return { revision, runsOn: runsOn ?? { fargate, instances: !fargate }, collectorImages };
};

/** A snapshot as its rules see it, with the revision `web:1` unless the test says others. */
export const anIndexedSnapshot = ({ revisions = [aSeenRevision()], ...says }: Partial<Snapshot>): IndexedSnapshot =>
  indexSnapshot(aSnapshot({ revisions, ...says }), [], LIMITS);

/** What one rule says of a subject; `found` only where it fails. */
export interface RuleSays {
  readonly is: 'pass' | 'not-applicable' | 'fail';
  readonly found: readonly string[];
}

/** Asks one rule of a registry. @throws {Error} If there is no such rule. */
export const askRule = <Subject>(rules: readonly Rule<Subject>[], ruleId: string, subject: Subject): RuleSays => {
  const rule = rules.find(({ id }) => id === ruleId);
  if (rule === undefined) throw new Error(`no rule ${ruleId}`);
  const found = evaluate(subject, [rule], 'a resource').map(({ summary }) => summary);
  if (found.length > 0) return { is: 'fail', found };
  const passes = [rule.check(subject)].flat().some(({ status }) => status === 'pass');
  return { is: passes ? 'pass' : 'not-applicable', found };
};
