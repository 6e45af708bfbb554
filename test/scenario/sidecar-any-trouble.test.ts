import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSidecarStage } from '../support/sidecar-stage.ts';

const MINUTE = 60_000;

const trouble = fc.record({
  action: fc.constantFrom(
    'ecs:DescribeServices' as const,
    'ecs:DescribeTaskDefinition' as const,
    'ecs:RegisterTaskDefinition' as const,
    'ecs:UpdateService' as const,
    'ecs:ListTasks' as const,
    'ecs:DescribeTasks' as const,
  ),
  failure: fc.constantFrom(
    'throttled' as const,
    'broken' as const,
    'unanswered' as const,
    'lost' as const,
    'denied' as const,
  ),
  after: fc.nat(6),
  times: fc.integer({ min: 1, max: 5 }),
});
const failing = fc.option(
  fc.record({
    runsMs: fc.option(fc.constantFrom(3_000, 7_000), { nil: undefined }),
    exitCode: fc.constantFrom(1, 137),
  }),
  { nil: undefined },
);

test('whatever fails on the way: what is told is so, and no revision is registered twice', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(trouble, { maxLength: 3 }),
      failing,
      fc.constantFrom('off' as const, 'fail' as const, 'rollback' as const),
      fc.integer({ min: 1, max: 3 }),
      async (troubles, failure, circuitBreaker, desiredCount) => {
        const stage = createSidecarStage();
        const { world } = stage;
        const { arn } = stage.bare('web', { circuitBreaker, desiredCount });
        await stage.run(MINUTE);
        if (failure !== undefined) {
          const { runsMs, exitCode } = failure;
          world.ecs.failStarts(arn, { taskDefinition: 'web:2', exitCode, ...(runsMs !== undefined && { runsMs }) });
        }
        const plan = await stage.plan({ action: 'attach-sidecar' });
        for (const each of troubles) world.faults.add(each);
        const [result] = await stage.applied(plan);
        world.faults.clear();
        const runs = stage.revisionOf('web');
        expect(stage.revisions().length).toBeLessThanOrEqual(2);
        switch (result?.outcome) {
          case 'steady':
            expect(runs).toBe('web:2');
            expect(world.ecs.tasksOf(arn).filter(({ lastStatus }) => lastStatus === 'RUNNING')).toHaveLength(
              desiredCount,
            );
            break;
          case 'rolled-back':
            expect(failure).toBeDefined();
            expect(runs).toBe('web:1');
            break;
          case 'refused':
          case 'not-begun':
            expect(runs).toBe('web:1');
            expect(result.wayBack).toBeUndefined();
            break;
          default:
            // Some call never came through: whoever may run the new revision is told the way back.
            expect(result?.outcome).toBe('failed');
            expect(troubles).not.toEqual([]);
            if (runs === 'web:2') expect(result?.wayBack).toBeDefined();
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
