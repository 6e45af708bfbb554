import { parseArgs } from 'node:util';
import { type Counts, count } from './counts.ts';
import { lifeOf } from './life.ts';
import { type LifeReport, runLife } from './run-life.ts';

/** What a process of the soak met. */
export interface SoakReport {
  runs: number;
  /** Happenings, events and calls. */
  steps: number;
  readonly faults: Counts;
  readonly histories: Counts;
  readonly violations: { readonly seed: number; readonly what: string }[];
}

const { values } = parseArgs({
  options: {
    first: { type: 'string', default: '1' },
    stride: { type: 'string', default: '1' },
    runs: { type: 'string' },
    minutes: { type: 'string' },
    'until-violation': { type: 'boolean', default: false },
    /** Prints what happens in each life. */
    show: { type: 'boolean', default: false },
  },
});

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

const first = Number(values.first);
const stride = Number(values.stride);
const most = Number(values.runs ?? Number.POSITIVE_INFINITY);
const untilMs = Date.now() + Number(values.minutes ?? Number.POSITIVE_INFINITY) * 60_000;
const report: SoakReport = { runs: 0, steps: 0, faults: {}, histories: {}, violations: [] };
let ends = false;
process.on('SIGINT', () => {
  ends = true;
});
while (report.runs < most && Date.now() < untilMs && !ends) {
  const seed = first + report.runs * stride;
  if (values.show) console.log(JSON.stringify(lifeOf(seed), null, 2));
  const { steps, faults, histories, violations } = await live(seed);
  report.runs++;
  report.steps += steps;
  tally(report.faults, faults);
  tally(report.histories, histories);
  for (const what of violations) {
    console.log(`seed ${seed}: ${what}`);
    report.violations.push({ seed, what });
  }
  ends ||= values['until-violation'] && report.violations.length > 0;
  // A signal is heard between two lives.
  await new Promise((resolve) => setImmediate(resolve));
}
// Whoever runs the bundle by itself reads it.
if (process.send === undefined) console.log(JSON.stringify(report, null, 2));
else process.send(report);
process.exitCode = report.violations.length > 0 ? 1 : 0;
