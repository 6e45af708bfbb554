import { registerTargets } from '../../shared/app/register-targets.ts';
import { parseInput } from '../../shared/contracts/input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** ECS task state changes, target-group tag changes and the sweep → target groups match running tasks. */
export const handler = defineHandler({
  name: 'register-targets',
  parse: parseInput,
  wire,
  run: async ({ messages }, deps, { deadline, metrics }) => {
    const { outcome, failed, measures } = await registerTargets(messages, deps, { signal: deadline.work });
    for (const { name, value } of measures) metrics.count(name, value);
    return { outcome, failedMessageIds: failed.map(({ id }) => id) };
  },
});
