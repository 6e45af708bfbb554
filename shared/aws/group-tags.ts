import {
  AddTagsCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { NotFoundError } from '../errors.ts';
import type { GroupTags } from '../ports/group-tags.ts';
import type { Clients } from './clients.ts';
import { groupFrom } from './target-groups.ts';

/** Tags of target groups over the AWS API. */
export const createGroupTags = (clients: Clients): GroupTags => ({
  find: async (nameOrArn) => {
    const call = { action: 'elasticloadbalancing:DescribeTargetGroups', resource: nameOrArn };
    const by = nameOrArn.startsWith('arn:') ? { TargetGroupArns: [nameOrArn] } : { Names: [nameOrArn] };
    try {
      const answer = await clients.read(call, (options) =>
        clients.elb().send(new DescribeTargetGroupsCommand(by), options),
      );
      return (answer.TargetGroups ?? []).flatMap(groupFrom)[0];
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  },

  of: async (arn) => {
    const call = { action: 'elasticloadbalancing:DescribeTags', resource: arn };
    const { TagDescriptions = [] } = await clients.read(call, (options) =>
      clients.elb().send(new DescribeTagsCommand({ ResourceArns: [arn] }), options),
    );
    const tags = TagDescriptions.find(({ ResourceArn }) => ResourceArn === arn)?.Tags ?? [];
    return Object.fromEntries(tags.flatMap(({ Key, Value = '' }) => (Key === undefined ? [] : [[Key, Value]])));
  },

  set: async (arn, tags) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length === 0) return;
    await clients.change({ action: 'elasticloadbalancing:AddTags', resource: arn }, (options) =>
      clients.elbOnce().send(new AddTagsCommand({ ResourceArns: [arn], Tags }), options),
    );
  },

  remove: async (arn, tagKeys) => {
    if (tagKeys.length === 0) return;
    await clients.change({ action: 'elasticloadbalancing:RemoveTags', resource: arn }, (options) =>
      clients.elbOnce().send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: [...tagKeys] }), options),
    );
  },
});
