import type { ScaledService } from '../../shared/core/scaling/observed.ts';
import { clusterNameOf, clusterOfService } from '../../shared/core/task/arn.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { ScaledServices } from '../../shared/ports/scaled-services.ts';
import type { EcsDeployment, EcsService } from '../shapes.ts';
import { describeServices, tagsOf } from './describe-services.ts';
import { distinct, type Send, taggedResources } from './send.ts';
import { groupsOf } from './services.ts';

/** The deployment that is under way; one that failed is not, whatever still runs beside it. */
const underWay = (deployments: readonly EcsDeployment[]): EcsDeployment | undefined => {
  const primary = deployments.find(({ status }) => status === 'PRIMARY');
  if (primary?.rolloutState === 'IN_PROGRESS') return primary;
  if (primary?.rolloutState === 'FAILED') return undefined;
  const others = deployments.some(
    ({ status, runningCount, pendingCount }) => status === 'ACTIVE' && runningCount + pendingCount > 0,
  );
  return others ? primary : undefined;
};

/** Whether all tasks of a service run on Fargate. */
export const isOnFargate = ({ launchType, capacityProviderStrategy: providers = [] }: EcsService): boolean =>
  providers.length === 0
    ? launchType === 'FARGATE'
    : providers.every(({ capacityProvider }) => /^FARGATE(_SPOT)?$/.test(capacityProvider));

/** A service as scaling sees it. */
export const scaledServiceOf = (told: EcsService): ScaledService => {
  const deploying = underWay(told.deployments);
  return {
    serviceArn: told.serviceArn,
    cluster: clusterNameOf(told.clusterArn),
    name: told.serviceName,
    desired: told.desiredCount,
    running: told.runningCount,
    tags: tagsOf(told),
    controller: told.deploymentController.type,
    strategy: told.schedulingStrategy,
    managedByEcs: told.resourceManagementType === 'ECS',
    ...(deploying && { deployingSinceMs: deploying.createdAt * 1000 }),
    targetGroupArns: distinct([
      ...groupsOf(told.loadBalancers),
      ...told.taskSets.flatMap(({ loadBalancers }) => groupsOf(loadBalancers)),
    ]),
    onFargate: isOnFargate(told),
  };
};

/** Services as scaling sees them, over the world. */
export const createScaledServices = (send: Send): ScaledServices => {
  return {
    tagged: async (tagKey) => (await taggedResources(send, 'ecs:service', tagKey)).map(({ arn }) => arn),
    describe: async (serviceArns) => {
      const byCluster = new Map<string, string[]>();
      for (const arn of serviceArns) {
        const cluster = clusterOfService(arn);
        if (cluster === undefined) continue;
        const others = byCluster.get(cluster) ?? [];
        byCluster.set(cluster, others);
        others.push(arn);
      }
      const parts = await Promise.all(
        [...byCluster].map(([cluster, arns]) => describeServices(send.read, cluster, arns)),
      );
      return parts.flat().map(scaledServiceOf);
    },
    tag: async (serviceArn, tags) => {
      await send.write('ecs:TagResource', {
        resourceArn: serviceArn,
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      });
    },
    untag: async (serviceArn, tagKeys) => {
      try {
        await send.write('ecs:UntagResource', { resourceArn: serviceArn, tagKeys });
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
    },
  };
};
