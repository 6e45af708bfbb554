import type { Action, Outcome } from '../core/outcome.ts';
import type { Events, OutgoingEvent } from '../ports/events.ts';
import type { Told } from './told.ts';

const keyOf = (parts: readonly unknown[]): string => JSON.stringify(parts);

const changedType = (action: Action): OutgoingEvent['detailType'] =>
  action === 'register' || action === 'deregister' ? 'Taskwire Targets Changed' : 'Taskwire Scaling Changed';

/**
 * Tells the event bus what an Outcome says: every change that was made, and what is new of the rest.
 * @returns Why events were refused, if any were; the work itself is done.
 */
export const announce = async (
  outcome: Outcome,
  events: Events,
  told: Told,
  nowMs: number,
): Promise<readonly string[]> => {
  const outgoing: OutgoingEvent[] = [];
  for (const change of outcome.changes) {
    const { action, resource, target, task, reason, applied } = change;
    if (!applied && !told.isNews(keyOf(['planned', action, resource, target, reason]), nowMs)) continue;
    const resources = task === undefined ? [resource] : [resource, task];
    outgoing.push({ detailType: changedType(action), detail: change, resources });
  }
  for (const held of outcome.held) {
    if (!told.isNews(keyOf(['held', held.resource, held.target, held.reason]), nowMs)) continue;
    outgoing.push({ detailType: 'Taskwire Brake Held', detail: held, resources: [held.resource] });
  }
  for (const finding of outcome.findings) {
    if (!told.isNews(keyOf(['finding', finding.rule, finding.resource, finding.summary]), nowMs)) continue;
    outgoing.push({ detailType: 'Taskwire Finding', detail: finding, resources: [finding.resource] });
  }
  if (outgoing.length === 0) return [];
  return (await events.send(outgoing)).map(({ cause }) => cause);
};
