import { registerTargets } from '../../shared/app/register-targets.ts';
import { parseInput } from '../../shared/contracts/input.ts';
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { wire } from './wire.ts';

/** ECS task state changes, target-group tag changes and the sweep → target groups match running tasks. */
export const handler = defineHandler({
  name: 'register-targets',
  parse: parseInput,
  wire,
  // A sweep reads every group, a plan by hand looks twice, a minute apart: they get all the time that Lambda gives.
  workMs: ([first]) => (first?.input.kind === 'sweep' || first?.input.kind === 'by-hand' ? Infinity : undefined),
  run: async ({ messages }, deps, { deadline, log, metrics }) => {
    const ran = await registerTargets(messages, deps, { signal: deadline.work });
    for (const { name, value } of ran.measures) {
      if (name === 'EventToRegistered') metrics.time(name, value);
      else metrics.count(name, value);
    }
    if (ran.bindingsKeptBecause !== undefined) log.warn('bindings.kept', { why: ran.bindingsKeptBecause });
    return ran;
  },
});
