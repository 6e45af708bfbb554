import { ListServicesCommand } from '@aws-sdk/client-ecs';
import { NotFoundError } from '../errors.ts';
import type { Daemons } from '../ports/daemons.ts';
import { distinct } from './batches.ts';
import type { Clients } from './clients.ts';
import { describeServices } from './describe-services.ts';

/** Two calls of DescribeServices; a cluster runs a handful of daemon services. */
const MOST_SERVICES = 20;

/** Daemon services over the AWS API. */
export const createDaemons = (clients: Clients): Daemons => {
  const list = async (cluster: string): Promise<{ readonly services: readonly string[]; readonly all: boolean }> => {
    try {
      const { serviceArns = [], nextToken } = await clients.read(
        { action: 'ecs:ListServices', resource: cluster },
        (options) =>
          clients
            .ecs()
            .send(new ListServicesCommand({ cluster, schedulingStrategy: 'DAEMON', maxResults: 100 }), options),
      );
      const services = serviceArns.slice(0, MOST_SERVICES);
      return { services, all: services.length === serviceArns.length && !nextToken };
    } catch (error) {
      if (error instanceof NotFoundError) return { services: [], all: true };
      throw error;
    }
  };
  return {
    definitions: async (cluster) => {
      const { services, all } = await list(cluster);
      const described = services.length === 0 ? [] : await describeServices(clients, cluster, services, false);
      return {
        // A stand-in may not know the filter; AWS does.
        arns: distinct(
          described.flatMap(({ taskDefinition, schedulingStrategy }) =>
            taskDefinition !== undefined && schedulingStrategy === 'DAEMON' ? [taskDefinition] : [],
          ),
        ),
        complete: all,
      };
    },
  };
};
