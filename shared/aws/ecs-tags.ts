import type { Tag } from '@aws-sdk/client-ecs';

/** Tags as ECS lists them; a tag without a value has an empty one. */
export const fromEcsTags = (tags: readonly Tag[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.flatMap(({ key, value }) => (key === undefined ? [] : [[key, value ?? '']])));
