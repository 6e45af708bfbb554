import * as v from 'valibot';
import { isAddress } from '../core/task/address.ts';
import { interfacesOf, portsOf, type ToldAttachment } from '../core/task/interfaces.ts';
import type { Task, TaskContainer, TaskEvent } from '../core/task/task.ts';
import { InputError } from '../errors.ts';
import { clusterArn, containerInstanceArn, taskArn, taskDefinitionArn } from './ecs-arn.ts';
import { check, found } from './problem.ts';

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
        stoppedAt: v.optional(v.unknown()),
        attachments: list({
          id: optionalText,
          type: optionalText,
          details: list({ name: optionalText, value: optionalText }),
        }),
        containers: list({
          name: v.pipe(text, v.nonEmpty('the name of a container')),
          lastStatus: optionalText,
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

// One malformed id makes the AWS call fail for all ids that are asked about together with it.
const DETAILS = new Map<string, readonly [expected: string, isRight: (value: string) => boolean]>([
  ['subnetId', ['the id of a subnet', (value) => /^subnet-[\w-]{1,64}$/.test(value)]],
  ['networkInterfaceId', ['the id of a network interface', (value) => /^eni-[\w-]{1,64}$/.test(value)]],
  ['privateIPv4Address', ['an IPv4 address', isAddress]],
]);

const checkDetails = (attachments: readonly ToldAttachment[]): void => {
  attachments.forEach(({ details }, attachment) => {
    details?.forEach(({ name, value }, index) => {
      const [expected, isRight] = (name && DETAILS.get(name)) || [];
      if (!expected || !value || isRight?.(value)) return;
      refuse(`detail.attachments[${attachment}].details[${index}].value`, expected, value);
    });
  });
};

// All ports there are, of both protocols. What names more was not written by ECS and would only fill the memory.
const MOST_PORTS = 2 * 65_535;

const containersOf = (containers: NonNullable<Told['containers']>): readonly TaskContainer[] => {
  let ports = 0;
  return containers.map((container, index) => {
    container.networkInterfaces?.forEach(({ privateIpv4Address, ipv6Address }, at) => {
      const path = `detail.containers[${index}].networkInterfaces[${at}]`;
      if (privateIpv4Address && !isAddress(privateIpv4Address)) {
        refuse(`${path}.privateIpv4Address`, 'an IPv4 address', privateIpv4Address);
      }
      if (ipv6Address && !isAddress(ipv6Address)) refuse(`${path}.ipv6Address`, 'an IPv6 address', ipv6Address);
    });
    const bound = portsOf(container.networkBindings ?? []);
    ports += bound.length;
    if (ports > MOST_PORTS) {
      refuse(`detail.containers[${index}].networkBindings`, `at most ${MOST_PORTS} ports together`, ports);
    }
    return { name: container.name, lastStatus: container.lastStatus ?? 'UNKNOWN', ports: bound };
  });
};

const taskOf = (told: Told): Task => {
  const attachments = told.attachments ?? [];
  const containers = told.containers ?? [];
  checkDetails(attachments);
  const createdAtMs = timeOf(told.createdAt);
  const stoppedAtMs = timeOf(told.stoppedAt);
  return {
    taskArn: told.taskArn,
    clusterArn: told.clusterArn,
    taskDefinitionArn: told.taskDefinitionArn,
    ...(told.group != null && { group: told.group }),
    ...(told.startedBy != null && { startedBy: told.startedBy }),
    lastStatus: told.lastStatus,
    desiredStatus: told.desiredStatus,
    ...(told.version != null && { version: told.version }),
    ...(told.containerInstanceArn != null && { containerInstanceArn: told.containerInstanceArn }),
    containers: containersOf(containers),
    interfaces: interfacesOf(attachments, containers),
    ...(told.stopCode != null && { stopCode: told.stopCode }),
    ...(told.stoppedReason != null && { stoppedReason: told.stoppedReason }),
    ...(createdAtMs !== undefined && { createdAtMs }),
    ...(stoppedAtMs !== undefined && { stoppedAtMs }),
  };
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
