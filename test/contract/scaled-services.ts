import { describe, expect, test } from '@jest/globals';
import { TaskwireError } from '../../shared/errors.ts';
import type { ScaledServices } from '../../shared/ports/scaled-services.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the scaled services promises. */
export const describeScaledServicesContract = (make: MakeSubject<ScaledServices>): void => {
  describe('scaled services', () => {
    test(
      'describes services with their tags, ten per call and cluster, and leaves out what is not there',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId, vpcId } = arrange(world);
        world.ecs.addCluster('staging');
        const { arn: targetGroupArn } = world.targetGroups.add({ name: 'web', vpcId });
        const services = Array.from({ length: 12 }, (_, n) =>
          world.ecs.createService({
            cluster: n === 11 ? 'staging' : 'production',
            name: `s${n}`,
            taskDefinition: 'web',
            subnets: [subnetId],
            desiredCount: 2,
            serviceTags: { 'taskwire:scaling': 'min=1 max=9' },
            loadBalancers: n === 0 ? [{ targetGroupArn, containerName: 'web', containerPort: 8080 }] : [],
          }),
        );
        await world.clock.advance(A_WHILE_MS);
        world.ecs.deleteService(services[3]?.arn ?? '');
        const nowhere = services[0]?.arn.replace('/production/', '/nowhere/') ?? '';
        const nobody = `${services[0]?.arn}-nobody`;
        const described = await run(port.describe([...services.map(({ arn }) => arn), nowhere, nobody]));
        expect(described.map(({ name }) => name).sort()).toEqual(
          services
            .map(({ name }) => name)
            .filter((name) => name !== 's3')
            .sort(),
        );
        expect(described.find(({ name }) => name === 's0')).toEqual({
          serviceArn: services[0]?.arn,
          cluster: 'production',
          name: 's0',
          desired: 2,
          running: 2,
          tags: { 'taskwire:scaling': 'min=1 max=9' },
          controller: 'ECS',
          strategy: 'REPLICA',
          managedByEcs: false,
          targetGroupArns: [targetGroupArn],
          onFargate: true,
        });
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeServices': 4 });
      }),
    );

    test(
      'tells the deployment that is under way, from its begin until the service is steady',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
        });
        const since = async () => (await run(port.describe([arn])))[0]?.deployingSinceMs;
        expect(await since()).toBe(world.clock.nowMs());
        await world.clock.advance(A_WHILE_MS);
        expect(await since()).toBeUndefined();
        world.ecs.updateService(arn, { desiredCount: 3 });
        expect(await since()).toBeUndefined();
        world.ecs.updateService(arn, { forceNewDeployment: true });
        await world.clock.advance(5_000);
        const { createdAtMs } = world.ecs.updateService(arn, { forceNewDeployment: true });
        expect(await since()).toBe(createdAtMs);
        await world.clock.advance(2 * A_WHILE_MS);
        expect(await since()).toBeUndefined();
      }),
    );

    test(
      'a deployment that failed is not under way',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          circuitBreaker: 'fail',
        });
        await world.clock.advance(A_WHILE_MS);
        world.ecs.failStarts(arn);
        world.ecs.updateService(arn, { forceNewDeployment: true });
        await world.clock.advance(10 * A_WHILE_MS);
        const [service] = await run(port.describe([arn]));
        expect(service).toMatchObject({ running: 1 });
        expect(service).not.toHaveProperty('deployingSinceMs');
      }),
    );

    test(
      'tells who deploys, how tasks are placed and where they run',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const add = (name: string, spec: object) =>
          world.ecs.createService({
            cluster: 'production',
            name,
            taskDefinition: 'web',
            subnets: [subnetId],
            desiredCount: 0,
            ...spec,
          }).arn;
        const arns = [
          add('codedeploy', { controller: 'CODE_DEPLOY' }),
          add('daemon', { strategy: 'DAEMON', launchType: 'EC2' }),
          add('express', { managedByEcs: true }),
          add('spot', { capacityProviderName: 'FARGATE_SPOT' }),
          add('own', { capacityProviderName: 'our-instances' }),
        ];
        expect(await run(port.describe(arns))).toMatchObject([
          { name: 'codedeploy', controller: 'CODE_DEPLOY', onFargate: true },
          { name: 'daemon', strategy: 'DAEMON', onFargate: false },
          { name: 'express', managedByEcs: true },
          { name: 'spot', managedByEcs: false, onFargate: true },
          { name: 'own', onFargate: false },
        ]);
      }),
    );

    test(
      'tells which services carry a key, over all pages, and fails as a whole when a page fails',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        for (let n = 0; n < 101; n++) {
          world.ecs.createService({
            cluster: 'production',
            name: `s${n}`,
            taskDefinition: 'web',
            subnets: [subnetId],
            desiredCount: 0,
            serviceTags: n === 0 ? {} : { team: 'a' },
          });
        }
        expect(await run(port.tagged('team'))).toHaveLength(100);
        expect(await run(port.tagged('nobody'))).toEqual([]);
        const [first] = world.ecs.services.keys();
        world.ecs.tagService(first ?? '', { team: 'b' });
        expect(await run(port.tagged('team'))).toHaveLength(101);
        world.faults.add({ action: 'tag:GetResources', failure: 'broken', after: 1 });
        await expect(run(port.tagged('team'))).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      'tags a service and takes tags away; both may be repeated',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const { arn, tags } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          serviceTags: { team: 'a' },
        });
        await run(port.tag(arn, { 'taskwire:spot': '4@1772438400' }));
        await run(port.tag(arn, { 'taskwire:spot': '4@1772438400' }));
        expect(Object.fromEntries(tags)).toEqual({ team: 'a', 'taskwire:spot': '4@1772438400' });
        await run(port.untag(arn, ['taskwire:spot']));
        await run(port.untag(arn, ['taskwire:spot']));
        expect(Object.fromEntries(tags)).toEqual({ team: 'a' });
        await run(port.untag(`${arn}-nobody`, ['team']));
        expect(world.calls.counts()).toEqual({ 'ecs:TagResource': 2, 'ecs:UntagResource': 3 });
      }),
    );
  });
};
