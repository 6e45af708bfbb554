import type { DetailedService, ServiceDetails } from '../../shared/ports/service-details.ts';
import type { EcsService } from '../shapes.ts';
import { describeServices } from './describe-services.ts';
import { scaledServiceOf } from './scaled-services.ts';
import { distinct, type Send } from './send.ts';

const detailedServiceOf = (told: EcsService): DetailedService => {
  const { deploymentConfiguration: deployment } = told;
  return {
    ...scaledServiceOf(told),
    clusterArn: told.clusterArn,
    status: told.status,
    pending: told.pendingCount,
    taskDefinitionArn: told.taskDefinition,
    runningDefinitionArns: distinct(
      told.deployments
        .filter(({ runningCount, pendingCount }) => runningCount + pendingCount > 0)
        .map(({ taskDefinition }) => taskDefinition),
    ),
    deploymentStrategy: deployment.strategy,
    minimumHealthyPercent: deployment.minimumHealthyPercent,
    maximumPercent: deployment.maximumPercent,
    circuitBreaker: deployment.deploymentCircuitBreaker.enable,
    hookStages: distinct((deployment.lifecycleHooks ?? []).flatMap(({ lifecycleStages }) => lifecycleStages)),
    assignsPublicAddress: told.networkConfiguration?.awsvpcConfiguration.assignPublicIp === 'ENABLED',
    revisionArns: told.currentServiceRevisions.map(({ arn }) => arn),
  };
};

/** Services as an audit sees them, over the world. */
export const createServiceDetails = ({ read }: Send): ServiceDetails => ({
  describe: async (cluster, services) => {
    const told = await describeServices(read, cluster, services);
    return told.map(detailedServiceOf);
  },
});
