import * as v from 'valibot';
import { isAddress } from '../core/task/address.ts';
import { interfacesOf, portsOf, type ToldAttachment } from '../core/task/interfaces.ts';
import type { Task, TaskContainer, TaskEvent } from '../core/task/task.ts';
import { InputError } from '../errors.ts';
import { clusterArn, containerInstanceArn, taskArn, taskDefinitionArn } from './ecs-arn.ts';
import { check, found, isRecord } from './problem.ts';

const WHAT = 'ECS Task State Change';

const text = v.string('text');
const optionalText = v.nullish(text);
const optionalPort = v.nullish(
  v.pipe(v.number('a port'), v.integer('a port'), v.minValue(0, 'a port'), v.maxValue(65_535, 'a port')),
);
const list = <TEntries extends v.ObjectEntries>(entries: TEntries) =>
  v.nullish(v.array(v.object(entries, 'an object'), 'a list'));

// Only what is needed is looked at: unknown members cost time and tell nothing, and AWS adds new ones.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
const schema = v.object(
  {
    source: v.literal('aws.ecs', '"aws.ecs"'),
    'detail-type': v.literal(WHAT, `"${WHAT}"`),
    time: text,
    detail: v.object(
      {
        taskArn,
        clusterArn,
        taskDefinitionArn,
        group: optionalText,
        startedBy: optionalText,
        lastStatus: text,
        desiredStatus: v.picklist(['RUNNING', 'STOPPED'], 'RUNNING or STOPPED'),
        version: v.nullish(
          v.pipe(v.number('a whole number'), v.safeInteger('a whole number'), v.minValue(0, 'a whole number')),
        ),
        containerInstanceArn: v.nullish(containerInstanceArn),
        stopCode: optionalText,
        stoppedReason: optionalText,
        // Nice to know; an event is not lost over them.
        createdAt: v.optional(v.unknown()),
        startedAt: v.optional(v.unknown()),
        stoppedAt: v.optional(v.unknown()),
        attachments: list({
          id: optionalText,
          type: optionalText,
          // Most of an event's members are here, and most of them are of no use: detailsOf looks at the few that are.
          details: v.nullish(v.array(v.unknown(), 'a list')),
        }),
        containers: list({
          name: v.pipe(text, v.nonEmpty('the name of a container')),
          lastStatus: optionalText,
          // Nice to know, as above.
          exitCode: v.optional(v.unknown()),
          reason: v.optional(v.unknown()),
          networkInterfaces: list({
            attachmentId: optionalText,
            privateIpv4Address: optionalText,
            ipv6Address: optionalText,
          }),
          networkBindings: list({
            containerPort: optionalPort,
            hostPort: optionalPort,
            protocol: optionalText,
            containerPortRange: optionalText,
            hostPortRange: optionalText,
          }),
        }),
      },
      'an object',
    ),
  },
  'an object',
);

type Told = v.InferOutput<typeof schema>['detail'];

const timeOf = (value: unknown): number | undefined => {
  const timeMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(timeMs) ? undefined : timeMs;
};

const refuse = (path: string, expected: string, value: unknown): never => {
  throw new InputError(`${WHAT}: ${path} must be ${expected}, found ${found(value)}.`);
};

// A pattern, since every event holds the same address several times and this is asked about each.
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|\\d{1,2})';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);
const isIpv4 = (value: string): boolean => IPV4.test(value);
const isIpv6 = (value: string): boolean => value.includes(':') && isAddress(value);

// One malformed id makes the AWS call fail for all ids that are asked about together with it.
const DETAILS = new Map<unknown, readonly [expected: string, isRight: (value: string) => boolean]>([
  ['subnetId', ['the id of a subnet', (value) => /^subnet-[\w-]{1,64}$/.test(value)]],
  ['networkInterfaceId', ['the id of a network interface', (value) => /^eni-[\w-]{1,64}$/.test(value)]],
  ['privateIPv4Address', ['an IPv4 address', isIpv4]],
]);

const detailsOf = (details: readonly unknown[], path: string): NonNullable<ToldAttachment['details']> =>
  details.flatMap((detail, index) => {
    if (!isRecord(detail)) return refuse(`${path}[${index}]`, 'an object', detail);
    const { name, value } = detail;
    const [expected = '', isRight] = DETAILS.get(name) ?? [];
    // Absent while the interface is being made.
    if (isRight === undefined || value === undefined || value === null || value === '') return [];
    if (typeof value !== 'string' || !isRight(value)) return refuse(`${path}[${index}].value`, expected, value);
    return [{ name: String(name), value }];
  });

// All ports there are, of both protocols. What names more was not written by ECS and would only fill the memory.
const MOST_PORTS = 2 * 65_535;

