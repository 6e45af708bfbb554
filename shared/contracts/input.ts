import * as v from 'valibot';
import type { Input, Message, Postmark, Scope } from '../core/message.ts';
import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { targetGroupArn } from './ecs-arn.ts';
import { LATER_WORK, parseLaterWork } from './later-work.ts';
import { nearest } from './nearest.ts';
import { check, found, isRecord, memberOf } from './problem.ts';
import { parseTaskEvent } from './task-event.ts';

/** What an invocation was given, understood message by message. */
export interface ParsedInput {
  readonly messages: readonly Message[];
  /** Messages that can never be handled, each with its id and what is wrong with it; printable. */
  readonly dropped: readonly { readonly id: string; readonly problem: string }[];
  /** Whether it came as an SQS batch, whose answer names the messages that failed. */
  readonly wrapped: boolean;
}

// What SQS takes at most, so that every message that is understood can also be sent again.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html
const MOST_CHARACTERS = 1_048_576;
/** A batch of a standard queue is never larger. */
const MOST_RECORDS = 10_000;

const TAG_CHANGE = 'Tag Change on Resource';

const changedKind = v.object(
  { detail: v.object({ service: v.string('text'), 'resource-type': v.string('text') }, 'an object') },
  'an object',
);
const changedGroup = v.object({
  time: v.string('text'),
  resources: v.strictTuple([targetGroupArn], 'a list of one target group ARN'),
});

const parseTagChange = (event: unknown): Input => {
  const { service, 'resource-type': type } = check(changedKind, event, TAG_CHANGE).detail;
  if (service !== 'elasticloadbalancing' || type !== 'targetgroup') {
    throw new InputError(
      `${TAG_CHANGE}: only target groups are wired, found service ${quote(service)} with resource-type ${quote(type)}.`,
    );
  }
  const { time, resources } = check(changedGroup, event, TAG_CHANGE);
  const timeMs = Date.parse(time);
  if (Number.isNaN(timeMs)) {
    throw new InputError(`${TAG_CHANGE}: time must be a point in time (ISO 8601), found ${quote(time)}.`);
  }
  return { kind: 'tags', targetGroupArn: resources[0], timeMs };
};

const NAME_OR_ECS_ARN = /^(?:arn:[\w-]+:ecs:[\w-]+:\d{12}:[\w/-]+|[\w-]{1,255})$/;
const NAME_OR_GROUP_ARN = /^(?:arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[\w/-]+|[A-Za-z0-9-]{1,32})$/;

const BY_HAND: readonly string[] = ['dryRun', 'cluster', 'service', 'targetGroup'];
const EXAMPLE = '{ "dryRun": true, "cluster": "production" }';

const scopeMember = (event: unknown, name: keyof Scope, pattern: RegExp): Scope => {
  const value = memberOf(event, name);
  if (value === undefined) return {};
  // Empty would mean all of them: the opposite of what somebody wanted who named one.
  if (typeof value !== 'string' || !pattern.test(value)) {
    throw new InputError(`By hand: ${name} must be a name or an ARN, found ${found(value)}. Leave it out to mean all.`);
  }
  return { [name]: value };
};

const parseByHand = (event: Readonly<Record<string, unknown>>): Input => {
  // A misspelt member that was passed over would make the sweep wider than its caller meant.
  const unknown = Object.keys(event).find((name) => !BY_HAND.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, BY_HAND);
    throw new InputError(
      `By hand: ${quote(unknown)} is not understood${meant ? `, did you mean ${meant}?` : '.'} ` +
        `Understood are ${BY_HAND.join(', ')}, such as ${EXAMPLE}.`,
    );
  }
  const dryRun = memberOf(event, 'dryRun');
  if (typeof dryRun !== 'boolean') {
    throw new InputError(`By hand: dryRun must be true or false, found ${found(dryRun)}. Write it such as ${EXAMPLE}.`);
  }
  return {
    kind: 'by-hand',
    dryRun,
    scope: {
      ...scopeMember(event, 'cluster', NAME_OR_ECS_ARN),
      ...scopeMember(event, 'service', NAME_OR_ECS_ARN),
      ...scopeMember(event, 'targetGroup', NAME_OR_GROUP_ARN),
    },
  };
};

const UNDERSTOOD =
  'ECS Task State Change of aws.ecs, Tag Change on Resource of aws.tag, Scheduled Event of aws.events, or by hand ' +
  EXAMPLE;

