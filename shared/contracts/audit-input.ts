import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { isByHand } from './by-hand.ts';
import { nearest } from './nearest.ts';
import { found, isRecord, memberOf } from './problem.ts';

/** What an audit was asked to look at. */
export interface AuditInput {
  /** Name or ARN of the only cluster. */
  readonly cluster?: string;
  /** Read what the task roles allow, too. */
  readonly iam?: boolean;
}

/** What an invocation of `audit` was given. */
export interface ParsedAuditInput {
  readonly messages: readonly { readonly id: string; readonly input: AuditInput }[];
  readonly dropped: readonly never[];
  readonly wrapped: false;
}

const EXAMPLE = '{ "cluster": "production", "iam": true }';
const UNDERSTOOD = `Scheduled Event of aws.events, or by hand {} or ${EXAMPLE}`;
const MEMBERS = ['cluster', 'iam'];
const CLUSTER = /^(?:arn:[\w-]+:ecs:[\w-]+:\d{12}:cluster\/[\w-]{1,255}|[\w-]{1,255})$/;

const byHand = (event: Readonly<Record<string, unknown>>): AuditInput => {
  // A misspelt member that was passed over would make the audit wider than its caller meant.
  const unknown = Object.keys(event).find((name) => !MEMBERS.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, MEMBERS);
    throw new InputError(
      `By hand: ${quote(unknown)} is not understood${meant ? `, did you mean ${meant}?` : '.'} ` +
        `Understood are ${MEMBERS.join(' and ')}, such as ${EXAMPLE}.`,
    );
  }
  const cluster = memberOf(event, 'cluster');
  const iam = memberOf(event, 'iam');
  // Empty would mean all of them: the opposite of what somebody wanted who named one.
  if (cluster !== undefined && (typeof cluster !== 'string' || !CLUSTER.test(cluster))) {
    throw new InputError(
      `By hand: cluster must be a name or an ARN, found ${found(cluster)}. Leave it out to mean all.`,
    );
  }
  if (iam !== undefined && typeof iam !== 'boolean') {
    throw new InputError(`By hand: iam must be true or false, found ${found(iam)}.`);
  }
  return { ...(cluster !== undefined && { cluster }), ...(iam !== undefined && { iam }) };
};

const understand = (event: unknown): AuditInput => {
  if (!isRecord(event)) throw new InputError(`Expected an event, found ${found(event)}. Understood is ${UNDERSTOOD}.`);
  if (isByHand(event)) return byHand(event);
  const [source, type] = [memberOf(event, 'source'), memberOf(event, 'detail-type')];
  // A rule says aws.events, a schedule of EventBridge Scheduler aws.scheduler.
  if ((source === 'aws.events' || source === 'aws.scheduler') && type === 'Scheduled Event') return {};
  throw new InputError(
    `Not understood: source ${found(source)} with detail-type ${found(type)}. Understood is ${UNDERSTOOD}.`,
  );
};

/**
 * Reads what `audit` was invoked with: the schedule's event, or what a person wrote.
 * @throws {InputError} If it cannot be understood.
 */
export const parseAuditInput = (event: unknown): ParsedAuditInput => {
  const id = memberOf(event, 'id');
  const name = typeof id === 'string' && /^[\w-]{1,128}$/.test(id) ? id : 'bare';
  return { messages: [{ id: name, input: understand(event) }], dropped: [], wrapped: false };
};
