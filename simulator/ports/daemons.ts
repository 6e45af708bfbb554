import { NotFoundError } from '../../shared/errors.ts';
import type { Daemons } from '../../shared/ports/daemons.ts';
import { batches, distinct, type Send } from './send.ts';

const SERVICES_PER_CALL = 10;
const MOST_SERVICES = 20;

/** Daemon services over the world. */
export const createDaemons = ({ read }: Send): Daemons => ({
  definitions: async (cluster) => {
    try {
      const { serviceArns, nextToken } = await read('ecs:ListServices', {
        cluster,
        schedulingStrategy: 'DAEMON',
        maxResults: 100,
      });
      const services = serviceArns.slice(0, MOST_SERVICES);
      const answers = await Promise.all(
        batches(services, SERVICES_PER_CALL).map((some) => read('ecs:DescribeServices', { cluster, services: some })),
      );
      return {
        arns: distinct(answers.flatMap((answer) => answer.services).map(({ taskDefinition }) => taskDefinition)),
        complete: services.length === serviceArns.length && nextToken === undefined,
      };
    } catch (error) {
      if (error instanceof NotFoundError) return { arns: [], complete: true };
      throw error;
    }
  },
});
