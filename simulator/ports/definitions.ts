import type { Definitions } from '../../shared/ports/definitions.ts';
import type { Send } from './send.ts';
import { taskDefinitionOf } from './tasks.ts';

/** Task definitions over the world. */
export const createDefinitions = ({ read }: Send): Definitions => ({
  describe: async (asked) => {
    const { taskDefinition, tags = [] } = await read('ecs:DescribeTaskDefinition', {
      taskDefinition: asked,
      include: ['TAGS'],
    });
    return {
      definition: taskDefinition,
      forTargets: taskDefinitionOf(taskDefinition),
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    };
  },
});
