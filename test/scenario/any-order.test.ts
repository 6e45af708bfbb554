import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createStage } from '../support/stage.ts';
import { watchTruth } from '../support/truth.ts';

const RUNS = 50;
const SERVICES = ['web', 'api', 'edge'] as const;

/** Something that happens, and how long nothing else does. */
const happening = fc.record({
  what: fc.oneof(
    fc.record({ kind: fc.constant('scale' as const), service: fc.constantFrom(...SERVICES), to: fc.nat(4) }),
    fc.record({ kind: fc.constant('stop' as const), service: fc.constantFrom(...SERVICES), nth: fc.nat(3) }),
    fc.record({ kind: fc.constant('crash' as const), service: fc.constantFrom(...SERVICES), nth: fc.nat(3) }),
    fc.record({ kind: fc.constant('deploy' as const), service: fc.constantFrom(...SERVICES) }),
    fc.record({ kind: fc.constant('spot' as const), service: fc.constantFrom(...SERVICES), nth: fc.nat(3) }),
    fc.record({ kind: fc.constant('sweep' as const) }),
  ),
  thenMs: fc.nat(30_000),
});

const life = fc.record({
  seed: fc.nat(1_000_000),
  happenings: fc.array(happening, { minLength: 3, maxLength: 14 }),
  lateMs: fc.nat(120_000),
  repeated: fc.double({ min: 0, max: 0.5, noNaN: true }),
  lost: fc.double({ min: 0, max: 0.6, noNaN: true }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  releaseAddress: fc.constantFrom('stopped' as const, 'deprovisioning' as const),
  reuse: fc.constantFrom('newest' as const, 'oldest' as const),
  drainingTarget: fc.constantFrom('refuse' as const, 'rejoin' as const),
});

test('any shuffle, repeat, delay or loss of events, then quiet and two sweeps, ends in the right world', async () => {
  await fc.assert(
    fc.asyncProperty(life, async ({ seed, happenings, lateMs, repeated, lost, jitter, ...world }) => {
      const stage = createStage({
        world: {
          seed,
          ecs: { jitter, releaseAddress: world.releaseAddress },
          network: { reuse: world.reuse },
          targetGroups: { drainingTarget: world.drainingTarget },
        },
        delivery: { trouble: { lateMs: [0, lateMs], repeated, lost } },
      });
      const { ecs, network } = stage.world;
      const truth = watchTruth(stage);
      const instances = [1, 2].map(() => network.addInstance({ subnetId: stage.subnetId }).id);
      for (const id of instances) ecs.addContainerInstance('production', id);
      ecs.registerTaskDefinition({
        family: 'edge',
        networkMode: 'bridge',
        containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }, { name: 'log' }],
      });
      stage.group('web', { 'taskwire:service': 'production/web' });
      stage.group('api', { 'taskwire:service': 'production/api' });
      stage.group('both', { 'taskwire:service': 'production/web production/api' });
      stage.group('edge', { 'taskwire:service': 'production/edge' }, { targetType: 'instance' });
      const arns = {
        web: stage.service('web', 2).arn,
        api: stage.service('api', 1).arn,
        edge: stage.service('edge', 2, { taskDefinition: 'edge' }).arn,
      };
      for (const { what, thenMs } of happenings) {
        if (what.kind === 'sweep') await stage.sweep();
        else {
          const arn = arns[what.service];
          const live = ecs.tasksOf(arn).filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
          if (what.kind === 'scale') ecs.updateService(arn, { desiredCount: what.to });
          else if (what.kind === 'deploy') {
            ecs.updateService(arn, { taskDefinition: what.service === 'edge' ? 'edge' : 'web' });
          } else {
            const task = live[what.nth];
            if (task !== undefined && what.kind === 'stop') ecs.stopTask(task.arn);
            if (task !== undefined && what.kind === 'crash') ecs.crashTask(task.arn);
            if (task !== undefined && what.kind === 'spot') ecs.interruptSpot(task.arn);
          }
        }
        await stage.run(thenMs);
      }
      await stage.run(300_000);
      await stage.quiet();
      for (let sweep = 0; sweep < 2; sweep++) {
        await stage.sweep();
        await stage.quiet();
      }
      expect(stage.world.audit()).toMatchObject({ missing: [], stale: [], wrong: [], foreign: [] });
      expect(truth.takenFromLive).toEqual([]);
      expect(stage.failureQueue.messages).toEqual([]);
      expect(stage.ran.flatMap(({ failed, outcome }) => [...failed, ...outcome.held])).toEqual([]);
    }),
    // A failure prints its seed and the shortest life that shows it.
    { numRuns: RUNS },
  );
}, 60_000);
