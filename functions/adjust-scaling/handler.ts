import { adjustScaling } from '../../shared/app/adjust-scaling.ts';
import { parseScalingInput } from '../../shared/contracts/scaling-input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** Service and deployment events, Spot notices, service tag changes and the sweep → auto scaling follows the tags. */
export const handler = defineHandler({
  name: 'adjust-scaling',
  parse: parseScalingInput,
  wire,
  // One writer: nothing newer can join while it works, so it may use all the time that Lambda gives.
  workMs: () => Infinity,
  run: async ({ messages, wrapped }, deps, { deadline, metrics }) => {
    const ran = await adjustScaling(messages, deps, { signal: deadline.work, fromQueue: wrapped });
    for (const { name, value } of ran.measures) metrics.count(name, value);
    return ran;
  },
});
