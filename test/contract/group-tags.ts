import { describe, expect, test } from '@jest/globals';
import { DeniedError, NotFoundError, UnclearError } from '../../shared/errors.ts';
import type { GroupTags } from '../../shared/ports/group-tags.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the groups' tags promises. */
export const describeGroupTagsContract = (make: MakeSubject<GroupTags>): void => {
  describe('tags of target groups', () => {
    test(
      'finds a group by its name or ARN, and none that is not there',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const { arn } = world.targetGroups.add({ name: 'web', vpcId, port: 8080 });
        const found = { arn, name: 'web', targetType: 'ip', protocol: 'HTTP', port: 8080, vpcId };
        expect(await run(port.find('web'))).toMatchObject(found);
        expect(await run(port.find(arn))).toMatchObject(found);
        expect(await run(port.find('other'))).toBeUndefined();
        expect(await run(port.find(`${arn}0`))).toBeUndefined();
      }),
    );

    test(
      'sets tags, leaves the others, and reads them all',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({
          name: 'web',
          vpcId: arrange(world).vpcId,
          tags: { team: 'a', x: '1' },
        });
        await run(port.set(arn, { 'taskwire:service': 'production/web', x: '2' }));
        await run(port.set(arn, { 'taskwire:service': 'production/web', x: '2' }));
        expect(await run(port.of(arn))).toEqual({ team: 'a', x: '2', 'taskwire:service': 'production/web' });
      }),
    );

    test(
      'takes tags away, those that are not there too',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({
          name: 'web',
          vpcId: arrange(world).vpcId,
          tags: { team: 'a', 'taskwire:paused': 'now' },
        });
        await run(port.remove(arn, ['taskwire:paused']));
        await run(port.remove(arn, ['taskwire:paused']));
        expect(await run(port.of(arn))).toEqual({ team: 'a' });
      }),
    );

    test(
      'without tags none are told, and to set none costs no call',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        expect(await run(port.of(arn))).toEqual({});
        await run(port.set(arn, {}));
        expect(world.calls.count('elasticloadbalancing:AddTags')).toBe(0);
      }),
    );

    test(
      'a group that is gone is said to be',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        world.targetGroups.delete(arn);
        await expect(run(port.of(arn))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.set(arn, { a: 'b' }))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );

    test.each([
      ['denied', DeniedError],
      ['broken', UnclearError],
    ] as const)('a change that is %s is told after one attempt', async (failure, type) => {
      await withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        world.faults.add({ action: 'elasticloadbalancing:AddTags', failure });
        await expect(run(port.set(arn, { a: 'b' }))).rejects.toBeInstanceOf(type);
        expect(world.calls.count('elasticloadbalancing:AddTags')).toBe(1);
      })();
    });
  });
};
