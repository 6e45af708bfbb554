import { parseArgs } from 'node:util';
import { type Counts, count } from './counts.ts';
import { lifeOf } from './life.ts';
import { type LifeReport, runLife } from './run-life.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    runs: { type: 'string' },
    seed: { type: 'string' },
    first: { type: 'string' },
    'until-violation': { type: 'boolean', default: false },
  },
});

const HELP = 'npm run soak -- --minutes N | --runs N | --seed N   [--first SEED] [--until-violation]';

/** A number of the command line. */
const numberOf = (text: string | undefined, otherwise: number): number => {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw new Error(`${text} is no number of at least 0.\n${HELP}`);
  return number;
};

const live = async (seed: number): Promise<LifeReport> => {
  try {
    return await runLife(lifeOf(seed));
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { steps: 0, faults: {}, histories: {}, violations: [`the run failed: ${said}`] };
  }
};

const tally = (into: Counts, more: Counts): void => {
  for (const [name, by] of Object.entries(more)) count(into, name, by);
};

const show = (title: string, counts: Counts): void => {
  console.log(title);
  for (const [name, times] of Object.entries(counts).toSorted()) console.log(`  ${times}  ${name}`);
};

const one = values.seed === undefined ? undefined : numberOf(values.seed, 0);
if (one !== undefined) console.log(JSON.stringify(lifeOf(one), null, 2));
const first = one ?? numberOf(values.first, Math.floor(Date.now() / 1000));
const untilMs = Date.now() + numberOf(values.minutes, Number.POSITIVE_INFINITY) * 60_000;
const most =
  one === undefined ? numberOf(values.runs, values.minutes === undefined ? 1_000 : Number.POSITIVE_INFINITY) : 1;

const faults: Counts = {};
const histories: Counts = {};
const failed: number[] = [];
let steps = 0;
let runs = 0;
while (runs < most && Date.now() < untilMs && !(values['until-violation'] && failed.length > 0)) {
  const seed = first + runs;
  const report = await live(seed);
  runs++;
  steps += report.steps;
  tally(faults, report.faults);
  tally(histories, report.histories);
  for (const violation of report.violations) console.log(`seed ${seed}: ${violation}`);
  if (report.violations.length > 0) failed.push(seed);
}
console.log(`${runs} runs, seeds ${first} to ${first + runs - 1}, ${steps} steps, ${failed.length} with violations`);
show('faults', faults);
show('histories', histories);
if (failed.length > 0) {
  console.log(`Replay one with: npm run soak -- --seed ${failed[0]}`);
  process.exitCode = 1;
}
