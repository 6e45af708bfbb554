import type { CallRecord, Calls } from '../calls.ts';
import type { VirtualClock } from '../clock.ts';
import { AwsError } from '../errors.ts';
import { createPager } from '../paging.ts';
import type { Random } from '../random.ts';
import type { Action, TrailEvent } from '../shapes.ts';
import type { LogLine, TrailWorld } from '../trail.ts';
import type { AnswersTo } from './answer.ts';

type TrailAction = Extract<Action, `cloudtrail:${string}` | `logs:${string}`>;

const NAMES = new Map<string, string>([
  ['elasticloadbalancing:RegisterTargets', 'RegisterTargets'],
  ['elasticloadbalancing:DeregisterTargets', 'DeregisterTargets'],
]);

const lowered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.charAt(0).toLowerCase() + key.slice(1), lowered(each)]),
  );
};

const refused = (code: string, message: string): AwsError => new AwsError(code, code, message, { statusCode: 400 });

/** `{ ($.message = "a") && ($.resource = "b") }`: what must be equal. */
const termsOf = (pattern: string): readonly (readonly [string, string])[] =>
  [...pattern.matchAll(/\(\$\.(\w+) = "([^"]*)"\)/g)].map(([, key = '', value = '']) => [key, value]);

const matches = ({ text }: LogLine, pattern: string): boolean => {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line !== 'object' || line === null) return false;
    return termsOf(pattern).every(([key, value]) => key in line && Reflect.get(line, key) === value);
  } catch {
    return false;
  }
};

/**
 * CloudTrail's and CloudWatch Logs' answers: the world's own calls of targets, and lines that were put there by hand.
 * Not modelled: calls that never reached AWS or were throttled (they are told as refused), other attributes of a
 * look-up, other patterns than equal members, several log streams.
 */
export const trailAnswers = ({
  clock,
  random,
  calls,
  trail,
}: {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly calls: Calls;
  readonly trail: TrailWorld;
}): AnswersTo<TrailAction> => {
  const eventPages = createPager<TrailEvent>(random);
  const linePages = createPager<LogLine>(random);

  const eventOf = (call: CallRecord): readonly TrailEvent[] => {
    const EventName = NAMES.get(call.action);
    if (EventName === undefined) return [];
    const EventId = `event-${calls.all.indexOf(call)}`;
    const event = {
      eventVersion: '1.11',
      userIdentity: trail.identityOf(call),
      eventTime: new Date(Math.floor(call.atMs / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
      eventSource: 'elasticloadbalancing.amazonaws.com',
      eventName: EventName,
      requestParameters: lowered(call.input),
      requestID: `request-${calls.all.indexOf(call)}`,
      eventID: EventId,
      managementEvent: true,
      ...(call.error !== undefined && { errorCode: call.error, errorMessage: 'refused' }),
    };
    const CloudTrailEvent = trail.garbled.get(EventId) ?? JSON.stringify(event);
    return [{ EventId, EventName, EventTime: Math.floor(call.atMs / 1000), CloudTrailEvent }];
  };

  return {
    'cloudtrail:LookupEvents': ({ LookupAttributes = [], StartTime = 0, EndTime, MaxResults = 50, NextToken }) => {
      if (LookupAttributes.length > 1) throw refused('InvalidLookupAttributesException', 'Only one attribute');
      if (MaxResults > 50) throw refused('InvalidMaxResultsException', 'At most 50 events');
      const [attribute] = LookupAttributes;
      const toMs = Math.min((EndTime ?? Number.POSITIVE_INFINITY) * 1000, clock.nowMs() - trail.delayMs);
      const found = (): readonly TrailEvent[] =>
        calls.all
          .filter(({ atMs }) => atMs >= StartTime * 1000 && atMs <= toMs)
          .flatMap(eventOf)
          .filter(({ EventName }) => attribute === undefined || attribute.AttributeValue === EventName)
          .toReversed();
      const page = eventPages(found, MaxResults, NextToken);
      if (!page) throw refused('InvalidNextTokenException', 'The token is invalid');
      return { Events: page.items, ...(page.token !== undefined && { NextToken: page.token }) };
    },
    'logs:FilterLogEvents': ({ logGroupName, filterPattern = '', startTime, endTime, nextToken, limit = 10_000 }) => {
      const lines = trail.logs.get(logGroupName);
      if (lines === undefined) {
        throw refused('ResourceNotFoundException', 'The specified log group does not exist.');
      }
      const found = (): readonly LogLine[] =>
        lines.filter(
          (line) =>
            line.atMs >= (startTime ?? 0) &&
            line.atMs <= (endTime ?? Number.POSITIVE_INFINITY) &&
            matches(line, filterPattern),
        );
      const page = linePages(found, limit, nextToken);
      if (!page) throw refused('InvalidParameterException', 'The specified nextToken is invalid.');
      return {
        events: page.items.map(({ atMs, text }) => ({ timestamp: atMs, message: text })),
        ...(page.token !== undefined && { nextToken: page.token }),
      };
    },
  };
};
