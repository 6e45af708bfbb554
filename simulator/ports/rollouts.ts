import { clusterNameOf } from '../../shared/core/task/arn.ts';
import type { DeployedService } from '../../shared/core/tracing/rollout.ts';
import type { Rollouts } from '../../shared/ports/rollouts.ts';
import type { EcsService } from '../shapes.ts';
import { describeServices, tagsOf } from './describe-services.ts';
import { isOnFargate } from './scaled-services.ts';
import type { Send } from './send.ts';

const serviceOf = (told: EcsService): DeployedService => {
  const [set] = told.taskSets;
  return {
    serviceArn: told.serviceArn,
    cluster: clusterNameOf(told.clusterArn),
    name: told.serviceName,
    status: told.status,
    controller: told.deploymentController.type,
    strategy: told.schedulingStrategy,
    onFargate: isOnFargate(told),
    inStages: told.deploymentConfiguration.strategy !== 'ROLLING',
    taskDefinition: set?.taskDefinition ?? told.taskDefinition,
    deployments: told.deployments.map(({ rolloutState, rolloutStateReason, ...deployment }) => ({
      id: deployment.id,
      status: deployment.status,
      taskDefinition: deployment.taskDefinition,
      ...(rolloutState !== undefined && { state: rolloutState }),
      ...(rolloutStateReason !== undefined && { reason: rolloutStateReason }),
      failedTasks: deployment.failedTasks,
      desired: deployment.desiredCount,
      running: deployment.runningCount,
      pending: deployment.pendingCount,
    })),
    tags: tagsOf(told),
  };
};

/** Revisions and rollouts over the world; calls are never held back. */
export const createRollouts = ({ read, write }: Send): Rollouts => ({
  turn: async () => undefined,
  describe: async (cluster, services) => {
    const told = await describeServices(read, cluster, services);
    return told.map(serviceOf);
  },
  register: async (definition) =>
    (await write('ecs:RegisterTaskDefinition', definition)).taskDefinition.taskDefinitionArn,
  update: async (cluster, service, taskDefinition) => {
    await write('ecs:UpdateService', { cluster, service, taskDefinition });
  },
});
