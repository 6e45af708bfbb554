import { sweepTargets } from '../shared/app/sweep-targets.ts';
import { indexFleet } from '../shared/core/targets/fleet.ts';
import { planTargets } from '../shared/core/targets/plan.ts';
import type { Bench } from './bench.ts';
import { type FleetInMemory, fleetInMemory, NOW_MS } from './fleet-in-memory.ts';
import { compare, measureGrowth } from './measure.ts';
import { sightOf } from './wired-service.ts';

const SERVICES = 200;
const TASKS_OF_EACH = 50;
const ROUNDS = 20;
/** 16 times the fleet takes 16 times as long. */
const GROWTH_ROUNDS = 7;
const LIMITS = { brakePercent: 50, brakeReleased: false };

/** Everything from the tags of the groups to the changes; AWS's answers are at hand. @returns How many changes were made. */
const sweep = async ({ deps }: FleetInMemory): Promise<number> => {
  const { settled, findings, failures } = await sweepTargets(
    { scope: {}, mode: 'enforce', limits: LIMITS, survey: true, patient: false },
    deps,
  );
  const wrong = settled.flatMap(({ error }) => error ?? []);
  if (findings.length + failures.length + wrong.length > 0) throw new Error(`not all was swept: ${wrong}`);
  return settled.reduce((sum, { changes }) => sum + changes.length, 0);
};

/** The plans alone. @returns How many changes they name. */
const plan = async ({ tasks, observed, deps }: FleetInMemory): Promise<number> => {
  const { bindings } = await deps.bindings.current();
  const { facts } = deps.factBook;
  const fleet = indexFleet(tasks, facts);
  const plans = bindings.map((binding) => {
    const service = Number(binding.group.name.replace('group-', ''));
    return planTargets(sightOf(binding, observed[service] ?? [], fleet, facts, NOW_MS), LIMITS);
  });
  return plans.reduce((sum, { register, deregister }) => sum + register.length + deregister.length, 0);
};

const checked = async (fleet: FleetInMemory): Promise<FleetInMemory> => {
  for (const changes of [await sweep(fleet), await plan(fleet)]) {
    const wanted = fleet.tasks.length / 5;
    if (changes !== wanted) throw new Error(`One task of five must be a change: ${changes} of ${wanted}.`);
  }
  return fleet;
};

export const name = 'a sweep of 10,000 tasks and 200 target groups that roll over, in memory';
export const limits: Bench['limits'] = {
  sweepMs: { most: 100, timed: true },
  planAgainstParse: { most: 4, timed: true },
  growthExponent: { most: 1.1, timed: true },
};

/** Times are CPU time of all threads, with that of collecting garbage. */
export const run: Bench['run'] = async ({ smoke }) => {
  const fleet = await checked(fleetInMemory(SERVICES, TASKS_OF_EACH));
  const text = JSON.stringify(fleet.tasks);
  const rounds = smoke ? 1 : ROUNDS;
  const parse = () => JSON.parse(text);
  const planned = await compare(() => plan(fleet), parse, rounds);
  const swept = await compare(() => sweep(fleet), parse, rounds);
  const figures = {
    sweepMs: swept.medianMs,
    planMs: planned.medianMs,
    parseMs: planned.referenceMedianMs,
    planAgainstParse: planned.ratio,
    sweepAgainstParse: swept.ratio,
  };
  if (smoke) return { figures };
  const grown = await measureGrowth(
    [1, 4, 16],
    async (times) => {
      const larger = await checked(fleetInMemory(times * SERVICES, TASKS_OF_EACH));
      return () => sweep(larger);
    },
    GROWTH_ROUNDS,
  );
  return {
    figures: { ...figures, growthExponent: grown.exponent },
    tables: [
      {
        title: 'Growth of a sweep',
        columns: ['tasks', 'groups', 'CPU ms'],
        rows: grown.points.map(({ size, work }) => [
          size * SERVICES * TASKS_OF_EACH,
          size * SERVICES,
          Math.round(work),
        ]),
      },
    ],
  };
};
