import type { Bench, Chart, Table } from './bench.ts';
import {
  allAtOnce,
  fullReconcile,
  largeService,
  oneCallPerEvent,
  rollover,
  type Study,
  spotWave,
  study,
  taskwire,
  taskwireWhole,
} from './convergence/study.ts';
import { growthExponent } from './measure.ts';

/** As `npm run deploy` has it, and all that AWS grants, as the other two take; registering calls per second. */
const OWN = [
  { policy: taskwire, share: 3 },
  { policy: taskwireWhole, share: 4 },
] as const;
const SERVICES = 200;
const TASKS = 50;
const LARGE = 1_000;
/** Services of the smaller fleets of the growth; the fleet itself is the third. */
const SMALLER = [1, 4].map((times) => Math.round((SERVICES * times) / 16));

export const name =
  'convergence of 10,000 tasks in virtual time, against one call per event, full reconciles and a lower bound';

export const limits: Bench['limits'] = {
  /** p99 of stop to deregistered in the rollover, against the lower bound at the share that Taskwire was given. */
  stopToBound: { most: 1.5, timed: false },
  /** How many times longer one call per event takes for the same. */
  oneCallToTaskwire: { least: 5, timed: false },
  /** The worst p99 of any scenario, registering or deregistering, against full reconciles; both take all of AWS's calls. */
  worstToFullReconcile: { most: 1, timed: false },
  /** Targets taken out while their task served, and changes never made, of all policies' runs of Taskwire. */
  wrong: { most: 0, timed: false },
  callGrowth: { most: 1.1, timed: false },
};

const rounded = (seconds: number): number => Number(seconds.toPrecision(3));

const rowOf = (policy: string, each: Study): Table['rows'][number] => [
  policy,
  rounded(each.registeredP50),
  rounded(each.registeredP99),
  rounded(each.deregisteredP50),
  rounded(each.deregisteredP99),
  Math.round(each.staleSeconds),
  each.registrations,
  each.reads,
  each.throttles,
];

const COLUMNS = [
  'policy',
  'registered p50, s',
  'registered p99, s',
  'deregistered p50, s',
  'deregistered p99, s',
  'stale target seconds',
  'registering calls',
  'reading calls',
  'throttled',
] as const;

/** Event to registered and stop to deregistered of a fleet, on the simulator with AWS's documented call budgets. */
export const run: Bench['run'] = async ({ smoke }) => {
  if (smoke) {
    const { wrong, open } = await study(rollover(4, 10), taskwire, 3);
    return { figures: { wrong: wrong + open } };
  }
  const scenarios = [
    rollover(SERVICES, TASKS),
    spotWave(SERVICES, TASKS),
    largeService(LARGE),
    allAtOnce(SERVICES, TASKS, LARGE),
  ];
  const tables: Table[] = [];
  const worst: number[] = [];
  const figures: Record<string, number> = {};
  const bars: { readonly name: string; readonly values: number[] }[] = [];
  let wrong = 0;
  let rolledOver: Study | undefined;
  const add = (policy: string, seconds: number): void => {
    const known = bars.find((each) => each.name === policy);
    if (known === undefined) bars.push({ name: policy, values: [seconds] });
    else known.values.push(seconds);
  };
  for (const [index, scenario] of scenarios.entries()) {
    const own = [];
    for (const { policy, share } of OWN) own.push({ policy, of: await study(scenario, policy, share) });
    const one = await study(scenario, oneCallPerEvent);
    const full = await study(scenario, fullReconcile);
    const [usual, all] = own.map(({ of }) => of);
    if (usual === undefined || all === undefined) throw new Error('Taskwire was not studied');
    wrong += usual.wrong + usual.open + all.wrong + all.open;
    worst.push(all.registeredP99 / full.registeredP99, all.deregisteredP99 / full.deregisteredP99);
    if (index === 0) {
      rolledOver = usual;
      figures.stopToBound = usual.deregisteredP99 / usual.boundP99;
      figures.stopToBoundAtFour = all.deregisteredP99 / all.boundP99;
      figures.oneCallToTaskwire = one.deregisteredP99 / usual.deregisteredP99;
      figures.stopP99Seconds = usual.deregisteredP99;
      figures.boundP99Seconds = usual.boundP99;
    }
    const rows = [
      ...own.map(({ policy, of }) => rowOf(policy.name, of)),
      rowOf(oneCallPerEvent.name, one),
      rowOf(fullReconcile.name, full),
      ['lower bound, 3 calls per second', '', '', '', rounded(usual.boundP99), '', '', '', ''],
      ['lower bound, all 4', '', '', '', rounded(all.boundP99), '', '', '', ''],
    ];
    tables.push({ title: scenario.name, columns: COLUMNS, rows });
    for (const { policy, of } of own) add(policy.name, of.deregisteredP99);
    add(fullReconcile.name, full.deregisteredP99);
    add('lower bound, 3 calls per second', usual.boundP99);
  }
  if (rolledOver === undefined) throw new Error('Taskwire was not studied');
  const grown: { readonly services: number; readonly of: Study }[] = [];
  for (const services of SMALLER) {
    grown.push({ services, of: await study(rollover(services, TASKS), taskwire, 3) });
  }
  grown.push({ services: SERVICES, of: rolledOver });
  const growthOf = (work: (of: Study) => number): number =>
    growthExponent(grown.map(({ services, of }) => ({ size: services, work: work(of) })));
  figures.callGrowth = growthOf(({ reads, registrations }) => reads + registrations);
  figures.latencyGrowth = growthOf(({ deregisteredP99 }) => deregisteredP99);
  figures.boundGrowth = growthOf(({ boundP99 }) => boundP99);
  tables.push({
    title: 'Growth: the rollover at 1, 4 and 16 times the size, Taskwire with 3 calls per second',
    columns: ['services', 'tasks', 'registered p99, s', 'deregistered p99, s', 'lower bound, s', 'calls'],
    rows: grown.map(({ services, of }) => [
      services,
      services * TASKS,
      rounded(of.registeredP99),
      rounded(of.deregisteredP99),
      rounded(of.boundP99),
      of.reads + of.registrations,
    ]),
  });
  const chart: Chart = {
    title: 'Stop to deregistered, p99; one call per event is far beyond',
    unit: 's',
    scale: 'linear',
    categories: ['200 services roll over', 'Spot wave', 'one service of 1,000 tasks', 'all at once'],
    series: bars,
  };
  return {
    figures: { ...figures, worstToFullReconcile: Math.max(...worst), wrong },
    tables,
    charts: [chart],
  };
};
