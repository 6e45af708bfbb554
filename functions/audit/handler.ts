import { audit } from '../../shared/app/audit.ts';
import { runFleet } from '../../shared/app/run-fleet.ts';
import { parseAudit } from '../../shared/contracts/fleet-input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** The schedule, a person or a fleet's state machine → a report of what is wired, and of what is wrong with it. */
export const handler = defineHandler({
  name: 'audit',
  parse: parseAudit,
  wire,
  // One look at everything: it may use all the time that Lambda gives, and tells what it had no time for.
  workMs: () => Infinity,
  run: async ({ messages }, deps, { deadline, metrics }) => {
    const [{ id, input, fleet } = { id: 'bare', input: {} }] = messages;
    if (fleet !== undefined) return { ...(await runFleet(fleet, deps, { signal: deadline.work })), failed: [] };
    const { outcome, unkept, measures } = await audit(input, deps, { signal: deadline.work });
    for (const { name, value } of measures) metrics.count(name, value);
    const cause = unkept instanceof Error ? unkept.message : String(unkept);
    return { outcome, failed: unkept === undefined ? [] : [{ id, cause }] };
  },
});
