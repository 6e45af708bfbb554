import type { TaskRecord } from '../../simulator/state.ts';
import type { World } from '../../simulator/world.ts';
import { boundOfStops } from './bound.ts';
import { createFleet, type Fleet, type FleetSpec } from './fleet.ts';
import { startFullReconcile } from './full-reconcile.ts';
import { createMeter, type Needed } from './meter.ts';
import { startOneCallPerEvent } from './one-call-per-event.ts';
import { DEFAULT_SHARE, startTaskwire, WHOLE_SHARE } from './taskwire.ts';

/** Something that happens to a fleet; resolves by itself, true once it is over. */
interface Scenario {
  readonly name: string;
  readonly fleet: FleetSpec;
  /** Whether each stopped task has its replacement before it stops. */
  readonly replaced: boolean;
  readonly begin: (fleet: Fleet) => void;
  /** Whether nothing more starts or stops. @param started How many tasks have started. */
  readonly isQuiet: (started: number, fleet: Fleet) => boolean;
}

/** Who keeps the targets. */
interface Policy {
  readonly name: string;
  readonly start: (fleet: Fleet) => void;
}

/** What came of a policy in a scenario; seconds. */
export interface Study {
  readonly registeredP50: number;
  readonly registeredP99: number;
  readonly deregisteredP50: number;
  readonly deregisteredP99: number;
  readonly boundP99: number;
  readonly staleSeconds: number;
  readonly reads: number;
  readonly registrations: number;
  readonly throttles: number;
  /** Targets that were taken out while their task served. */
  readonly wrong: number;
  /** Changes that were never made. */
  readonly open: number;
}

const START_MS = 19_000;
const MOST_MS = 3 * 3_600_000;
const SPOT_MS = 10_000;
const SPOT_AFTER_MS = 200_000;

const deploy = ({ world, services, nextRevision }: Fleet): void => {
  for (const { arn } of services) world.ecs.updateService(arn, { taskDefinition: nextRevision });
};

/** Gives one of ten of these tasks its notice, `count` within ten seconds. */
const interrupt = ({ ecs, clock }: World, tasks: readonly TaskRecord[], count: number): void => {
  for (let nth = 0; nth < count; nth++) {
    const task = tasks[nth * 10];
    // In an order of its own, so that neighbours of a service do not go together.
    const atMs = (((nth * 7_919) % count) * SPOT_MS) / count;
    if (task) clock.after(atMs, () => ecs.interruptSpot(task.arn));
  }
};

/** All services deploy at once, two tasks of fifty at a time: 600 s for each. */
export const rollover = (services: number, tasksPerService: number): Scenario => ({
  name: `${services * tasksPerService} tasks of ${services} services roll over in 10 minutes`,
  fleet: { services, tasksPerService, maximumPercent: 100 + Math.ceil(200 / tasksPerService), startMs: START_MS },
  replaced: true,
  begin: deploy,
  isQuiet: (started) => started >= services * tasksPerService,
});

/** A tenth of the fleet's tasks, of every service, get their notice within ten seconds. */
export const spotWave = (services: number, tasksPerService: number): Scenario => {
  const count = Math.round((services * tasksPerService) / 10);
  return {
    name: `Spot takes ${count} of ${services * tasksPerService} tasks in 10 s`,
    fleet: { services, tasksPerService, maximumPercent: 200, startMs: START_MS },
    replaced: false,
    begin: ({ world, services: all }) => {
      const tasks = all.flatMap(({ arn }) => world.ecs.tasksOf(arn));
      interrupt(world, tasks, count);
    },
    isQuiet: (started) => started >= count,
  };
};

/** One service replaces a tenth of its tasks at a time. */
export const largeService = (tasks: number): Scenario => ({
  name: `one service of ${tasks} tasks rolls over`,
  fleet: { services: 1, tasksPerService: tasks, maximumPercent: 110, startMs: START_MS },
  replaced: true,
  begin: deploy,
  isQuiet: (started) => started >= tasks,
});

