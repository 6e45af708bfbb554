import { DescribeServicesCommand, type LoadBalancer, type Service } from '@aws-sdk/client-ecs';
import { printable } from '../core/text.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import { batches, distinct } from './batches.ts';
import type { Clients } from './clients.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html */
const SERVICES_PER_CALL = 10;

const describeSome = async (
  clients: Clients,
  cluster: string,
  asked: readonly string[],
  withTags: boolean,
): Promise<readonly Service[]> => {
  const call = { action: 'ecs:DescribeServices', resource: cluster };
  const answer = await clients.read(call, (options) =>
    clients
      .ecs()
      .send(
        new DescribeServicesCommand({ cluster, services: [...asked], ...(withTags && { include: ['TAGS'] }) }),
        options,
      ),
  );
  for (const { arn, reason } of answer.failures ?? []) {
    if (reason !== 'MISSING') {
      throw new IncompleteError(
        `ecs:DescribeServices failed for ${printable(arn ?? cluster)}: ${printable(reason ?? 'no reason given')}; it is tried again.`,
      );
    }
  }
  return (answer.services ?? []).filter(({ status }) => status !== 'INACTIVE');
};

/**
 * Services of one cluster by name or ARN, ten per call; those that do not exist (or are INACTIVE) are left out, and a
 * cluster that does not exist has none.
 * @throws {TaskwireError} If a call failed.
 */
export const describeServices = async (
  clients: Clients,
  cluster: string,
  services: readonly string[],
  withTags: boolean,
): Promise<readonly Service[]> => {
  try {
    const parts = await Promise.all(
      batches(distinct(services), SERVICES_PER_CALL).map((asked) => describeSome(clients, cluster, asked, withTags)),
    );
    return parts.flat();
  } catch (error) {
    if (error instanceof NotFoundError) return [];
    throw error;
  }
};

/** Target groups that load balancers of a service, task set or revision name, alternates included. */
export const groupsOf = (loadBalancers: readonly LoadBalancer[]): readonly string[] =>
  loadBalancers.flatMap(({ targetGroupArn, advancedConfiguration }) =>
    [targetGroupArn, advancedConfiguration?.alternateTargetGroupArn].flatMap((arn) => (arn ? [arn] : [])),
  );

/** Target groups that ECS itself fills for a service: its own and those of its task sets, alternates included. */
export const targetGroupsOf = ({ loadBalancers, taskSets }: Service): readonly string[] =>
  distinct([
    ...groupsOf(loadBalancers ?? []),
    ...(taskSets ?? []).flatMap((taskSet) => groupsOf(taskSet.loadBalancers ?? [])),
  ]);

/** Whether all tasks of a service run on Fargate. */
export const isOnFargate = ({ launchType, capacityProviderStrategy = [] }: Service): boolean =>
  capacityProviderStrategy.length === 0
    ? launchType === 'FARGATE'
    : capacityProviderStrategy.every(({ capacityProvider }) => /^FARGATE(_SPOT)?$/.test(capacityProvider ?? ''));
