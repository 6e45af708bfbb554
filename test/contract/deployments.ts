import { describe, expect, test } from '@jest/globals';
import { DeniedError } from '../../shared/errors.ts';
import type { Deployments } from '../../shared/ports/deployments.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the deployments promises. */
export const describeDeploymentsContract = (make: MakeSubject<Deployments>): void => {
  describe('deployments', () => {
    test(
      'tells strategy, controller and hooks of a service, by name and by ARN',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const arn = 'arn:aws:lambda:eu-central-1:111122223333:function:gate';
        const { arn: serviceArn } = world.ecs.createService({
          cluster: 'production',
          name: 'web',
          taskDefinition: 'web',
          subnets: [subnetId],
          deploymentStrategy: 'BLUE_GREEN',
          hooks: [{ arn, invoke: async () => ({ hookStatus: 'SUCCEEDED' }) }],
        });
        const told = await run(port.describe('production', 'web'));
        expect(told).toEqual({
          serviceArn,
          cluster: 'production',
          name: 'web',
          controller: 'ECS',
          configuration: {
            strategy: 'BLUE_GREEN',
            maximumPercent: 200,
            minimumHealthyPercent: 100,
            deploymentCircuitBreaker: { enable: false, rollback: false },
            lifecycleHooks: [{ hookTargetArn: arn, lifecycleStages: ['POST_SCALE_UP'] }],
          },
        });
        expect(await run(port.describe('production', serviceArn))).toEqual(told);
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeServices': 2 });
      }),
    );

    test(
      'knows nothing of a service or a cluster that does not exist; a denied call is denied',
      withSubject(make, async ({ world, port, run }) => {
        arrange(world);
        expect(await run(port.describe('production', 'nobody'))).toBeUndefined();
        expect(await run(port.describe('nowhere', 'web'))).toBeUndefined();
        world.faults.add({ action: 'ecs:DescribeServices', failure: 'denied' });
        await expect(run(port.describe('production', 'web'))).rejects.toBeInstanceOf(DeniedError);
      }),
    );
  });
};
