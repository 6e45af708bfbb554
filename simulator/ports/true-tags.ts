import { NotFoundError } from '../../shared/errors.ts';
import type { TrueTags } from '../../shared/ports/true-tags.ts';
import { batches, distinct, type Send } from './send.ts';

const GROUPS_PER_PAGE = 400;
const GROUPS_PER_CALL = 20;

type Tagged = readonly [string, Readonly<Record<string, string>>];

/** Tags of target groups over the world. */
export const createTrueTags = ({ read }: Send): TrueTags => {
  const describe = async (ResourceArns: readonly string[]): Promise<readonly Tagged[]> => {
    try {
      const { TagDescriptions } = await read('elasticloadbalancing:DescribeTags', { ResourceArns });
      return TagDescriptions.map(({ ResourceArn, Tags }) => [
        ResourceArn,
        Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
      ]);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (ResourceArns.length === 1) return [];
      const middle = Math.ceil(ResourceArns.length / 2);
      return [...(await describe(ResourceArns.slice(0, middle))), ...(await describe(ResourceArns.slice(middle)))];
    }
  };
  return {
    groups: async (mostPages) => {
      const arns: string[] = [];
      let Marker: string | undefined;
      for (let page = 0; page < mostPages; page++) {
        const answer = await read('elasticloadbalancing:DescribeTargetGroups', { PageSize: GROUPS_PER_PAGE, Marker });
        arns.push(...answer.TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn));
        Marker = answer.NextMarker;
        if (Marker === undefined) return { arns, whole: true };
      }
      return { arns, whole: false };
    },
    of: async (arns) => new Map((await Promise.all(batches(distinct(arns), GROUPS_PER_CALL).map(describe))).flat()),
  };
};
