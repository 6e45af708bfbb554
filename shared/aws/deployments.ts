import { clusterNameOf } from '../core/task/arn.ts';
import { isObject, jsonOf } from '../core/tracing/json.ts';
import type { Deployments } from '../ports/deployments.ts';
import type { Clients } from './clients.ts';
import { describeServices } from './describe-services.ts';

/** How services are deployed, over the AWS API. */
export const createDeployments = (clients: Clients): Deployments => ({
  describe: async (cluster, service) => {
    const [told] = await describeServices(clients, cluster, [service], false);
    if (!told?.serviceArn || !told.clusterArn || !told.serviceName) return undefined;
    const configuration = jsonOf(told.deploymentConfiguration);
    return {
      serviceArn: told.serviceArn,
      cluster: clusterNameOf(told.clusterArn),
      name: told.serviceName,
      controller: told.deploymentController?.type ?? 'ECS',
      configuration: isObject(configuration) ? configuration : {},
    };
  },
});
