import { describe, expect, test } from '@jest/globals';
import type { Target } from '../../shared/core/targets/target.ts';
import { DeniedError, NotFoundError, TaskwireError, ThrottledError, UnclearError } from '../../shared/errors.ts';
import type { TargetGroups } from '../../shared/ports/target-groups.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

const targets = (count: number, port = 8080): Target[] =>
  Array.from({ length: count }, (_, n) => ({ id: `10.0.${n >> 8}.${n & 255 || 255}`, port }));

/** What every implementation of the target groups promises. */
export const describeTargetGroupsContract = (make: MakeSubject<TargetGroups>): void => {
  describe('target groups', () => {
    test(
      'tells every group that carries a key, with all its tags, over all pages',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        for (let n = 0; n < 120; n++) {
          world.targetGroups.add({ name: `g${n}`, vpcId, tags: { 'taskwire:service': `production/s${n}`, team: 'a' } });
        }
        world.targetGroups.add({ name: 'other', vpcId, tags: { team: 'a' } });
        const tagged = await run(port.tagged('taskwire:service'));
        expect(tagged).toHaveLength(120);
        expect(tagged[7]?.tags).toEqual({ 'taskwire:service': 'production/s7', team: 'a' });
        expect(world.calls.counts()).toEqual({ 'tag:GetResources': 2 });
      }),
    );

    test(
      'fails as a whole when a page fails',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        for (let n = 0; n < 120; n++) world.targetGroups.add({ name: `g${n}`, vpcId, tags: { key: 'value' } });
        world.faults.add({ action: 'tag:GetResources', failure: 'broken', after: 1 });
        await expect(run(port.tagged('key'))).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      'describes groups and leaves out those that do not exist, in few calls',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const arns = Array.from({ length: 100 }, (_, n) => world.targetGroups.add({ name: `g${n}`, vpcId }).arn);
        const v6 = world.targetGroups.add({ name: 'v6', vpcId, protocol: 'TCP', port: 53, ipAddressType: 'ipv6' });
        expect(await run(port.describe([v6.arn]))).toEqual([
          {
            arn: v6.arn,
            name: 'v6',
            targetType: 'ip',
            protocol: 'TCP',
            port: 53,
            vpcId,
            ipAddressType: 'ipv6',
            loadBalancerArns: [v6.loadBalancerArn],
          },
        ]);
        world.targetGroups.attach(v6.arn, undefined);
        expect((await run(port.describe([v6.arn])))[0]).not.toHaveProperty('loadBalancerArns');
        world.targetGroups.attach(v6.arn, 'other');
        expect((await run(port.describe([v6.arn])))[0]?.loadBalancerArns).toEqual([
          expect.stringContaining(':loadbalancer/net/other/'),
        ]);
        world.targetGroups.delete(arns[41] ?? '', { stillTagged: true });
        world.calls.reset();
        const found = await run(port.describe(arns));
        expect(found.map(({ arn }) => arn)).toEqual(arns.filter((_, n) => n !== 41));
        expect(world.calls.count('elasticloadbalancing:DescribeTargetGroups')).toBeLessThanOrEqual(1 + 2 * 7);
      }),
    );

    test(
      'tells all targets with their states, draining ones too, and a zone only where somebody chose it',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const { arn } = world.targetGroups.add({ name: 'web', vpcId });
        const chosen: Target[] = [
          { id: '10.0.0.9', port: 8080 },
          { id: '10.9.0.9', port: 8080, zone: 'all' },
        ];
        await run(port.register(arn, chosen));
        await run(port.deregister(arn, [{ id: '10.0.0.9', port: 8080 }]));
        const seen = await run(port.targets(arn));
        expect(seen).toMatchObject([
          { id: '10.0.0.9', port: 8080, state: 'draining' },
          { id: '10.9.0.9', port: 8080, zone: 'all', state: 'initial' },
        ]);
        expect(seen[0]).not.toHaveProperty('zone');
      }),
    );

    test(
      'tells the deregistration delay',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId, delaySeconds: 42 });
        expect(await run(port.deregistrationDelaySeconds(arn))).toBe(42);
      }),
    );

    test(
      'a group that is gone: reading and registering say so, deregistering is done',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        world.targetGroups.delete(arn);
        await expect(run(port.targets(arn))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.deregistrationDelaySeconds(arn))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.register(arn, targets(1)))).rejects.toBeInstanceOf(NotFoundError);
        await expect(run(port.deregister(arn, targets(1)))).resolves.toBeUndefined();
      }),
    );

    test(
      'registers 200 targets in one call, and again',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        expect(await run(port.register(arn, targets(200)))).toEqual({
          accepted: targets(200),
          refused: [],
          full: false,
        });
        await run(port.register(arn, targets(200)));
        expect(await run(port.targets(arn))).toHaveLength(200);
        expect(world.calls.count('elasticloadbalancing:RegisterTargets')).toBe(2);
      }),
    );

    test(
      'registers around the one that AWS refuses and quotes',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        const stray: Target = { id: '10.200.0.1', port: 8080 };
        const given = [...targets(100), stray, ...targets(49, 9090)];
        const { accepted, refused, full } = await run(port.register(arn, given));
        expect(refused).toMatchObject([{ target: stray, code: 'ValidationError' }]);
        expect(refused[0]?.message).toContain('10.200.0.1');
        expect(accepted).toHaveLength(149);
        expect(full).toBe(false);
        expect(world.calls.count('elasticloadbalancing:RegisterTargets')).toBe(2);
      }),
    );

    test(
      'leaves the rest out when it may not go on',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        const given: Target[] = [{ id: '10.200.0.1', port: 80 }, ...targets(5)];
        const { accepted, refused } = await run(port.register(arn, given, async () => false));
        expect(accepted).toEqual([]);
        expect(refused).toHaveLength(1);
        expect(world.calls.count('elasticloadbalancing:RegisterTargets')).toBe(1);
      }),
    );

    test(
      'says when the group is full',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId, quota: 3 });
        expect(await run(port.register(arn, targets(4)))).toEqual({ accepted: [], refused: [], full: true });
      }),
    );

    test(
      'deregisters exactly the port that is named; unknown targets are success',
      withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId, delaySeconds: 0 });
        await run(port.register(arn, [...targets(1, 80), ...targets(1, 81)]));
        await run(port.deregister(arn, [...targets(1, 80), ...targets(1, 99)]));
        expect((await run(port.targets(arn))).map((target) => target.port)).toEqual([81]);
      }),
    );

    test.each([
      ['denied', DeniedError],
      ['throttled', ThrottledError],
      ['broken', UnclearError],
      ['unanswered', UnclearError],
      ['lost', UnclearError],
    ] as const)('%s changes are told apart, after one attempt', async (failure, type) => {
      await withSubject(make, async ({ world, port, run }) => {
        const { arn } = world.targetGroups.add({ name: 'web', vpcId: arrange(world).vpcId });
        world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure });
        world.faults.add({ action: 'elasticloadbalancing:DeregisterTargets', failure });
        await expect(run(port.register(arn, targets(3)))).rejects.toBeInstanceOf(type);
        await expect(run(port.deregister(arn, targets(3)))).rejects.toBeInstanceOf(type);
        expect(world.calls.mutating()).toHaveLength(2);
        const took = world.targetGroups.groups.get(arn)?.targets.size;
        expect(took).toBe(failure === 'lost' ? 3 : 0);
      })();
    });
  });
};
