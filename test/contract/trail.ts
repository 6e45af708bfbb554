import { describe, expect, test } from '@jest/globals';
import { DeniedError, NotFoundError } from '../../shared/errors.ts';
import type { ChangeLog, Trail } from '../../shared/ports/trail.ts';
import type { World } from '../../simulator/world.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

const REGISTER = 'elasticloadbalancing:RegisterTargets';
const LOG = '/aws/lambda/taskwire-prod-register-targets';
const OWN_PAGES = { budgets: false };

const periodOf = ({ clock }: World) => ({ fromMs: clock.nowMs() - 3_600_000, toMs: clock.nowMs() + 3_600_000 });

/** A group, and calls about it that CloudTrail tells at once. */
const arrangeCalls = async (world: World, calls: number): Promise<string> => {
  world.trail.delayMs = 0;
  const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
  for (let n = 1; n <= calls; n++) {
    await world.call(REGISTER, { TargetGroupArn: arn, Targets: [{ Id: `10.0.0.${n}`, Port: 80 }] });
  }
  return arn;
};

/** What every implementation of CloudTrail's history promises. */
export const describeTrailContract = (make: MakeSubject<Trail>): void => {
  describe('trail', () => {
    test(
      'tells events of one name as they were recorded, the newest first, over all pages',
      withSubject(
        make,
        async ({ world, port, run }) => {
          const arn = await arrangeCalls(world, 60);
          await world.call('elasticloadbalancing:DeregisterTargets', {
            TargetGroupArn: arn,
            Targets: [{ Id: '10.0.0.1' }],
          });
          const { items, cutOffAtMs } = await run(port.events('RegisterTargets', periodOf(world), 10));
          expect(items).toHaveLength(60);
          expect(cutOffAtMs).toBeUndefined();
          expect(JSON.parse(items[0]?.text ?? '')).toMatchObject({
            eventName: 'RegisterTargets',
            requestParameters: { targetGroupArn: arn, targets: [{ id: '10.0.0.60', port: 80 }] },
          });
          expect(items[0]?.atMs).toBe(Math.floor(world.clock.nowMs() / 1_000) * 1_000);
          expect(world.calls.count('cloudtrail:LookupEvents')).toBe(2);
        },
        OWN_PAGES,
      ),
    );

    test(
      'stops after so many pages, and says how far it read',
      withSubject(
        make,
        async ({ world, port, run }) => {
          await arrangeCalls(world, 60);
          const { items, cutOffAtMs } = await run(port.events('RegisterTargets', periodOf(world), 1));
          expect(items).toHaveLength(50);
          expect(cutOffAtMs).toBe(items[49]?.atMs);
        },
        OWN_PAGES,
      ),
    );

    test(
      'tells nothing outside of the period, and fails where it is denied',
      withSubject(make, async ({ world, port, run }) => {
        await arrangeCalls(world, 1);
        const nowMs = world.clock.nowMs();
        const past = { fromMs: nowMs - 7_200_000, toMs: nowMs - 3_600_000 };
        expect(await run(port.events('RegisterTargets', past, 1))).toEqual({ items: [] });
        world.faults.add({ action: 'cloudtrail:LookupEvents', failure: 'denied' });
        await expect(run(port.events('RegisterTargets', past, 1))).rejects.toBeInstanceOf(DeniedError);
      }),
    );
  });
};

/** What every implementation of the functions' logs promises. */
export const describeChangeLogContract = (make: MakeSubject<ChangeLog>): void => {
  describe('change log', () => {
    test(
      'tells the changes of a group, or those that a task caused, the oldest first',
      withSubject(make, async ({ world, port, run }) => {
        const atMs = world.clock.nowMs();
        const line = (n: number, resource: string, task: string, message = 'change.applied') => ({
          atMs: atMs + n,
          text: JSON.stringify({ level: 'INFO', message, resource, task }),
        });
        const [a, b, c] = [line(1, 'arn:g1', 'arn:t1'), line(2, 'arn:g2', 'arn:t1'), line(3, 'arn:g1', 'arn:t2')];
        const planned = line(4, 'arn:g1', 'arn:t1', 'change.planned');
        world.trail.logs.set(LOG, [a, b, { atMs, text: 'START RequestId' }, c, planned]);
        const period = periodOf(world);
        expect(await run(port.changes(LOG, { resource: 'arn:g1' }, period, 5))).toEqual({ items: [a, c] });
        expect(await run(port.changes(LOG, { task: 'arn:t1' }, period, 5))).toEqual({ items: [a, b] });
        expect(await run(port.changes(LOG, { task: 'arn:t1' }, { ...period, fromMs: atMs + 2 }, 5))).toEqual({
          items: [b],
        });
      }),
    );

    test(
      'says that there is no such log group, and that it may not be read',
      withSubject(make, async ({ world, port, run }) => {
        const period = periodOf(world);
        await expect(run(port.changes(LOG, { task: 'arn:t' }, period, 5))).rejects.toBeInstanceOf(NotFoundError);
        world.faults.add({ action: 'logs:FilterLogEvents', failure: 'denied' });
        await expect(run(port.changes(LOG, { task: 'arn:t' }, period, 5))).rejects.toBeInstanceOf(DeniedError);
      }),
    );
  });
};
