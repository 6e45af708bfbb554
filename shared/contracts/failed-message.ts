import { isRecord, memberOf } from './problem.ts';

/** What a message of a failure queue holds. */
export interface FailedWork {
  /** The event, in JSON where it is one, as the function would be given it again. */
  readonly event: string;
  /**
   * Who put it there: the function itself; Lambda, after an invocation that nobody waited for; a rule that could not
   * deliver; or SQS, after the last receive.
   */
  readonly from: 'function' | 'invocation' | 'rule' | 'redrive';
  /** Why, in words. What SQS moved by itself has none. */
  readonly cause?: string;
}

const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = path.reduce(memberOf, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What Lambda says by itself, where the function did not come to say anything. */
const CONDITIONS: ReadonlyMap<string, string> = new Map([
  ['RetriesExhausted', 'the invocation failed and was not tried again'],
  ['EventAgeExceeded', 'the invocation waited too long for its turn'],
]);

const causeOfInvocation = (record: unknown): string => {
  const told = textAt(record, 'responsePayload', 'errorMessage');
  if (told !== undefined) return told;
  const condition = textAt(record, 'requestContext', 'condition') ?? 'unknown';
  return CONDITIONS.get(condition) ?? `the invocation failed (${condition})`;
};

/**
 * Opens a message of a failure queue. Three shapes meet there: the event as it came, which SQS or a rule put there; the
 * record of an invocation that failed (`requestPayload`); and what a function parked itself, with its cause. Whether
 * the event can be understood is not looked at.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @param attributes Of the message, by name.
 */
export const parseFailedMessage = (body: string, attributes: Readonly<Record<string, string>>): FailedWork => {
  const { cause, ERROR_CODE: code, ERROR_MESSAGE: words } = attributes;
  if (cause !== undefined) return { event: body, from: 'function', cause };
  if (code !== undefined || words !== undefined) {
    return { event: body, from: 'rule', cause: [code, words].filter(Boolean).join(': ') };
  }
  const value = parsed(body);
  const payload = memberOf(value, 'requestPayload');
  if (payload !== undefined && isRecord(memberOf(value, 'requestContext'))) {
    return { event: JSON.stringify(payload), from: 'invocation', cause: causeOfInvocation(value) };
  }
  return { event: body, from: 'redrive' };
};