const containersOf = (containers: NonNullable<Told['containers']>): readonly TaskContainer[] => {
  let ports = 0;
  return containers.map((container, index) => {
    container.networkInterfaces?.forEach(({ privateIpv4Address, ipv6Address }, at) => {
      const path = `detail.containers[${index}].networkInterfaces[${at}]`;
      if (privateIpv4Address && !isIpv4(privateIpv4Address)) {
        refuse(`${path}.privateIpv4Address`, 'an IPv4 address', privateIpv4Address);
      }
      if (ipv6Address && !isIpv6(ipv6Address)) refuse(`${path}.ipv6Address`, 'an IPv6 address', ipv6Address);
    });
    const bound = portsOf(container.networkBindings ?? []);
    ports += bound.length;
    if (ports > MOST_PORTS) {
      refuse(`detail.containers[${index}].networkBindings`, `at most ${MOST_PORTS} ports together`, ports);
    }
    const { exitCode, reason } = container;
    const told: { -readonly [Member in keyof TaskContainer]: TaskContainer[Member] } = {
      name: container.name,
      lastStatus: container.lastStatus ?? 'UNKNOWN',
      ports: bound,
    };
    if (Number.isSafeInteger(exitCode)) told.exitCode = Number(exitCode);
    if (typeof reason === 'string' && reason !== '') told.reason = reason;
    return told;
  });
};

const taskOf = (told: Told): Task => {
  const attachments = (told.attachments ?? []).map(({ id, type, details }, index) => ({
    id,
    type,
    details: detailsOf(details ?? [], `detail.attachments[${index}].details`),
  }));
  const containers = told.containers ?? [];
  // Assigned one by one: spreading each optional member costs more than all the checks above.
  const task: { -readonly [Member in keyof Task]: Task[Member] } = {
    taskArn: told.taskArn,
    clusterArn: told.clusterArn,
    taskDefinitionArn: told.taskDefinitionArn,
    lastStatus: told.lastStatus,
    desiredStatus: told.desiredStatus,
    containers: containersOf(containers),
    interfaces: interfacesOf(attachments, containers),
  };
  if (told.group != null) task.group = told.group;
  if (told.startedBy != null) task.startedBy = told.startedBy;
  if (told.version != null) task.version = told.version;
  if (told.containerInstanceArn != null) task.containerInstanceArn = told.containerInstanceArn;
  if (told.stopCode != null) task.stopCode = told.stopCode;
  if (told.stoppedReason != null) task.stoppedReason = told.stoppedReason;
  const createdAtMs = timeOf(told.createdAt);
  const startedAtMs = timeOf(told.startedAt);
  const stoppedAtMs = timeOf(told.stoppedAt);
  if (createdAtMs !== undefined) task.createdAtMs = createdAtMs;
  if (startedAtMs !== undefined) task.startedAtMs = startedAtMs;
  if (stoppedAtMs !== undefined) task.stoppedAtMs = stoppedAtMs;
  return task;
};

/**
 * Reads an ECS Task State Change event. Unknown members are passed over, absent optional ones stay absent; addresses
 * of the attachments and of the containers are merged, twin port bindings are one.
 * @throws {InputError} If it is none, or a member it needs is missing or wrong: names the path, quotes what is there.
 */
export const parseTaskEvent = (event: unknown): TaskEvent => {
  const { detail, time } = check(schema, event, WHAT);
  return { task: taskOf(detail), timeMs: timeOf(time) ?? refuse('time', 'a point in time (ISO 8601)', time) };
};

/** An event with what is known of its task, in ECS's own form; `parseTaskEvent` reads the same back. */
export const renderTaskEvent = ({ task, timeMs }: TaskEvent): object => {
  const { interfaces, containers, createdAtMs, startedAtMs, stoppedAtMs, tags: _, ...told } = task;
  const timeAt = (name: string, ms: number | undefined) => ms !== undefined && { [name]: new Date(ms).toISOString() };
  const detail = (name: string, value: string | undefined) => (value === undefined ? [] : [{ name, value }]);
  return {
    source: 'aws.ecs',
    'detail-type': WHAT,
    time: new Date(timeMs).toISOString(),
    detail: {
      ...told,
      ...timeAt('createdAt', createdAtMs),
      ...timeAt('startedAt', startedAtMs),
      ...timeAt('stoppedAt', stoppedAtMs),
      attachments: interfaces.map(({ attachmentId, interfaceId, subnetId, ipv4 }) => ({
        id: attachmentId,
        type: 'eni',
        details: [
          ...detail('subnetId', subnetId),
          ...detail('networkInterfaceId', interfaceId),
          ...detail('privateIPv4Address', ipv4),
        ],
      })),
      containers: containers.map(({ ports, health: _health, ...container }, index) => ({
        ...container,
        networkBindings: ports,
        // Only here an event tells IPv6 addresses; which container names them does not matter.
        networkInterfaces:
          index > 0
            ? []
            : interfaces.flatMap(({ attachmentId, ipv6 }) =>
                ipv6 === undefined ? [] : [{ attachmentId, ipv6Address: ipv6 }],
              ),
      })),
    },
  };
};
