import { describe, expect, test } from '@jest/globals';
import type { TrueTags } from '../../shared/ports/true-tags.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of tags by Elastic Load Balancing promises. */
export const describeTrueTagsContract = (make: MakeSubject<TrueTags>): void => {
  describe('true tags', () => {
    test(
      'groups of the account, and whether those are all',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const groups = Array.from({ length: 401 }, (_, index) => world.targetGroups.add({ name: `g-${index}`, vpcId }));
        expect((await run(port.groups(1))).whole).toBe(false);
        const { arns, whole } = await run(port.groups(2));
        expect(whole).toBe(true);
        expect(new Set(arns)).toEqual(new Set(groups.map(({ arn }) => arn)));
        expect(world.calls.counts()).toEqual({ 'elasticloadbalancing:DescribeTargetGroups': 3 });
      }),
    );

    test(
      'all tags of groups, twenty in one call, each group once',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const arns = Array.from(
          { length: 21 },
          (_, index) => world.targetGroups.add({ name: `g-${index}`, vpcId, tags: { number: String(index) } }).arn,
        );
        const tags = await run(port.of([...arns, ...arns]));
        expect(arns.map((arn) => tags.get(arn))).toEqual(arns.map((_, index) => ({ number: String(index) })));
        expect(world.calls.counts()).toEqual({ 'elasticloadbalancing:DescribeTags': 2 });
      }),
    );

    test(
      'a group that is gone is left out, and those beside it are not',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const [first, gone, last] = ['a', 'b', 'c'].map((name) => world.targetGroups.add({ name, vpcId }).arn);
        world.targetGroups.delete(gone ?? '');
        const tags = await run(port.of([first ?? '', gone ?? '', last ?? '']));
        expect([...tags.keys()].sort()).toEqual([first, last].sort());
      }),
    );

    test(
      'nothing is asked about no group',
      withSubject(make, async ({ world, port, run }) => {
        expect((await run(port.of([]))).size).toBe(0);
        expect(world.calls.counts()).toEqual({});
      }),
    );
  });
};
