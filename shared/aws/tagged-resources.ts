import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import type { TaggedResource } from '../ports/target-groups.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html */
const RESOURCES_PER_PAGE = 100;

/**
 * Every resource of a type (left out: of any) that carries a tag key, with all its tags; every page. May name resources that are deleted.
 * @param type As the tagging API spells it: `ecs:service`.
 * @param words The type in the words of the person who reads an error: `services`.
 */
export const taggedResources = async (
  clients: Clients,
  type: string | undefined,
  tagKey: string,
  words: string,
): Promise<readonly TaggedResource[]> => {
  const call = { action: 'tag:GetResources', resource: `${words} tagged ${tagKey}` };
  const resources = await allPages(call.action, async (token) => {
    const answer = await clients.read(call, (options) =>
      clients.tagging().send(
        new GetResourcesCommand({
          ...(type !== undefined && { ResourceTypeFilters: [type] }),
          TagFilters: [{ Key: tagKey }],
          ResourcesPerPage: RESOURCES_PER_PAGE,
          ...(token !== undefined && { PaginationToken: token }),
        }),
        options,
      ),
    );
    return { items: answer.ResourceTagMappingList ?? [], next: answer.PaginationToken };
  });
  return resources.flatMap(({ ResourceARN: arn, Tags }) =>
    arn === undefined
      ? []
      : [
          {
            arn,
            tags: Object.fromEntries(
              (Tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])),
            ),
          },
        ],
  );
};