const understand = (event: unknown): Input => {
  if (!isRecord(event)) throw new InputError(`Expected an event, found ${found(event)}. Understood are ${UNDERSTOOD}.`);
  const [source, type] = [memberOf(event, 'source'), memberOf(event, 'detail-type')];
  if (source === undefined && type === undefined && memberOf(event, 'detail') === undefined) return parseByHand(event);
  if (source === 'aws.ecs' && type === 'ECS Task State Change') {
    return { kind: 'task', event: parseTaskEvent(event) };
  }
  if (source === 'aws.tag' && type === TAG_CHANGE) return parseTagChange(event);
  // A rule says aws.events, a schedule of EventBridge Scheduler aws.scheduler.
  if ((source === 'aws.events' || source === 'aws.scheduler') && type === 'Scheduled Event') return { kind: 'sweep' };
  if (source === 'taskwire' && type === LATER_WORK) {
    return { kind: 'later', work: parseLaterWork(memberOf(event, 'detail')) };
  }
  throw new InputError(
    `Not understood: source ${found(source)} with detail-type ${found(type)}. Understood are ${UNDERSTOOD}.`,
  );
};

const tooLong = (length: number): InputError =>
  new InputError(`Too long: ${length} characters, a message has at most ${MOST_CHARACTERS}.`);

const parseBody = (body: unknown): { readonly input: Input; readonly body: string } => {
  if (typeof body !== 'string') throw new InputError(`body must be text, found ${found(body)}.`);
  if (body.length > MOST_CHARACTERS) throw tooLong(body.length);
  let event: unknown;
  try {
    event = JSON.parse(body);
  } catch (cause) {
    throw new InputError(`body is not JSON: ${quote(body)}.`, { cause });
  }
  return { input: understand(event), body };
};

const wholeNumber = (text: unknown, most: number): number | undefined => {
  const number = typeof text === 'string' && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : undefined;
};

const postmarkOf = (record: unknown, nowMs: number): Postmark => {
  const attribute = (name: string): unknown =>
    memberOf(memberOf(memberOf(record, 'messageAttributes'), name), 'stringValue');
  const sent = memberOf(memberOf(record, 'attributes'), 'SentTimestamp');
  const why = attribute('why');
  return {
    // Never later than now: an age below zero would never become too old.
    firstSeenMs: wholeNumber(attribute('firstSeen'), nowMs) ?? wholeNumber(sent, nowMs) ?? nowMs,
    tries: wholeNumber(attribute('tries'), 1_000_000) ?? 0,
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

const parseBatch = (records: unknown, nowMs: number): ParsedInput => {
  if (!Array.isArray(records)) throw new InputError(`Records must be a list, found ${found(records)}.`);
  if (records.length > MOST_RECORDS) {
    throw new InputError(`Records must be at most ${MOST_RECORDS} messages, found ${records.length}.`);
  }
  const sources = records.map((record) => memberOf(record, 'eventSource'));
  if (records.length > 0 && !sources.includes('aws:sqs')) {
    throw new InputError(`Records[0].eventSource must be "aws:sqs", found ${found(sources[0])}.`);
  }
  const messages: Message[] = [];
  const dropped: { readonly id: string; readonly problem: string }[] = [];
  records.forEach((record: unknown, index) => {
    const id = idOf(record, index);
    try {
      if (sources[index] !== 'aws:sqs')
        throw new InputError(`eventSource must be "aws:sqs", found ${found(sources[index])}.`);
      messages.push({ id, ...parseBody(memberOf(record, 'body')), postmark: postmarkOf(record, nowMs) });
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

const parseBare = (event: unknown, nowMs: number): ParsedInput => {
  const input = understand(event);
  const id = memberOf(event, 'id');
  return {
    messages: [
      {
        id: typeof id === 'string' && /^[\w-]{1,128}$/.test(id) ? id : 'bare',
        input,
        postmark: { firstSeenMs: nowMs, tries: 0 },
        body: bodyOf(event),
      },
    ],
    dropped: [],
    wrapped: false,
  };
};

/**
 * Reads what `register-targets` was invoked with: one event, or an SQS batch of them. A message of a batch that cannot
 * be understood is dropped with its id and what is wrong, and its neighbours go on.
 * @param nowMs Epoch milliseconds: when a message was first seen that does not say so itself.
 * @throws {InputError} If a bare event, or the batch as a whole, cannot be understood: the caller is a person.
 */
export const parseInput = (event: unknown, nowMs: number): ParsedInput => {
  const records = memberOf(event, 'Records');
  return records === undefined ? parseBare(event, nowMs) : parseBatch(records, nowMs);
};
