import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Binding } from '../../../../shared/core/targets/binding.ts';
import { planUnknown, planUnwire } from '../../../../shared/core/targets/by-hand.ts';
import { indexFleet } from '../../../../shared/core/targets/fleet.ts';
import { type Limits, planTargets, type TargetPlan } from '../../../../shared/core/targets/plan.ts';
import type { Holder, Sight } from '../../../../shared/core/targets/sight.ts';
import { isDraining, keyOf, type ObservedTarget } from '../../../../shared/core/targets/target.ts';
import type { Task } from '../../../../shared/core/task/task.ts';
import { aFacts, aSight, heldByNobody, heldByOther, heldByTask, NOW_MS } from '../../../support/sight.ts';
import { aContainer, anInstanceTask, aTask, stopped } from '../../../support/tasks.ts';
import { aBinding, service } from '../../../support/wiring.ts';

/** What is true of one task, whoever sees it. */
interface Truth {
  readonly task: Task;
  /** Where it listens, by the tags of the group; `undefined` where it is not of the group's workloads or VPC. */
  readonly key: string | undefined;
  readonly holds: boolean;
  readonly rightful: boolean;
  /** Address or instance and port that it has or had in the group's VPC. */
  readonly spot: string | undefined;
  /** In the fleet; else no listing shows it. */
  readonly known: boolean;
}

interface World {
  readonly truths: readonly Truth[];
  readonly sight: Sight;
  readonly limits: Limits;
}

// Three addresses, three ports, two VPCs: collisions are where the bugs are.
const STAGES = ['PENDING', 'RUNNING', 'RUNNING', 'stop RUNNING', 'stop STOPPING', 'stop DEPROVISIONING', 'STOPPED'];
const LISTENS: Readonly<Record<string, number>> = { 'web:1': 80, 'web:2': 8080, 'api:1': 9090 };

const someTask = fc.record({
  revision: fc.constantFrom('web:1', 'web:2', 'api:1', 'x:1'),
  spot: fc.integer({ min: 1, max: 3 }),
  stage: fc.constantFrom(...STAGES),
  container: fc.constantFrom('PENDING', 'RUNNING', 'RUNNING', 'STOPPED'),
  elsewhere: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
  standby: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
  known: fc.integer({ min: 0, max: 5 }).map((dice) => dice > 0),
});
type Some = typeof someTask extends fc.Arbitrary<infer T> ? T : never;

const lifeOf = (stage: string) =>
  stage === 'STOPPED'
    ? stopped()
    : stage.startsWith('stop ')
      ? ({ lastStatus: stage.slice(5), desiredStatus: 'STOPPED' } as const)
      : ({ lastStatus: stage, desiredStatus: 'RUNNING' } as const);

const serviceOf = (revision: string): string => revision.split(':')[0] ?? '';
const isOwn = (binding: Binding, revision: string): boolean =>
  binding.wiring.workloads.some((each) => each.kind === 'service' && each.service === serviceOf(revision));

const addressTruth = (id: string, some: Some, binding: Binding): Truth => {
  const { revision, spot, stage, elsewhere, known } = some;
  const ip = `10.0.0.${spot}`;
  const task = aTask(id, {
    ...lifeOf(stage),
    service: serviceOf(revision),
    revision,
    ip,
    subnet: elsewhere ? 'subnet-2' : 'subnet-1',
  });
  const holds = !['stop DEPROVISIONING', 'STOPPED'].includes(stage);
  const own = isOwn(binding, revision) && !elsewhere;
  return {
    task,
    known,
    holds,
    spot: elsewhere ? undefined : ip,
    key: own ? `${ip} ${LISTENS[revision]}` : undefined,
    rightful: own && holds && task.desiredStatus === 'RUNNING' && !some.standby,
  };
};

const portTruth = (id: string, some: Some, binding: Binding): Truth => {
  const { revision, spot, stage, container } = some;
  const port = 32767 + spot;
  const status = stage === 'STOPPED' ? 'STOPPED' : container;
  const task = anInstanceTask(id, {
    ...lifeOf(stage),
    service: serviceOf(revision),
    containers: [aContainer('app', [`80>${port}`], status)],
  });
  const holds = status !== 'STOPPED';
  const own = isOwn(binding, revision);
  return {
    task,
    // Which tasks an instance has is asked of ECS alone: what it does not tell cannot be known.
    known: true,
    holds,
    spot: `i-1 ${port}`,
    key: own ? `i-1 ${port}` : undefined,
    rightful: own && holds && task.desiredStatus === 'RUNNING' && !some.standby,
  };
};

