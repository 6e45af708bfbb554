import { DescribeTagsCommand, DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TrueTags } from '../ports/true-tags.ts';
import { batches, distinct } from './batches.ts';
import { byHalves } from './by-halves.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
const GROUPS_PER_PAGE = 400;
/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
const GROUPS_PER_CALL = 20;

type Tagged = readonly [string, Readonly<Record<string, string>>];

/** Tags of target groups over the AWS API. */
export const createTrueTags = (clients: Clients): TrueTags => {
  const describe = async (arns: readonly string[]): Promise<readonly Tagged[]> => {
    const call = { action: 'elasticloadbalancing:DescribeTags', resource: arns[0] ?? 'no group' };
    const { TagDescriptions = [] } = await clients.read(call, (options) =>
      clients.elb().send(new DescribeTagsCommand({ ResourceArns: [...arns] }), options),
    );
    return TagDescriptions.flatMap(({ ResourceArn, Tags = [] }): readonly Tagged[] =>
      ResourceArn === undefined
        ? []
        : [
            [
              ResourceArn,
              Object.fromEntries(Tags.flatMap(({ Key, Value = '' }) => (Key === undefined ? [] : [[Key, Value]]))),
            ],
          ],
    );
  };
  return {
    groups: async (mostPages) => {
      const call = { action: 'elasticloadbalancing:DescribeTargetGroups', resource: 'all target groups' };
      let pages = 0;
      let whole = true;
      const groups = await allPages(call.action, async (Marker) => {
        const answer = await clients.read(call, (options) =>
          clients
            .elb()
            .send(
              new DescribeTargetGroupsCommand({ PageSize: GROUPS_PER_PAGE, ...(Marker !== undefined && { Marker }) }),
              options,
            ),
        );
        pages++;
        whole = pages < mostPages || !answer.NextMarker;
        return { items: answer.TargetGroups ?? [], next: whole ? answer.NextMarker : undefined };
      });
      return { arns: groups.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []), whole };
    },
    of: async (arns) =>
      new Map(
        (await Promise.all(batches(distinct(arns), GROUPS_PER_CALL).map((some) => byHalves(some, describe)))).flat(),
      ),
  };
};
