import type { Service } from '@aws-sdk/client-ecs';
import type { DetailedService, ServiceDetails } from '../ports/service-details.ts';
import { distinct } from './batches.ts';
import type { Clients } from './clients.ts';
import { describeServices } from './describe-services.ts';
import { scaledServiceFrom } from './scaled-services.ts';
import { currentRevisionsOf } from './services.ts';

/** The revision that it deploys: CodeDeploy and external controllers tell it only of their task sets. */
const definitionOf = ({ taskDefinition, taskSets = [] }: Service): string =>
  taskDefinition ||
  (taskSets.find(({ status }) => status === 'PRIMARY') ?? taskSets.find(({ taskDefinition: arn }) => arn))
    ?.taskDefinition ||
  '';

const runningDefinitionsOf = ({ deployments = [], taskSets = [] }: Service): readonly string[] =>
  distinct(
    [...deployments, ...taskSets].flatMap(({ taskDefinition, runningCount = 0, pendingCount = 0 }) =>
      taskDefinition && runningCount + pendingCount > 0 ? [taskDefinition] : [],
    ),
  );

const detailedServiceFrom = (service: Service): DetailedService | undefined => {
  const scaled = scaledServiceFrom(service);
  const { clusterArn, status, deploymentConfiguration: deployment, networkConfiguration, taskSets = [] } = service;
  if (scaled === undefined || !clusterArn || !status) return undefined;
  const networks = [networkConfiguration, ...taskSets.map((taskSet) => taskSet.networkConfiguration)];
  return {
    ...scaled,
    clusterArn,
    status,
    pending: service.pendingCount ?? 0,
    taskDefinitionArn: definitionOf(service),
    runningDefinitionArns: runningDefinitionsOf(service),
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    deploymentStrategy: deployment?.strategy ?? 'ROLLING',
    ...(deployment?.minimumHealthyPercent !== undefined && {
      minimumHealthyPercent: deployment.minimumHealthyPercent,
    }),
    ...(deployment?.maximumPercent !== undefined && { maximumPercent: deployment.maximumPercent }),
    circuitBreaker: deployment?.deploymentCircuitBreaker?.enable ?? false,
    hookStages: distinct((deployment?.lifecycleHooks ?? []).flatMap(({ lifecycleStages = [] }) => lifecycleStages)),
    assignsPublicAddress: networks.some((network) => network?.awsvpcConfiguration?.assignPublicIp === 'ENABLED'),
    revisionArns: currentRevisionsOf(service),
  };
};

/** ECS services as an audit sees them, over the AWS API. */
export const createServiceDetails = (clients: Clients): ServiceDetails => ({
  describe: async (cluster, services) => {
    const told = await describeServices(clients, cluster, services, true);
    return told.flatMap((service) => detailedServiceFrom(service) ?? []);
  },
});
