import { NotFoundError } from '../../shared/errors.ts';
import type { GroupTags } from '../../shared/ports/group-tags.ts';
import type { Send } from './send.ts';
import { groupOf } from './target-groups.ts';

/** Tags of target groups over the world. */
export const createGroupTags = ({ read, write }: Send): GroupTags => ({
  find: async (nameOrArn) => {
    try {
      const { TargetGroups } = await read(
        'elasticloadbalancing:DescribeTargetGroups',
        nameOrArn.startsWith('arn:') ? { TargetGroupArns: [nameOrArn] } : { Names: [nameOrArn] },
      );
      return TargetGroups.map(groupOf)[0];
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  },
  of: async (arn) => {
    const { TagDescriptions } = await read('elasticloadbalancing:DescribeTags', { ResourceArns: [arn] });
    return Object.fromEntries(TagDescriptions.flatMap(({ Tags }) => Tags).map(({ Key, Value }) => [Key, Value]));
  },
  set: async (arn, tags) => {
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    if (Tags.length > 0) await write('elasticloadbalancing:AddTags', { ResourceArns: [arn], Tags });
  },
  remove: async (arn, TagKeys) => {
    if (TagKeys.length > 0) await write('elasticloadbalancing:RemoveTags', { ResourceArns: [arn], TagKeys });
  },
});
