import { NotFoundError } from '../../shared/errors.ts';
import type { EcsService } from '../shapes.ts';
import { batches, distinct, type Send } from './send.ts';

const SERVICES_PER_CALL = 10;

/** Services of one cluster with their tags, as the AWS adapters ask for them: ten per call; a cluster that is not there has none. */
export const describeServices = async (
  read: Send['read'],
  cluster: string,
  services: readonly string[],
): Promise<readonly EcsService[]> => {
  try {
    const answers = await Promise.all(
      batches(distinct(services), SERVICES_PER_CALL).map((some) =>
        read('ecs:DescribeServices', { cluster, services: some, include: ['TAGS'] }),
      ),
    );
    return answers.flatMap((answer) => answer.services).filter(({ status }) => status !== 'INACTIVE');
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
};

/** Tags of a service. */
export const tagsOf = ({ tags = [] }: EcsService): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value]));
