import { remediate } from '../../shared/app/remediate.ts';
import { parseRemediateEvent } from '../../shared/contracts/remediate-input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** A person's request → shows one repair, or makes one that was shown. */
export const handler = defineHandler({
  name: 'remediate',
  parse: parseRemediateEvent,
  wire,
  // A person waits, and what nothing explains is looked at twice, a minute apart.
  workMs: () => Number.POSITIVE_INFINITY,
  run: async ({ messages }, deps, { deadline, metrics }) => {
    const [request] = messages;
    if (request === undefined) throw new TypeError('remediate was asked for nothing');
    const remediated = await remediate(request, deps, { signal: deadline.work });
    metrics.count('EventsRefused', remediated.eventsRefused);
    return remediated;
  },
});