/** @param consistent An address or port has one holder at a time; looks of different moments may tell otherwise. */
const someWorld = (targetType: 'ip' | 'instance', consistent: boolean): fc.Arbitrary<World> =>
  fc
    .record({
      tasks: fc.array(someTask, { maxLength: 7 }),
      both: fc.boolean(),
      exclusive: fc.boolean(),
      observed: fc.uniqueArray(
        fc.record({
          spot: fc.integer({ min: 1, max: 3 }),
          port: fc.constantFrom(80, 80, 8080, 9090),
          state: fc.constantFrom('initial', 'healthy', 'healthy', 'unhealthy', 'unused', 'draining'),
        }),
        { selector: ({ spot, port }) => (targetType === 'ip' ? `${spot} ${port}` : `${spot}`), maxLength: 7 },
      ),
      asked: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      otherHolds: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      focus: fc.option(fc.array(fc.nat(6), { maxLength: 3 }), { nil: undefined }),
      listed: fc.constantFrom('nothing' as const, 'workloads' as const, 'clusters' as const, 'clusters' as const),
      seenLong: fc.boolean(),
      brakePercent: fc.constantFrom(0, 34, 50, 100),
      brakeReleased: fc.integer({ min: 0, max: 5 }).map((dice) => dice === 0),
    })
    .map(({ tasks, both, exclusive, observed, asked, otherHolds, focus, listed, seenLong, ...limits }) => {
      const binding = aBinding(
        {
          workloads: [service('production/web'), ...(both ? [service('production/api')] : [])],
          targets: exclusive ? 'exclusive' : 'shared',
          ...(targetType === 'instance' && { container: 'app' }),
        },
        { targetType },
      );
      const truthOf = targetType === 'ip' ? addressTruth : portTruth;
      const taken = new Set<string>();
      const truths = tasks
        .map((some, index) => truthOf(`t${index}`, some, binding))
        .filter((truth) => {
          const place = truth.spot ?? `elsewhere ${truth.task.interfaces[0]?.ipv4}`;
          if (!truth.holds || !consistent) return true;
          if (taken.has(place)) return false;
          taken.add(place);
          return true;
        });
      const holders: Record<string, readonly Holder[]> = {};
      for (const spot of [1, 2, 3]) {
        if (!asked[spot - 1]) continue;
        const ip = `10.0.0.${spot}`;
        const holder = truths.find((truth) => truth.holds && truth.spot === ip);
        const id = holder && idOf(holder.task);
        holders[ip] = id ? heldByTask(id) : otherHolds[spot - 1] ? heldByOther() : heldByNobody;
      }
      const targets = observed.map(
        ({ spot, port, state }): ObservedTarget =>
          targetType === 'ip' ? { id: `10.0.0.${spot}`, port, state } : { id: 'i-1', port: 32767 + spot, state },
      );
      const known = truths.filter((truth) => truth.known);
      const sight = aSight({
        binding,
        tasks: known.map(({ task }) => task),
        observed: targets,
        holders,
        listed,
        standby: tasks.flatMap(({ standby }, index) => (standby ? [`t${index}`] : [])),
        firstSeenMs: seenLong ? Object.fromEntries(targets.map((each) => [keyOf(each), NOW_MS - 600_000])) : {},
        ...(focus !== undefined && { focus: focus.map((index) => `t${index}`) }),
      });
      return { truths, sight, limits };
    });

const idOf = ({ taskArn }: Task): string => taskArn.slice(taskArn.lastIndexOf('/') + 1);

const after = (observed: readonly ObservedTarget[], plan: TargetPlan): readonly ObservedTarget[] => {
  const registered = new Set(plan.register.map(({ target }) => keyOf(target)));
  const gone = new Set(plan.deregister.map(({ target }) => keyOf(target)));
  return [
    ...observed
      .filter((target) => !registered.has(keyOf(target)))
      .map((target) => (gone.has(keyOf(target)) ? { ...target, state: 'draining' } : target)),
    ...plan.register.map(({ target }) => ({ ...target, state: 'initial' })),
  ];
};

const keysOf = (items: readonly { readonly target: { readonly id: string; readonly port: number } }[]) =>
  items.map(({ target }) => keyOf(target));

const RUNS = { numRuns: 2_000 };