/** The rollover, a Spot wave in the midst of it, and a large service that deploys beside them. */
export const allAtOnce = (services: number, tasksPerService: number, large: number): Scenario => {
  const count = Math.round((services * tasksPerService) / 10);
  const maximumPercent = 100 + Math.ceil(200 / tasksPerService);
  return {
    name: `all at once: ${services * tasksPerService} tasks of ${services} services roll over, Spot takes ${count}, and one service of ${large} tasks rolls over`,
    fleet: { services, tasksPerService, large, maximumPercent, startMs: START_MS },
    replaced: false,
    begin: (fleet) => {
      const { world, services: all } = fleet;
      deploy(fleet);
      world.clock.after(SPOT_AFTER_MS, () => {
        const tasks = all.slice(0, services).flatMap(({ arn }) => world.ecs.tasksOf(arn));
        interrupt(world, tasks, count);
      });
    },
    // What Spot takes of the new revision starts once more, so nobody can count ahead.
    isQuiet: (started, { world, services: all, nextRevision }) =>
      started >= services * tasksPerService + large &&
      all.every(({ arn, desiredCount }) => {
        const tasks = world.ecs.tasksOf(arn);
        return (
          tasks.length === desiredCount &&
          tasks.every(({ definition, lastStatus }) => definition.arn === nextRevision && lastStatus === 'RUNNING')
        );
      }),
  };
};

/** At the share that it has by default, or with all of AWS's calls, as the others. */
export const taskwire: Policy = {
  name: 'Taskwire, 3 of the 4 calls per second',
  start: (fleet) => startTaskwire(fleet, DEFAULT_SHARE),
};
export const taskwireWhole: Policy = {
  name: 'Taskwire, all 4',
  start: (fleet) => startTaskwire(fleet, WHOLE_SHARE),
};
export const oneCallPerEvent: Policy = { name: 'one call per event, all 4', start: startOneCallPerEvent };
export const fullReconcile: Policy = { name: 'full reconcile per group, all 4', start: startFullReconcile };

const nth = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const secondsOf = (needed: readonly Needed[], nowMs: number): readonly number[] =>
  needed.map(({ atMs, doneMs = nowMs }) => (doneMs - atMs) / 1_000).toSorted((a, b) => a - b);

const demandsOf = (started: readonly Needed[], stopped: readonly Needed[]) => {
  const groups = new Set([...started, ...stopped].map(({ group }) => group));
  const timesOf = (needed: readonly Needed[], of: string): readonly number[] =>
    needed.flatMap(({ group, atMs }) => (group === of ? [atMs] : []));
  return [...groups].map((group) => ({ startedMs: timesOf(started, group), stoppedMs: timesOf(stopped, group) }));
};

const isRead = (action: string): boolean => /:(Describe|List|Get)/.test(action);
const isRegistration = (action: string): boolean => /:(Register|Deregister)Targets$/.test(action);

const callsOf = ({ calls }: World) => ({
  reads: calls.all.filter(({ action }) => isRead(action)).length,
  registrations: calls.all.filter(({ action }) => isRegistration(action)).length,
  throttles: calls.all.filter(({ error }) => error?.startsWith('Throttl')).length,
});

/** Lives a scenario under a policy until every change is made. */
export const study = async (
  { fleet: spec, begin, isQuiet, replaced }: Scenario,
  policy: Policy,
  registrationsPerSecond = 4,
): Promise<Study> => {
  const fleet = await createFleet(spec);
  const { clock } = fleet.world;
  const meter = createMeter(fleet);
  policy.start(fleet);
  begin(fleet);
  const isOver = (): boolean => meter.open === 0 && isQuiet(meter.started.length, fleet);
  await clock.runUntil(isOver, MOST_MS);
  const nowMs = clock.nowMs();
  const registered = secondsOf(meter.started, nowMs);
  const deregistered = secondsOf(meter.stopped, nowMs);
  const capacity = { perSecond: registrationsPerSecond, burst: 5 * registrationsPerSecond };
  return {
    registeredP50: nth(registered, 0.5),
    registeredP99: nth(registered, 0.99),
    deregisteredP50: nth(deregistered, 0.5),
    deregisteredP99: nth(deregistered, 0.99),
    boundP99: boundOfStops(demandsOf(meter.started, meter.stopped), capacity, replaced) / 1_000,
    staleSeconds: meter.staleSeconds(),
    ...callsOf(fleet.world),
    wrong: meter.wrong,
    open: meter.open,
  };
};
