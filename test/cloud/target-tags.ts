/** Tags of scalable targets, which moto lacks: as Application Auto Scaling and the tagging API would tell them. */
export const createTargetTags = () => {
  const tagsOf = new Map<string, Map<string, string>>();
  const of = (arn: string): Map<string, string> => {
    const known = tagsOf.get(arn) ?? new Map<string, string>();
    tagsOf.set(arn, known);
    return known;
  };
  return {
    of,
    answerFor: (target: string, body: string): object | undefined => {
      const input = JSON.parse(body);
      switch (target) {
        case 'AnyScaleFrontendService.TagResource':
          for (const [key, value] of Object.entries(input.Tags)) of(input.ResourceARN).set(key, String(value));
          return {};
        case 'AnyScaleFrontendService.UntagResource':
          for (const key of input.TagKeys) of(input.ResourceARN).delete(key);
          return {};
        case 'AnyScaleFrontendService.ListTagsForResource':
          return { Tags: Object.fromEntries(of(input.ResourceARN)) };
        case 'ResourceGroupsTaggingAPI_20170126.GetResources': {
          if (input.ResourceTypeFilters?.[0] !== 'application-autoscaling:scalable-target') return undefined;
          const tagged = [...tagsOf].filter(([, tags]) => tags.has(input.TagFilters[0].Key));
          return {
            ResourceTagMappingList: tagged.map(([ResourceARN, tags]) => ({
              ResourceARN,
              Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
            })),
            PaginationToken: '',
          };
        }
        default:
          return undefined;
      }
    },
  };
};
