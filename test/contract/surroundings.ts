import { describe, expect, test } from '@jest/globals';
import { NotFoundError } from '../../shared/errors.ts';
import type { Environments } from '../../shared/ports/environments.ts';
import type { GroupHealth } from '../../shared/ports/group-health.ts';
import type { Roles } from '../../shared/ports/roles.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

const dimensionOf = (arn: string): string => arn.slice(arn.indexOf(':targetgroup/') + 1);

/** What every implementation of the health of groups promises. */
export const describeGroupHealthContract = (make: MakeSubject<GroupHealth>): void => {
  describe('health of groups', () => {
    test(
      'how groups check, a hundred in one call',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const groups = Array.from({ length: 101 }, (_, index) =>
          world.targetGroups.add({ name: `g-${index}`, vpcId, ...(index === 0 && { healthCheck: { port: '9000' } }) }),
        );
        const checks = await run(port.healthChecks(groups.map(({ arn }) => arn)));
        expect(checks.size).toBe(101);
        const check = { protocol: 'HTTP', intervalSeconds: 30, healthyThreshold: 5 };
        expect([...checks.values()].slice(0, 2)).toEqual([
          { ...check, port: '9000' },
          { ...check, port: 'traffic-port' },
        ]);
        expect(world.calls.counts()).toEqual({ 'elasticloadbalancing:DescribeTargetGroups': 2 });
      }),
    );

    test(
      'how many targets were unhealthy, oldest first, five hundred groups in one call',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const groups = Array.from({ length: 501 }, (_, index) => world.targetGroups.add({ name: `g-${index}`, vpcId }));
        const first = groups[0]?.arn ?? '';
        const last = groups[500]?.arn ?? '';
        world.surroundings.unhealthy.set(dimensionOf(first), [
          { atMs: 0, value: 9 },
          { atMs: 300_000, value: 1 },
          { atMs: 600_000, value: 2 },
        ]);
        world.surroundings.unhealthy.set(dimensionOf(last), [{ atMs: 300_000, value: 3 }]);
        const counts = await run(
          port.unhealthyCounts(
            groups.map(({ arn, loadBalancerArn }) => ({ arn, loadBalancerArn })),
            { fromMs: 300_000, toMs: 900_000 },
          ),
        );
        expect(counts.get(first)).toEqual([
          { atMs: 300_000, count: 1 },
          { atMs: 600_000, count: 2 },
        ]);
        expect(counts.get(last)).toEqual([{ atMs: 300_000, count: 3 }]);
        expect(world.calls.counts()).toEqual({ 'cloudwatch:GetMetricData': 2 });
      }),
    );

    test(
      'a Gateway Load Balancer has no such figures, and costs no call',
      withSubject(make, async ({ world, port, run }) => {
        const loadBalancerArn = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/gwy/g/1';
        const group = {
          arn: 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/g/1',
          loadBalancerArn,
        };
        expect((await run(port.unhealthyCounts([group], { fromMs: 0, toMs: 1 }))).size).toBe(0);
        expect(world.calls.counts()).toEqual({});
      }),
    );
  });
};

/** What every implementation of the environments promises. */
export const describeEnvironmentsContract = (make: MakeSubject<Environments>): void => {
  describe('environments', () => {
    const shop = { application: 'shop', name: 'shop-prod' };

    test(
      'lists them, and tells their option of X-Ray, one call each',
      withSubject(make, async ({ world, port, run }) => {
        const { environments } = world.surroundings;
        environments.set('shop-prod', {
          id: 'e-1',
          application: 'shop',
          status: 'Ready',
          solutionStack: '64bit Amazon Linux 2023 v4.1.2 running ECS',
          platformArn: 'arn:aws:elasticbeanstalk:eu-central-1::platform/ECS running on 64bit Amazon Linux 2023/4.1.2',
          options: new Map([['aws:elasticbeanstalk:xray/XRayEnabled', 'true']]),
        });
        environments.set('own', {
          id: 'e-2',
          application: 'own',
          status: 'Updating',
          platformArn: 'arn:aws:elasticbeanstalk:eu-central-1:111122223333:platform/mine/1.0.0',
          options: new Map(),
        });
        expect(await run(port.list())).toEqual([
          {
            ...shop,
            id: 'e-1',
            status: 'Ready',
            platform: '64bit Amazon Linux 2023 v4.1.2 running ECS',
            platformArn: 'arn:aws:elasticbeanstalk:eu-central-1::platform/ECS running on 64bit Amazon Linux 2023/4.1.2',
          },
          {
            application: 'own',
            name: 'own',
            id: 'e-2',
            status: 'Updating',
            platform: 'mine/1.0.0',
            platformArn: 'arn:aws:elasticbeanstalk:eu-central-1:111122223333:platform/mine/1.0.0',
          },
        ]);
        expect(await run(port.xrayEnabled(shop))).toBe(true);
        expect(await run(port.xrayEnabled({ application: 'own', name: 'own' }))).toBeUndefined();
        expect(world.calls.counts()).toEqual({
          'elasticbeanstalk:DescribeEnvironments': 1,
          'elasticbeanstalk:DescribeConfigurationSettings': 2,
        });
      }),
    );

    test(
      'one that is gone is not found',
      withSubject(make, async ({ port, run }) => {
        await expect(run(port.xrayEnabled(shop))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );
  });
};

/** What every implementation of the roles promises. */
export const describeRolesContract = (make: MakeSubject<Roles>): void => {
  describe('roles', () => {
    const document = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'xray:*', Resource: '*' } };
    const policy = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';

    test(
      'the policies of a role by its ARN, and the documents of both kinds',
      withSubject(make, async ({ world, port, run }) => {
        const { roles, policies } = world.surroundings;
        roles.set('task', { attached: [policy], inline: new Map([['own', { ...document, Id: 'ä & %' }]]) });
        policies.set(policy, document);
        const found = await run(port.policies('arn:aws:iam::111122223333:role/path/task'));
        expect(found.attached).toEqual([policy]);
        expect(found.inline.map((text) => JSON.parse(text))).toEqual([{ ...document, Id: 'ä & %' }]);
        expect(JSON.parse(await run(port.document(policy)))).toEqual(document);
        expect(world.calls.counts()).toEqual({
          'iam:ListAttachedRolePolicies': 1,
          'iam:ListRolePolicies': 1,
          'iam:GetRolePolicy': 1,
          'iam:GetPolicy': 1,
          'iam:GetPolicyVersion': 1,
        });
      }),
    );

    test(
      'a role that is not there fails in words',
      withSubject(make, async ({ port, run }) => {
        await expect(run(port.policies('nobody'))).rejects.toThrow(/nobody/);
      }),
    );
  });
};
