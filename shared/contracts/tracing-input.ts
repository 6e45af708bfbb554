import type { TaskInput } from '../core/message.ts';
import { InputError } from '../errors.ts';
import { type Parsed, parseEnvelope } from './envelope.ts';
import { found, isRecord, memberOf } from './problem.ts';
import { parseTaskEvent } from './task-event.ts';

/** What an invocation of `verify-xray` was given, understood message by message. */
export type ParsedTracingInput = Parsed<TaskInput>;

const UNDERSTOOD = 'ECS Task State Change of aws.ecs, alone or in an SQS batch';

const understand = (event: unknown): TaskInput => {
  if (!isRecord(event)) throw new InputError(`Expected an event, found ${found(event)}. Understood is ${UNDERSTOOD}.`);
  const [source, type] = [memberOf(event, 'source'), memberOf(event, 'detail-type')];
  if (source === 'aws.ecs' && type === 'ECS Task State Change') return { kind: 'task', event: parseTaskEvent(event) };
  throw new InputError(
    `Not understood: source ${found(source)} with detail-type ${found(type)}. Understood is ${UNDERSTOOD}.`,
  );
};

/**
 * Reads what `verify-xray` was invoked with: one task event, or an SQS batch of them. A message of a batch that cannot
 * be understood is dropped with its id and what is wrong, and its neighbours go on.
 * @param nowMs Epoch milliseconds: when a message was first seen that does not say so itself.
 * @throws {InputError} If a bare event, or the batch as a whole, cannot be understood: the caller is a person.
 */
export const parseTracingInput = (event: unknown, nowMs: number): ParsedTracingInput =>
  parseEnvelope(event, nowMs, understand);
