import { describe, expect, test } from '@jest/globals';
import type { ServiceDetails } from '../../shared/ports/service-details.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the service details promises. */
export const describeServiceDetailsContract = (make: MakeSubject<ServiceDetails>): void => {
  describe('service details', () => {
    test(
      'tells of a service all that an audit asks, in one call of ten',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId, definition } = arrange(world);
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          desiredCount: 2,
          circuitBreaker: 'rollback',
          assignPublicIp: 'ENABLED',
          serviceTags: { 'taskwire:scaling': 'min=1 max=2', team: 'a' },
        });
        await world.clock.advance(A_WHILE_MS);
        world.calls.reset();
        const [service] = await run(port.describe('production', [arn]));
        expect(service).toMatchObject({
          serviceArn: arn,
          cluster: 'production',
          name: 'web',
          status: 'ACTIVE',
          desired: 2,
          running: 2,
          pending: 0,
          tags: { 'taskwire:scaling': 'min=1 max=2', team: 'a' },
          taskDefinitionArn: definition.arn,
          runningDefinitionArns: [definition.arn],
          deploymentStrategy: 'ROLLING',
          minimumHealthyPercent: 100,
          maximumPercent: 200,
          circuitBreaker: true,
          hookStages: [],
          assignsPublicAddress: true,
          onFargate: true,
          revisionArns: [expect.stringContaining(':service-revision/')],
        });
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeServices': 1 });
      }),
    );

    test(
      'while a deployment rolls, both revisions are told',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId, definition } = arrange(world);
        const { arn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
        });
        await world.clock.advance(A_WHILE_MS);
        const newer = world.ecs.registerTaskDefinition({ family: 'web', containers: [{ name: 'web' }] });
        world.ecs.updateService(arn, { taskDefinition: newer.arn });
        const [service] = await run(port.describe('production', ['web']));
        expect(service?.taskDefinitionArn).toBe(newer.arn);
        expect([...(service?.runningDefinitionArns ?? [])].sort()).toEqual([definition.arn, newer.arn]);
      }),
    );

    test(
      'those that do not exist are left out, and so are all of a cluster that does not',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        expect(await run(port.describe('production', ['nobody']))).toEqual([]);
        expect(await run(port.describe('elsewhere', ['nobody']))).toEqual([]);
      }),
    );
  });
};
