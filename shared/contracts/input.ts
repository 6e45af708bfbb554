import type { Input } from '../core/message.ts';
import { InputError } from '../errors.ts';
import { BY_HAND_EXAMPLE, isByHand, parseByHand } from './by-hand.ts';
import { type Parsed, parseEnvelope } from './envelope.ts';
import { LATER_WORK, parseLaterWork } from './later-work.ts';
import { found, isRecord, memberOf } from './problem.ts';
import { parseTagChange, TAG_CHANGE } from './tag-change.ts';
import { parseTaskEvent } from './task-event.ts';

/** What an invocation of `register-targets` was given, understood message by message. */
export type ParsedInput = Parsed<Input>;

const UNDERSTOOD =
  'ECS Task State Change of aws.ecs, Tag Change on Resource of aws.tag, Scheduled Event of aws.events, or by hand ' +
  BY_HAND_EXAMPLE;

const understand = (event: unknown): Input => {
  if (!isRecord(event)) throw new InputError(`Expected an event, found ${found(event)}. Understood are ${UNDERSTOOD}.`);
  if (isByHand(event)) return parseByHand(event);
  const [source, type] = [memberOf(event, 'source'), memberOf(event, 'detail-type')];
  if (source === 'aws.ecs' && type === 'ECS Task State Change') {
    return { kind: 'task', event: parseTaskEvent(event) };
  }
  if (source === 'aws.tag' && type === TAG_CHANGE) {
    const { arn, timeMs } = parseTagChange(event, 'targetGroup');
    return { kind: 'tags', targetGroupArn: arn, timeMs };
  }
  // A rule says aws.events, a schedule of EventBridge Scheduler aws.scheduler.
  if ((source === 'aws.events' || source === 'aws.scheduler') && type === 'Scheduled Event') return { kind: 'sweep' };
  if (source === 'taskwire' && type === LATER_WORK) {
    return { kind: 'later', work: parseLaterWork(memberOf(event, 'detail')) };
  }
  throw new InputError(
    `Not understood: source ${found(source)} with detail-type ${found(type)}. Understood are ${UNDERSTOOD}.`,
  );
};

/**
 * Reads what `register-targets` was invoked with: one event, or an SQS batch of them. A message of a batch that cannot
 * be understood is dropped with its id and what is wrong, and its neighbours go on.
 * @param nowMs Epoch milliseconds: when a message was first seen that does not say so itself.
 * @throws {InputError} If a bare event, or the batch as a whole, cannot be understood: the caller is a person.
 */
export const parseInput = (event: unknown, nowMs: number): ParsedInput => parseEnvelope(event, nowMs, understand);