describe.each(['ip', 'instance'] as const)('any plan for a group of type %s', (targetType) => {
  const world = someWorld(targetType, true);
  const spotOf = ({ id, port }: { readonly id: string; readonly port: number }): string =>
    targetType === 'ip' ? id : `${id} ${port}`;

  const forAll = (holds: (world: World, plan: TargetPlan) => void): void =>
    fc.assert(
      fc.property(world, (one) => holds(one, planTargets(one.sight, one.limits))),
      RUNS,
    );

  test('that ran leaves nothing to do but what the brake or standby held', () => {
    forAll(({ sight, limits }, plan) => {
      const again = planTargets({ ...sight, observed: after(sight.observed, plan) }, limits);
      expect(again.register).toEqual([]);
      const held = new Set(keysOf(plan.held));
      expect(keysOf(again.deregister).filter((key) => !held.has(key))).toEqual([]);
    });
  });

  test('never removes the target of a rightful holder', () => {
    forAll(({ truths, sight }, plan) => {
      const removed = new Set(keysOf(plan.deregister));
      for (const { rightful, key, known, task } of truths) {
        if (!rightful || key === undefined) continue;
        // What no listing shows five minutes later is not the group's: ECS itself says so.
        if (!known && sight.firstSeenMs.size > 0) continue;
        expect({ task: idOf(task), removed: removed.has(key) }).toEqual({ task: idOf(task), removed: false });
      }
    });
  });

  test('removes nothing without proof but from an exclusive group', () => {
    forAll(({ truths, sight }, plan) => {
      for (const { target, task: arn, reason } of plan.deregister) {
        const truth = truths.find(({ task }) => task.taskArn === arn);
        if (truth !== undefined) {
          expect(truth.spot).toBe(spotOf(target));
          expect(truth.rightful && truth.key === keyOf(target)).toBe(false);
        } else if (reason.startsWith('EC2 ')) {
          expect(sight.holders.get(target.id)).toEqual([]);
        } else {
          expect(reason).toMatch(/^without proof, the group is exclusive/);
          expect(sight.binding.wiring.targets).toBe('exclusive');
          expect(sight.focus).toBeUndefined();
        }
      }
    });
  });

  test('lets all or nothing go without proof, and never more than the brake allows', () => {
    forAll(({ sight, limits }, plan) => {
      const unproven = plan.deregister.filter(({ reason }) => reason.startsWith('without proof'));
      const present = sight.observed.filter((target) => !isDraining(target)).length;
      if (unproven.length === 0 || limits.brakeReleased) return;
      expect(unproven.length * 100).toBeLessThanOrEqual(limits.brakePercent * present);
      expect(plan.deregister.length).toBeLessThan(present);
      expect(plan.held.filter(({ reason }) => reason.startsWith('brake'))).toEqual([]);
    });
  });

  test('registers and removes different targets, each once, and only what is or is not there', () => {
    forAll(({ sight }, plan) => {
      const present = new Set(sight.observed.filter((target) => !isDraining(target)).map(keyOf));
      const keys = [...keysOf(plan.register), ...keysOf(plan.deregister), ...keysOf(plan.held)];
      expect(new Set(keys).size).toBe(keys.length);
      expect(keysOf(plan.register).filter((key) => present.has(key))).toEqual([]);
      expect(keysOf(plan.deregister).filter((key) => !present.has(key))).toEqual([]);
    });
  });

  test('registers running tasks of the group’s own, each where it listens', () => {
    forAll(({ truths }, plan) => {
      for (const { target, task } of plan.register) {
        const truth = truths.find((each) => each.task.taskArn === task);
        expect(truth).toMatchObject({ rightful: true, key: keyOf(target), task: { lastStatus: 'RUNNING' } });
      }
    });
  });

  test('touches nothing outside its focus', () => {
    forAll(({ truths, sight: { focus } }, plan) => {
      if (focus === undefined) return;
      const spots = new Set(truths.flatMap(({ task, spot }) => (focus.has(task.taskArn) ? [spot] : [])));
      for (const { task } of plan.register) expect(focus.has(task)).toBe(true);
      for (const { target } of [...plan.deregister, ...plan.held]) expect(spots.has(spotOf(target))).toBe(true);
      for (const wait of plan.waits) expect(spots.has(spotOf(wait))).toBe(true);
    });
  });

  test('unwired by hand is what the group’s own tasks hold, all of it, and what they left behind', () => {
    forAll(({ truths, sight: { focus: _, ...sight }, limits }) => {
      const plan = planUnwire(sight, limits);
      expect([plan.register, plan.held, plan.waits]).toEqual([[], [], []]);
      const known = truths.filter((truth) => truth.known);
      const removed = new Set(keysOf(plan.deregister));
      for (const target of sight.observed) {
        const holders = known.filter((truth) => truth.holds && truth.spot === spotOf(target));
        if (isDraining(target)) expect(removed.has(keyOf(target))).toBe(false);
        else if (holders.some(({ key }) => key !== undefined)) expect([...removed]).toContain(keyOf(target));
      }
      for (const { target, task: arn } of plan.deregister) {
        expect(truths.find(({ task }) => task.taskArn === arn)).toMatchObject({
          key: expect.any(String),
          spot: spotOf(target),
        });
      }
    });
  });

  test('removed by hand without proof is nothing that a sweep removes or wants, and nothing that tasks of the group hold', () => {
    forAll(({ truths, sight: { focus: _, ...sight }, limits }) => {
      const plan = planUnknown(sight, limits);
      expect([plan.register, plan.held]).toEqual([[], []]);
      const shared: Sight = {
        ...sight,
        binding: { ...sight.binding, wiring: { ...sight.binding.wiring, targets: 'shared' } },
      };
      const swept = planTargets(shared, limits);
      const others = new Set([...keysOf(swept.deregister), ...keysOf(swept.held)]);
      for (const key of keysOf(plan.deregister)) {
        expect(others.has(key)).toBe(false);
        expect(truths.some((truth) => truth.known && truth.rightful && truth.key === key)).toBe(false);
      }
      for (const { reason } of plan.deregister) {
        expect(reason).toMatch(/^removed by hand, without proof: /);
        const fault = reason.replace('removed by hand, without proof: ', '');
        expect(swept.faults.map(({ summary }) => summary)).toContain(fault);
        expect(plan.faults.map(({ summary }) => summary)).not.toContain(fault);
      }
    });
  });

  test('does not depend on the order of what is seen', () => {
    fc.assert(
      fc.property(
        someWorld(targetType, false),
        fc.array(fc.nat(1_000), { minLength: 14, maxLength: 14 }),
        ({ truths, sight, limits }, dice) => {
          const shuffled = <T>(items: readonly T[], from: number): readonly T[] =>
            items
              .map((item, index) => ({ item, rank: dice[(from + index) % dice.length] ?? 0 }))
              .toSorted((a, b) => a.rank - b.rank)
              .map(({ item }) => item);
          const tasks = truths.filter(({ known }) => known).map(({ task }) => task);
          const other: Sight = {
            ...sight,
            observed: shuffled(sight.observed, 0),
            fleet: indexFleet(shuffled(tasks, 7), aFacts()),
          };
          expect(planTargets(other, limits)).toEqual(planTargets(sight, limits));
        },
      ),
      RUNS,
    );
  });

  test('keeps one target where standby alone would empty the group', () => {
    forAll(({ truths, sight }, plan) => {
      const standby = plan.deregister.filter(({ reason }) => reason.endsWith('is on standby'));
      const present = sight.observed.filter((target) => !isDraining(target)).length;
      if (standby.length > 0) expect(plan.deregister.length).toBeLessThan(present);
      for (const { task: arn } of standby) {
        expect(truths.find(({ task }) => task.taskArn === arn)?.task.desiredStatus).toBe('RUNNING');
      }
    });
  });

  test('of a complete look asks nothing and leaves no target that nobody has', () => {
    forAll(({ truths, sight, limits }) => {
      const answered = new Map(
        ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((ip): [string, readonly Holder[]] => {
          const holder = truths.find((truth) => truth.holds && truth.spot === ip);
          return [ip, holder ? heldByTask(idOf(holder.task)) : heldByNobody];
        }),
      );
      const { focus: _, ...rest } = sight;
      const firstSeenMs = new Map(sight.observed.map((each) => [keyOf(each), NOW_MS - 600_000]));
      const plan = planTargets({ ...rest, listed: 'clusters', holders: answered, firstSeenMs }, limits);
      expect(plan.questions).toEqual([]);
      expect(plan.waits).toEqual([]);
      const left = new Set(keysOf(plan.deregister));
      for (const target of sight.observed) {
        const held = truths.some((truth) => truth.holds && truth.spot === spotOf(target));
        const had = truths.some((truth) => truth.known && truth.spot === spotOf(target));
        // On an instance somebody may answer who is no task, and only a task that had the port is proof.
        const proven = targetType === 'ip' || (had && target.state !== 'healthy');
        if (!held && proven && !isDraining(target)) expect([...left]).toContain(keyOf(target));
      }
    });
  });
});
