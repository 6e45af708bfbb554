import type { Message, Postmark } from '../core/message.ts';
import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { found, memberOf } from './problem.ts';

/** What an invocation was given, understood message by message. */
export interface Parsed<I> {
  readonly messages: readonly Message<I>[];
  /** Messages that can never be handled, each with its id and what is wrong with it; printable. */
  readonly dropped: readonly { readonly id: string; readonly problem: string }[];
  /** Whether it came as an SQS batch, whose answer names the messages that failed. */
  readonly wrapped: boolean;
}

/**
 * Reads one event. `undefined`: it is understood, and there is nothing to do about it.
 * @throws {InputError} If it cannot be understood.
 */
export type Understand<I> = (event: unknown) => I | undefined;

// What SQS takes at most, so that every message that is understood can also be sent again.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const MOST_CHARACTERS = 1_048_576;
/** A batch of a standard queue is never larger. */
const MOST_RECORDS = 10_000;

const tooLong = (length: number): InputError =>
  new InputError(`Too long: ${length} characters, a message has at most ${MOST_CHARACTERS}.`);

const readBody = (body: unknown): { readonly event: unknown; readonly body: string } => {
  if (typeof body !== 'string') throw new InputError(`body must be text, found ${found(body)}.`);
  if (body.length > MOST_CHARACTERS) throw tooLong(body.length);
  try {
    return { event: JSON.parse(body), body };
  } catch (cause) {
    throw new InputError(`body is not JSON: ${quote(body)}.`, { cause });
  }
};

const wholeNumber = (text: unknown, most: number): number | undefined => {
  const number = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : undefined;
};

const postmarkOf = (record: unknown, nowMs: number): Postmark => {
  const attribute = (name: string): unknown =>
    memberOf(memberOf(memberOf(record, 'messageAttributes'), name), 'stringValue');
  const told = memberOf(record, 'attributes');
  // Never later than now: an age below zero would never become too old.
  const sentAtMs = wholeNumber(memberOf(told, 'SentTimestamp'), nowMs);
  const receives = wholeNumber(memberOf(told, 'ApproximateReceiveCount'), 1_000_000);
  const why = attribute('why');
  return {
    firstSeenMs: wholeNumber(attribute('firstSeen'), nowMs) ?? sentAtMs ?? nowMs,
    tries: wholeNumber(attribute('tries'), 1_000_000) ?? 0,
    ...(attribute('untouched') === 'true' && { untouched: true }),
    ...(receives !== undefined && { receives }),
    ...(sentAtMs !== undefined && { sentAtMs }),
    ...(typeof why === 'string' && { why: why.slice(0, 1_024) }),
  };
};

const idOf = (record: unknown, index: number): string => {
  const id = memberOf(record, 'messageId');
  return typeof id === 'string' && /^[\w-]{1,128}$/.test(id) ? id : `Records[${index}]`;
};

const problemIn = (error: unknown): string => {
  if (error instanceof InputError) return error.message;
  throw error;
};

const parseBatch = <I>(records: unknown, nowMs: number, understand: Understand<I>): Parsed<I> => {
  if (!Array.isArray(records)) throw new InputError(`Records must be a list, found ${found(records)}.`);
  if (records.length > MOST_RECORDS) {
    throw new InputError(`Records must be at most ${MOST_RECORDS} messages, found ${records.length}.`);
  }
  const sources = records.map((record) => memberOf(record, 'eventSource'));
  if (records.length > 0 && !sources.includes('aws:sqs')) {
    throw new InputError(`Records[0].eventSource must be "aws:sqs", found ${found(sources[0])}.`);
  }
  const messages: Message<I>[] = [];
  const dropped: { readonly id: string; readonly problem: string }[] = [];
  records.forEach((record: unknown, index) => {
    const id = idOf(record, index);
    try {
      if (sources[index] !== 'aws:sqs')
        throw new InputError(`eventSource must be "aws:sqs", found ${found(sources[index])}.`);
      const { event, body } = readBody(memberOf(record, 'body'));
      const input = understand(event);
      if (input !== undefined) messages.push({ id, input, body, postmark: postmarkOf(record, nowMs) });
    } catch (error) {
      dropped.push({ id, problem: problemIn(error) });
    }
  });
  return { messages, dropped, wrapped: true };
};

const bodyOf = (event: unknown): string => {
  let body: string | undefined;
  try {
    body = JSON.stringify(event);
  } catch (cause) {
    throw new InputError('Not JSON: it holds itself, is nested too deeply, or has a value that JSON does not know.', {
      cause,
    });
  }
  if (body === undefined) throw new InputError(`Not JSON: ${found(event)}.`);
  if (body.length > MOST_CHARACTERS) throw tooLong(body.length);
  return body;
};

const parseBare = <I>(event: unknown, nowMs: number, understand: Understand<I>): Parsed<I> => {
  const input = understand(event);
  const told = memberOf(event, 'id');
  const id = typeof told === 'string' && /^[\w-]{1,128}$/.test(told) ? told : 'bare';
  const body = bodyOf(event);
  const postmark = { firstSeenMs: nowMs, tries: 0 };
  return { messages: input === undefined ? [] : [{ id, input, postmark, body }], dropped: [], wrapped: false };
};

/**
 * Opens what a function was invoked with: one event, or an SQS batch of them (of a FIFO queue too). A message of a batch
 * that cannot be understood is dropped with its id and what is wrong, and its neighbours go on.
 * @param nowMs Epoch milliseconds: when a message was first seen that does not say so itself.
 * @throws {InputError} If a bare event, or the batch as a whole, cannot be understood: the caller is a person.
 */
export const parseEnvelope = <I>(event: unknown, nowMs: number, understand: Understand<I>): Parsed<I> => {
  const records = memberOf(event, 'Records');
  return records === undefined ? parseBare(event, nowMs, understand) : parseBatch(records, nowMs, understand);
};
