import * as v from 'valibot';
import type { ScalingInput } from '../core/scaling/message.ts';
import { InputError } from '../errors.ts';
import { BY_HAND_EXAMPLE, isByHand, parseByHand } from './by-hand.ts';
import { serviceArn } from './ecs-arn.ts';
import { type Parsed, parseEnvelope } from './envelope.ts';
import { timeMsOf } from './event-time.ts';
import { check, found, isRecord, memberOf } from './problem.ts';
import { parseTagChange, TAG_CHANGE } from './tag-change.ts';
import { parseTaskEvent } from './task-event.ts';

/** What an invocation of `adjust-scaling` was given, understood message by message. */
export type ParsedScalingInput = Parsed<ScalingInput>;

const SERVICE_ACTION = 'ECS Service Action';
const DEPLOYMENT = 'ECS Deployment State Change';
const TASK = 'ECS Task State Change';

const eventName = v.pipe(v.string('the name of an event'), v.regex(/^[\w-]{1,128}$/, 'the name of an event'));

// The service stands only in `resources`: a deployment's detail names neither it nor its cluster.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
const schema = v.object(
  {
    time: v.string('text'),
    resources: v.tuple([serviceArn], 'a list that begins with an ECS service ARN'),
    detail: v.object({ eventName }, 'an object'),
  },
  'an object',
);

const parseServiceEvent = (event: unknown, what: string): ScalingInput => {
  const { time, resources, detail } = check(schema, event, what);
  return { kind: 'service', serviceArn: resources[0], eventName: detail.eventName, timeMs: timeMsOf(time, what) };
};

const SERVICE_GROUP = /^service:([\w-]{1,255})$/;

/** Only Spot's notices matter: every other stop, and a task that no service started, leaves scaling as it is. */
const parseSpot = (event: unknown): ScalingInput | undefined => {
  // All that is not a Spot stop goes unread: a busy fleet sends thousands.
  if (memberOf(memberOf(event, 'detail'), 'stopCode') !== 'SpotInterruption') return undefined;
  const { task, timeMs } = parseTaskEvent(event);
  const [, service] = SERVICE_GROUP.exec(task.group ?? '') ?? [];
  // RunTask could borrow the group's name.
  if (service === undefined || !task.startedBy?.startsWith('ecs-svc/')) return undefined;
  return { kind: 'spot', clusterArn: task.clusterArn, service, timeMs };
};

/** Taskwire's own memory of a Spot wave: answering to its own writing, it would write again, without end. */
const isOwnMemory = (event: unknown): boolean => {
  const keys = memberOf(memberOf(event, 'detail'), 'changed-tag-keys');
  return (
    Array.isArray(keys) && keys.length > 0 && keys.every((key) => typeof key === 'string' && key.endsWith(':spot'))
  );
};

const UNDERSTOOD =
  `${SERVICE_ACTION}, ${DEPLOYMENT} and ${TASK} of aws.ecs, ${TAG_CHANGE} of aws.tag, Scheduled Event of aws.events, ` +
  `or by hand ${BY_HAND_EXAMPLE}`;

const understand = (event: unknown): ScalingInput | undefined => {
  if (!isRecord(event)) throw new InputError(`Expected an event, found ${found(event)}. Understood are ${UNDERSTOOD}.`);
  if (isByHand(event)) return parseByHand(event);
  const [source, type] = [memberOf(event, 'source'), memberOf(event, 'detail-type')];
  if (source === 'aws.ecs' && (type === SERVICE_ACTION || type === DEPLOYMENT)) return parseServiceEvent(event, type);
  if (source === 'aws.ecs' && type === TASK) return parseSpot(event);
  if (source === 'aws.tag' && type === TAG_CHANGE) {
    const { arn, timeMs } = parseTagChange(event, 'service');
    if (isOwnMemory(event)) return undefined;
    return { kind: 'tags', serviceArn: arn, timeMs };
  }
  // A rule says aws.events, a schedule of EventBridge Scheduler aws.scheduler.
  if ((source === 'aws.events' || source === 'aws.scheduler') && type === 'Scheduled Event') return { kind: 'sweep' };
  throw new InputError(
    `Not understood: source ${found(source)} with detail-type ${found(type)}. Understood are ${UNDERSTOOD}.`,
  );
};

/**
 * Reads what `adjust-scaling` was invoked with: one event, or an SQS batch of them. A message of a batch that cannot be
 * understood is dropped with its id and what is wrong, and its neighbours go on; a task's stop that Spot did not cause is
 * understood and leaves no message.
 * @param nowMs Epoch milliseconds: when a message was first seen that does not say so itself.
 * @throws {InputError} If a bare event, or the batch as a whole, cannot be understood: the caller is a person.
 */
export const parseScalingInput = (event: unknown, nowMs: number): ParsedScalingInput =>
  parseEnvelope(event, nowMs, understand);
