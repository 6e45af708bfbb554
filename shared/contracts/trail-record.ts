import type { Principal, TrailRecord } from '../core/history/record.ts';
import { canonicalAddress } from '../core/task/address.ts';
import { printable, quote } from '../core/text.ts';
import { memberOf } from './problem.ts';

/** What a record of CloudTrail came to. */
export type ParsedRecord = { readonly record: TrailRecord } | { readonly problem: string };

const ACTIONS = new Map([
  ['RegisterTargets', 'register'],
  ['DeregisterTargets', 'deregister'],
] as const);

const isNamed = (name: string): name is 'RegisterTargets' | 'DeregisterTargets' =>
  name === 'RegisterTargets' || name === 'DeregisterTargets';

const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = path.reduce(memberOf, value);
  return typeof found === 'string' && found !== '' ? found : undefined;
};

const principalOf = (event: unknown): Principal => {
  const type = textAt(event, 'userIdentity', 'type') ?? 'unknown';
  const arn = textAt(event, 'userIdentity', 'arn');
  const service = textAt(event, 'userIdentity', 'invokedBy');
  const [, role, session] = /:assumed-role\/([^/]+)\/(.+)$/.exec(arn ?? '') ?? [];
  const via = service === undefined ? '' : ` through ${printable(service)}`;
  if (role !== undefined && session !== undefined) {
    return { words: `role ${printable(role)}, session ${printable(session)}${via}`, session };
  }
  if (type === 'Root') return { words: `the account’s root user${via}` };
  const name = textAt(event, 'userIdentity', 'userName');
  if (name !== undefined) return { words: `user ${printable(name)}${via}` };
  if (service !== undefined) return { words: printable(service) };
  return { words: printable(arn ?? textAt(event, 'userIdentity', 'principalId') ?? type) };
};

type RecordedTarget = TrailRecord['targets'][number];

const targetsOf = (parameters: unknown): readonly RecordedTarget[] | undefined => {
  const listed = memberOf(parameters, 'targets');
  if (!Array.isArray(listed)) return undefined;
  const items: readonly unknown[] = listed;
  const targets = items.flatMap((item): readonly RecordedTarget[] => {
    const id = textAt(item, 'id');
    const port = memberOf(item, 'port');
    if (id === undefined) return [];
    return [{ id: canonicalAddress(id), ...(typeof port === 'number' && { port }) }];
  });
  return targets.length === items.length ? targets : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Reads one management event of CloudTrail about targets. It never fails: what cannot be understood is told.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 * @param text The event as JSON (`CloudTrailEvent`).
 */
export const parseTrailRecord = (text: string): ParsedRecord => {
  const event = parsed(text);
  const eventId = textAt(event, 'eventID');
  const name = textAt(event, 'eventName');
  if (eventId === undefined || name === undefined) {
    return { problem: `A record of CloudTrail is no event in JSON: ${quote(text, 60)}.` };
  }
  const wrong = (what: string): ParsedRecord => ({ problem: `Event ${quote(eventId, 60)} of CloudTrail ${what}.` });
  if (!isNamed(name)) return wrong(`is ${quote(name, 60)}, which changes no targets`);
  const action = ACTIONS.get(name) ?? 'register';
  const atMs = Date.parse(textAt(event, 'eventTime') ?? '');
  if (Number.isNaN(atMs)) return wrong('has no time');
  const parameters = memberOf(event, 'requestParameters');
  const targetGroup = textAt(parameters, 'targetGroupArn');
  const targets = targetsOf(parameters);
  // CloudTrail leaves out what makes an event too large, and says so.
  if (targetGroup === undefined || targets === undefined) return wrong('does not tell its targets: they were left out');
  const code = textAt(event, 'errorCode');
  const requestId = textAt(event, 'requestID');
  const words = textAt(event, 'errorMessage');
  return {
    record: {
      atMs,
      action,
      targetGroup,
      targets,
      who: principalOf(event),
      eventId,
      ...(requestId !== undefined && { requestId }),
      ...(code !== undefined && {
        error: `${printable(code)}${words === undefined ? '' : `: ${printable(words).replace(/\.+$/, '')}`}`,
      }),
    },
  };
};
