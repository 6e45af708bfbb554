import {
  DescribeServiceRevisionsCommand,
  ListServicesCommand,
  type Service as SdkService,
  type ServiceRevision,
} from '@aws-sdk/client-ecs';
import { printable } from '../core/text.ts';
import { IncompleteError } from '../errors.ts';
import type { Service, Services } from '../ports/services.ts';
import { batches, distinct } from './batches.ts';
import type { Clients } from './clients.ts';
import { describeServices, groupsOf, targetGroupsOf } from './describe-services.ts';
import { fromEcsTags } from './ecs-tags.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html */
const REVISIONS_PER_CALL = 20;
/** ListServices gives ten per page unless asked for up to a hundred. */
const PAGE = 100;

const present = (texts: readonly (string | undefined)[]): readonly string[] =>
  distinct(texts.flatMap((text) => (text ? [text] : [])));

/** ARNs of a service's current revisions. */
export const currentRevisionsOf = ({ currentServiceRevisions }: SdkService): readonly string[] =>
  present((currentServiceRevisions ?? []).map(({ arn }) => arn));

const serviceFrom = (service: SdkService): Service | undefined => {
  const { serviceArn, clusterArn, serviceName, status } = service;
  if (!serviceArn || !clusterArn || !serviceName || !status) return undefined;
  return {
    serviceArn,
    clusterArn,
    name: serviceName,
    status,
    targetGroupArns: targetGroupsOf(service),
    revisionArns: currentRevisionsOf(service),
    tags: fromEcsTags(service.tags),
  };
};

// The revision that runs may still name groups that the service, updated since, does not; and those that ECS made
// itself for it stand nowhere else.
const groupsOfRevision = (revision: ServiceRevision): readonly (string | undefined)[] => [
  ...groupsOf(revision.loadBalancers ?? []),
  ...(revision.resolvedConfiguration?.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn),
  ...(revision.ecsManagedResources?.ingressPaths ?? []).flatMap(({ targetGroups }) =>
    (targetGroups ?? []).map(({ arn }) => arn),
  ),
];

/** ECS services over the AWS API. */
export const createServices = (clients: Clients): Services => ({
  describe: async (cluster, services) => {
    const told = await describeServices(clients, cluster, services, true);
    return told.flatMap((service) => serviceFrom(service) ?? []);
  },

  list: (cluster) =>
    allPages(`ecs:ListServices for ${printable(cluster)}`, async (nextToken) => {
      const answer = await clients.read({ action: 'ecs:ListServices', resource: cluster }, (options) =>
        clients
          .ecs()
          .send(
            new ListServicesCommand({ cluster, maxResults: PAGE, ...(nextToken !== undefined && { nextToken }) }),
            options,
          ),
      );
      return { items: answer.serviceArns ?? [], next: answer.nextToken };
    }),

  targetGroupsOfRevisions: async (revisionArns) => {
    const parts = await Promise.all(
      batches(distinct(revisionArns), REVISIONS_PER_CALL).map(async (serviceRevisionArns) => {
        const call = { action: 'ecs:DescribeServiceRevisions', resource: serviceRevisionArns[0] ?? 'no revision' };
        const answer = await clients.read(call, (options) =>
          clients
            .ecs()
            .send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [...serviceRevisionArns] }), options),
        );
        for (const { arn, reason } of answer.failures ?? []) {
          if (reason !== 'MISSING') {
            throw new IncompleteError(
              `ecs:DescribeServiceRevisions failed for ${printable(arn ?? 'a revision')}: ${printable(reason ?? 'no reason given')}; it is tried again.`,
            );
          }
        }
        return (answer.serviceRevisions ?? []).flatMap(groupsOfRevision);
      }),
    );
    return present(parts.flat());
  },
});
