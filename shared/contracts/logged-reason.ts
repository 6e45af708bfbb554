import * as v from 'valibot';
import type { LoggedReason } from '../core/history/record.ts';

const LINE = v.object({
  message: v.literal('change.applied'),
  action: v.picklist(['register', 'deregister']),
  resource: v.string(),
  target: v.object({ id: v.string(), port: v.number() }),
  task: v.optional(v.string()),
  reason: v.string(),
  requestId: v.optional(v.string()),
});

/**
 * Reads a line of a function's log that tells a change of targets.
 * @param atMs When CloudWatch Logs says that it was written.
 * @returns `undefined` for every other line, and for what is no JSON.
 */
export const parseLoggedReason = (text: string, atMs: number): LoggedReason | undefined => {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { success, output } = v.safeParse(LINE, line);
  if (!success) return undefined;
  const { action, resource, target, task, reason, requestId } = output;
  return {
    atMs,
    action,
    targetGroup: resource,
    target,
    ...(task !== undefined && { task }),
    reason,
    ...(requestId !== undefined && { requestId }),
  };
};
