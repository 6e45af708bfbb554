import type { LoggedReason, Principal, TargetAction, TrailRecord } from './record.ts';

/** One change of one target, with what is known of it. */
export interface HistoryEntry {
  /** When it was made; where only the log tells it, when that was written. Epoch milliseconds. */
  readonly atMs: number;
  readonly action: TargetAction;
  /** ARN of the target group. */
  readonly targetGroup: string;
  readonly target: { readonly id: string; readonly port?: number };
  /** ARN of the task that caused it. */
  readonly task?: string;
  /** Absent where no record tells. */
  readonly who?: Principal;
  /** Whether Taskwire made it: its log says so, or the call was its function's. */
  readonly byTaskwire: boolean;
  /** Taskwire's own reason. */
  readonly reason?: string;
  /** What is missing and why, or why AWS refused the call. */
  readonly note?: string;
  /** Id of the AWS request, of CloudTrail's event, and of the function's invocation. */
  readonly requestId?: string;
  readonly eventId?: string;
  readonly invocationId?: string;
}

/** How far the two sources were read, and whose calls are Taskwire's. */
export interface JoinLimits {
  /** Session names of Taskwire's functions. Empty: any caller may be. */
  readonly functions: ReadonlySet<string>;
  /** CloudTrail was read from here on, Taskwire's log up to there. Epoch milliseconds. */
  readonly trailSinceMs: number;
  readonly logUntilMs: number;
  readonly nowMs: number;
}

/** The longest invocation (a sweep) and a while: reasons are written when it ends. */
const REASON_LAG_MS = 6 * 60_000;
/** CloudTrail's time has whole seconds, and two clocks. */
const SKEW_MS = 5_000;
/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html */
const DELIVERY_MS = 15 * 60_000;

/** One target of a recorded call. */
interface Call {
  readonly record: TrailRecord;
  readonly target: TrailRecord['targets'][number];
}

const isSame = ({ record, target }: Call, reason: LoggedReason): boolean =>
  record.action === reason.action &&
  record.targetGroup === reason.targetGroup &&
  target.id === reason.target.id &&
  (target.port === undefined || target.port === reason.target.port);

const isOurs = ({ who }: TrailRecord, functions: ReadonlySet<string>): boolean =>
  who.session !== undefined && functions.has(who.session);

const withoutRecord = ({ atMs }: LoggedReason, { nowMs, trailSinceMs }: JoinLimits): string => {
  if (nowMs - atMs < DELIVERY_MS) return 'CloudTrail has no record of it yet: that takes up to 15 minutes.';
  if (atMs - REASON_LAG_MS < trailSinceMs) return 'CloudTrail was not read so far back.';
  return 'CloudTrail has no record of it: look whether it is told in another Region or account, or kept from the reader.';
};

const withoutReason = ({ atMs }: TrailRecord, ours: boolean, { logUntilMs }: JoinLimits): string => {
  if (atMs > logUntilMs) return 'Taskwire’s log was not read so far.';
  return ours
    ? 'Taskwire’s log has no reason: the invocation ended before it could write one, or its log is no longer kept.'
    : 'Not by Taskwire’s functions: a person, taskwire apply on somebody’s machine, or another tool.';
};

/**
 * Joins CloudTrail's records with the reasons of Taskwire's log, each used once: a reason belongs to the last call of
 * the same change before it, by one of Taskwire's functions. What has no counterpart is told with why that may be. The
 * order of the input does not matter.
 * @returns Oldest first.
 */
export const joinHistory = (
  records: readonly TrailRecord[],
  reasons: readonly LoggedReason[],
  limits: JoinLimits,
): readonly HistoryEntry[] => {
  const { functions } = limits;
  const byEvent = (a: Call, b: Call): number =>
    b.record.atMs - a.record.atMs || (a.record.eventId < b.record.eventId ? -1 : 1);
  const calls = records
    .flatMap((record) => record.targets.map((target): Call => ({ record, target })))
    .toSorted(byEvent);
  const free = new Set(calls.filter(({ record }) => record.error === undefined));
  const reasonOf = new Map<Call, LoggedReason>();
  const alone: LoggedReason[] = [];
  const inOrder = reasons.toSorted((a, b) => a.atMs - b.atMs || (a.reason < b.reason ? -1 : 1));
  for (const reason of inOrder) {
    const call = [...free].find(
      (each) =>
        isSame(each, reason) &&
        (functions.size === 0 || isOurs(each.record, functions)) &&
        each.record.atMs <= reason.atMs + SKEW_MS &&
        reason.atMs - each.record.atMs <= REASON_LAG_MS,
    );
    if (call === undefined) alone.push(reason);
    else {
      free.delete(call);
      reasonOf.set(call, reason);
    }
  }
  const entries = [
    ...calls.map((call): HistoryEntry => {
      const { record, target } = call;
      const { atMs, action, targetGroup, who, eventId, requestId, error } = record;
      const reason = reasonOf.get(call);
      const ours = reason !== undefined || isOurs(record, functions);
      const note = error !== undefined ? `AWS refused it: ${error}.` : withoutReason(record, ours, limits);
      return {
        atMs,
        action,
        targetGroup,
        target,
        ...(reason?.task !== undefined && { task: reason.task }),
        who,
        byTaskwire: ours,
        ...(reason === undefined ? { note } : { reason: reason.reason }),
        ...(requestId !== undefined && { requestId }),
        eventId,
        ...(reason?.requestId !== undefined && { invocationId: reason.requestId }),
      };
    }),
    ...alone.map((reason): HistoryEntry => {
      const { atMs, action, targetGroup, target, task, requestId } = reason;
      return {
        atMs,
        action,
        targetGroup,
        target,
        ...(task !== undefined && { task }),
        byTaskwire: true,
        reason: reason.reason,
        note: withoutRecord(reason, limits),
        ...(requestId !== undefined && { invocationId: requestId }),
      };
    }),
  ];
  const keyOf = (entry: HistoryEntry): string => `${entry.targetGroup} ${entry.target.id} ${entry.target.port ?? ''}`;
  return entries.toSorted((a, b) => a.atMs - b.atMs || (keyOf(a) < keyOf(b) ? -1 : 1));
};
