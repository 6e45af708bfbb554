import { type Deployment, type Service, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-ecs';
import type { ScaledService } from '../core/scaling/observed.ts';
import { clusterNameOf, clusterOfService } from '../core/task/arn.ts';
import { printable } from '../core/text.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import type { ScaledServices } from '../ports/scaled-services.ts';
import type { Clients } from './clients.ts';
import { describeServices, isOnFargate, targetGroupsOf } from './describe-services.ts';
import { fromEcsTags } from './ecs-tags.ts';
import { taggedResources } from './tagged-resources.ts';

const hasTasks = ({ runningCount = 0, pendingCount = 0 }: Deployment): boolean => runningCount + pendingCount > 0;

/**
 * The deployment that is under way: the PRIMARY one while it is rolled out, or while another one still has tasks.
 *
 * Not while the PRIMARY one has FAILED: without a roll-back ECS leaves it so beside the old tasks, for good. Not
 * because `currentServiceDeployment` is set: AWS does not say that it goes when the deployment has ended.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html
 */
const underWay = (deployments: readonly Deployment[]): Deployment | undefined => {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  switch (primary?.rolloutState) {
    case 'IN_PROGRESS':
      return primary;
    case 'FAILED':
      return undefined;
    default:
      // COMPLETED while the old tasks are still kept (blue/green), or not told at all: behind a Classic Load Balancer.
      return deployments.some((each) => each.status === 'ACTIVE' && hasTasks(each)) ? primary : undefined;
  }
};

/** `undefined` where what identifies it is missing. @throws {IncompleteError} If its counts are. */
export const scaledServiceFrom = (service: Service): ScaledService | undefined => {
  const { serviceArn, clusterArn, serviceName: name, desiredCount: desired, runningCount: running } = service;
  if (!serviceArn || !clusterArn || !name) return undefined;
  if (desired === undefined || running === undefined) {
    // A count taken for 0 would be scaled as if it were.
    throw new IncompleteError(`ecs:DescribeServices told no counts of ${printable(serviceArn)}; it is tried again.`);
  }
  const since = underWay(service.deployments ?? []);
  return {
    serviceArn,
    cluster: clusterNameOf(clusterArn),
    name,
    desired,
    running,
    tags: fromEcsTags(service.tags),
    controller: service.deploymentController?.type ?? 'ECS',
    strategy: service.schedulingStrategy ?? 'REPLICA',
    managedByEcs: service.resourceManagementType === 'ECS',
    ...(since !== undefined && { deployingSinceMs: since.createdAt?.getTime() ?? 0 }),
    targetGroupArns: targetGroupsOf(service),
    onFargate: isOnFargate(service),
  };
};

/** ECS services as scaling sees them, over the AWS API. */
export const createScaledServices = (clients: Clients): ScaledServices => ({
  tagged: async (tagKey) => {
    const resources = await taggedResources(clients, 'ecs:service', tagKey, 'services');
    return resources.map(({ arn }) => arn);
  },

  describe: async (serviceArns) => {
    const byCluster = new Map<string, string[]>();
    for (const arn of serviceArns) {
      // An ARN of the old format names no cluster; such a service can have no tags either.
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html
      const cluster = clusterOfService(arn);
      if (cluster === undefined) continue;
      const others = byCluster.get(cluster);
      if (others) others.push(arn);
      else byCluster.set(cluster, [arn]);
    }
    const parts = await Promise.all(
      [...byCluster].map(([cluster, arns]) => describeServices(clients, cluster, arns, true)),
    );
    return parts.flat().flatMap((service) => scaledServiceFrom(service) ?? []);
  },

  tag: async (serviceArn, tags) => {
    await clients.change({ action: 'ecs:TagResource', resource: serviceArn }, (options) =>
      clients.ecsOnce().send(
        new TagResourceCommand({
          resourceArn: serviceArn,
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        }),
        options,
      ),
    );
  },

  untag: async (serviceArn, tagKeys) => {
    try {
      await clients.change({ action: 'ecs:UntagResource', resource: serviceArn }, (options) =>
        clients.ecsOnce().send(new UntagResourceCommand({ resourceArn: serviceArn, tagKeys: [...tagKeys] }), options),
      );
    } catch (error) {
      if (error instanceof NotFoundError) return; // without the service there is no tag
      throw error;
    }
  },
});
