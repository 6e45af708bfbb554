import { describe, expect, test } from '@jest/globals';
import { NotFoundError } from '../../shared/errors.ts';
import type { Fillers, Services } from '../../shared/ports/services.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the services promises. */
export const describeServicesContract = (make: MakeSubject<Services>): void => {
  describe('services', () => {
    test(
      'describes services by name or ARN, ten per call, and leaves out what is not there or INACTIVE',
      withSubject(make, async ({ world, port, run }) => {
        const { cluster, subnetId } = arrange(world);
        const add = (name: string) =>
          world.ecs.createService({
            cluster: 'production',
            name,
            taskDefinition: 'web',
            subnets: [subnetId],
            serviceTags: { team: 'a' },
          });
        const services = Array.from({ length: 12 }, (_, n) => add(`s${n}`));
        world.ecs.deleteService(services[3]?.arn ?? '');
        const asked = [services[0]?.arn ?? '', ...services.slice(1).map(({ name }) => name), 'nobody'];
        const described = await run(port.describe('production', asked));
        expect(described.map(({ name }) => name)).toEqual(
          services.map(({ name }) => name).filter((name) => name !== 's3'),
        );
        expect(described[0]).toEqual({
          serviceArn: services[0]?.arn,
          clusterArn: cluster.arn,
          name: 's0',
          status: 'ACTIVE',
          targetGroupArns: [],
          revisionArns: [services[0]?.deployments[0]?.revisionArn],
          tags: { team: 'a' },
        });
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeServices': 2 });
        expect(await run(port.describe('nowhere', ['s0']))).toEqual([]);
      }),
    );

    test(
      'tells the target groups that ECS fills: of the service, its task sets and its running revisions',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId, subnetId } = arrange(world);
        const [blue, green, set, next] = ['blue', 'green', 'set', 'next'].map(
          (name) => world.targetGroups.add({ name, vpcId }).arn,
        );
        const balancer = (targetGroupArn = '', alternateTargetGroupArn?: string) => ({
          targetGroupArn,
          containerName: 'web',
          containerPort: 8080,
          ...(alternateTargetGroupArn !== undefined && { advancedConfiguration: { alternateTargetGroupArn } }),
        });
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          loadBalancers: [balancer(blue, green)],
        });
        world.ecs.addTaskSet(arn, [balancer(set)]);
        await world.clock.advance(A_WHILE_MS);
        world.ecs.updateService(arn, { loadBalancers: [balancer(next)] });
        const [service] = await run(port.describe('production', ['web']));
        expect([...(service?.targetGroupArns ?? [])].sort()).toEqual([next, set].sort());
        expect(service?.revisionArns).toHaveLength(2);
        const filled = await run(port.targetGroupsOfRevisions(service?.revisionArns ?? []));
        expect([...filled].sort()).toEqual([blue, green, next].sort());
      }),
    );

    test(
      'lists every page',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        for (let n = 0; n < 101; n++) {
          world.ecs.createService({
            cluster: 'production',
            name: `s${n}`,
            taskDefinition: 'web',
            subnets: [subnetId],
            desiredCount: 0,
          });
        }
        expect(await run(port.list('production'))).toHaveLength(101);
        expect(world.calls.counts()).toEqual({ 'ecs:ListServices': 2 });
        await expect(run(port.list('nowhere'))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );
  });
};

/** What every implementation of the fillers promises. */
export const describeFillersContract = (make: MakeSubject<Fillers>): void => {
  describe('fillers', () => {
    test(
      'tells which groups Auto Scaling and CodeDeploy fill',
      withSubject(make, async ({ world, port, run }) => {
        const { vpcId } = arrange(world);
        const { arn } = world.targetGroups.add({ name: 'asg', vpcId });
        world.fillings.autoScaling.set('workers', [arn]);
        for (let n = 0; n < 120; n++) world.fillings.autoScaling.set(`empty-${n}`, []);
        world.fillings.codeDeploy.push({
          application: 'shop',
          deploymentGroup: 'production',
          targetGroupNames: ['blue', 'green'],
        });
        expect(await run(port.autoScaling())).toEqual(new Map([[arn, 'workers']]));
        expect(await run(port.codeDeploy())).toEqual(
          new Map([
            ['blue', 'shop/production'],
            ['green', 'shop/production'],
          ]),
        );
      }),
    );

    test(
      'nobody fills anything in an empty account',
      withSubject(make, async ({ port, run }) => {
        expect(await run(port.autoScaling())).toEqual(new Map());
        expect(await run(port.codeDeploy())).toEqual(new Map());
      }),
    );
  });
};
