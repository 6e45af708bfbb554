import { audit } from '../../shared/app/audit.ts';
import { parseAuditInput } from '../../shared/contracts/audit-input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** The schedule, or a person → a report of everything that is wired, and of what is wrong with it. */
export const handler = defineHandler({
  name: 'audit',
  parse: parseAuditInput,
  wire,
  // One look at everything: it may use all the time that Lambda gives, and tells what it had no time for.
  workMs: () => Infinity,
  run: async ({ messages }, deps, { deadline, metrics }) => {
    const [{ id, input } = { id: 'bare', input: {} }] = messages;
    const { outcome, unkept, measures } = await audit(input, deps, { signal: deadline.work });
    for (const { name, value } of measures) metrics.count(name, value);
    const cause = unkept instanceof Error ? unkept.message : String(unkept);
    return { outcome, failed: unkept === undefined ? [] : [{ id, cause }] };
  },
});
