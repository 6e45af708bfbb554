import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judgeSnapshot } from '../../../../shared/core/audit/judge-snapshot.ts';
import type { SeenTask, Snapshot } from '../../../../shared/core/audit/snapshot.ts';
import { planTargets } from '../../../../shared/core/targets/plan.ts';
import { keyOf, type ObservedTarget } from '../../../../shared/core/targets/target.ts';
import { heldByNobody, heldByOther, heldByTask, LIMITS, seen } from '../../../support/sight.ts';
import {
  anIndexedSnapshot,
  aSeenGroup,
  aSeenRevision,
  aSeenService,
  aSeenTask,
  aSnapshot,
} from '../../../support/snapshot.ts';
import { arnOf, stopped, stopping } from '../../../support/tasks.ts';

/** A small address space: collisions are where the bugs are. */
const octet = fc.integer({ min: 1, max: 6 });

const tasks: fc.Arbitrary<readonly SeenTask[]> = fc
  .array(
    fc.record({
      at: octet,
      service: fc.constantFrom('web', 'web', 'api', null),
      stage: fc.constantFrom({}, {}, stopping(), stopped(1_000), { lastStatus: 'PENDING' }),
      standby: fc.constantFrom(false, false, false, true),
    }),
    { maxLength: 8 },
  )
  .map((list) =>
    list.map(({ at, service, stage, standby }, index) =>
      aSeenTask(`t${index}`, { service, ip: `10.0.0.${at}`, standby, ...stage }),
    ),
  );

const targets: fc.Arbitrary<readonly ObservedTarget[]> = fc.uniqueArray(
  fc
    .tuple(octet, fc.constantFrom('healthy', 'initial', 'unhealthy', 'draining'), fc.constantFrom(80, 81))
    .map(([at, state, port]) => seen(at, state, port)),
  { maxLength: 8, selector: keyOf },
);

const holders = fc
  .array(fc.tuple(octet, fc.constantFrom(heldByNobody, heldByOther(), heldByTask('t0'), heldByTask('gone'))))
  .map((list) => Object.fromEntries(list.map(([at, of]) => [`10.0.0.${at}`, of])));

const snapshots: fc.Arbitrary<Snapshot> = fc
  .record({
    tasks,
    targets,
    holders,
    wiring: fc.record({
      targets: fc.constantFrom('shared' as const, 'exclusive' as const),
      mode: fc.constantFrom('enforce' as const, 'observe' as const),
    }),
    listed: fc.constantFrom('clusters' as const, 'workloads' as const, 'nothing' as const),
    stops: fc.constantFrom(5, 30, 120),
  })
  .map(({ tasks: running, stops, ...group }) =>
    aSnapshot({
      services: [aSeenService(), aSeenService({ name: 'api', minimumHealthyPercent: 0 })],
      tasks: running,
      revisions: [
        aSeenRevision('web:1', { has: { app: { portMappings: [{ containerPort: 80 }], stopTimeout: stops } } }),
      ],
      groups: [
        aSeenGroup({ ...group, deregistrationDelaySeconds: 60 }),
        aSeenGroup({ group: { name: 'b', loadBalancerArns: [] }, targets: group.targets }),
      ],
    }),
  );

const shuffled = <T>(items: readonly T[]): fc.Arbitrary<readonly T[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length });

test('the order in which AWS lists things does not matter', () => {
  const both = snapshots.chain((snapshot) =>
    fc
      .record({
        tasks: shuffled(snapshot.tasks),
        services: shuffled(snapshot.services),
        groups: shuffled(snapshot.groups),
      })
      .chain((other) =>
        fc
          .tuple(...other.groups.map((group) => shuffled(group.targets).map((of) => ({ ...group, targets: of }))))
          .map((groups) => [snapshot, { ...snapshot, ...other, groups }] as const),
      ),
  );
  fc.assert(
    fc.property(both, ([one, other]) => {
      expect(judgeSnapshot(other)).toEqual(judgeSnapshot(one));
    }),
  );
});

test('what a sweep would do leaves nothing missing and nothing stale', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const { groups } = anIndexedSnapshot(snapshot);
      const after = groups.map(({ seen: group, planned }) => {
        const { register, deregister } = planTargets(planned!.sight, LIMITS);
        const changed = new Set([...register, ...deregister].map(({ target }) => keyOf(target)));
        const stay = group.targets.filter((target) => !changed.has(keyOf(target)));
        return { ...group, targets: [...stay, ...register.map(({ target }) => ({ ...target, state: 'initial' }))] };
      });
      const report = judgeSnapshot({ ...snapshot, groups: after });
      expect(report.groups.map(({ missing, stale }) => ({ missing, stale }))).toEqual(
        after.map(() => ({ missing: 0, stale: 0 })),
      );
      expect(report.summary.rules).not.toHaveProperty('TGT-1');
      expect(report.summary.rules).not.toHaveProperty('TGT-10');
    }),
  );
});

test('a group whose targets were not seen has nothing said of them', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const unseen = ['web', 'b'].map((name) => ({ resource: arnOf.group(name), what: 'targets', why: 'Denied.' }));
      const groups = snapshot.groups.map((group) => ({ ...group, targets: [] }));
      const { rules } = judgeSnapshot({ ...snapshot, groups, unseen }).summary;
      for (const rule of ['TGT-1', 'TGT-2', 'TGT-3', 'TGT-10', 'TGT-13']) expect(rules).not.toHaveProperty(rule);
    }),
  );
});

test('every finding and every mark on the map is counted', () => {
  fc.assert(
    fc.property(snapshots, (snapshot) => {
      const { findings, summary, groups } = judgeSnapshot(snapshot);
      const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((a, b) => a + b, 0);
      expect([sum(summary.findings), sum(summary.rules)]).toEqual([findings.length, findings.length]);
      for (const { arn, worst } of groups) {
        expect(findings.some(({ targetGroup, severity }) => targetGroup === arn && severity === worst)).toBe(
          worst !== undefined,
        );
      }
    }),
  );
});
