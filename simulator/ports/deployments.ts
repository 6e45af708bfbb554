import { clusterNameOf } from '../../shared/core/task/arn.ts';
import { isObject, jsonOf } from '../../shared/core/tracing/json.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { Deployments } from '../../shared/ports/deployments.ts';
import type { Send } from './send.ts';

/** How services are deployed, over the world. */
export const createDeployments = ({ read }: Send): Deployments => ({
  describe: async (cluster, service) => {
    try {
      const { services } = await read('ecs:DescribeServices', { cluster, services: [service] });
      const [told] = services.filter(({ status }) => status !== 'INACTIVE');
      if (told === undefined) return undefined;
      const configuration = jsonOf(told.deploymentConfiguration);
      return {
        serviceArn: told.serviceArn,
        cluster: clusterNameOf(told.clusterArn),
        name: told.serviceName,
        controller: told.deploymentController.type,
        configuration: isObject(configuration) ? configuration : {},
      };
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  },
});
