import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { printable } from '../core/text.ts';
import { NotFoundError } from '../errors.ts';
import type { Definitions } from '../ports/definitions.ts';
import type { Clients } from './clients.ts';
import { fromEcsTags } from './ecs-tags.ts';
import { codeOf, wordsOf } from './sdk-errors.ts';
import { taskDefinitionFromSdk } from './task-from-sdk.ts';

/** Task definitions over the AWS API. */
export const createDefinitions = (clients: Clients): Definitions => ({
  describe: async (taskDefinition) => {
    const call = { action: 'ecs:DescribeTaskDefinition', resource: taskDefinition };
    try {
      const { taskDefinition: definition, tags } = await clients.read(call, (options) =>
        clients.ecs().send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }), options),
      );
      const forTargets = definition && taskDefinitionFromSdk(definition);
      if (definition !== undefined && forTargets !== undefined) {
        return {
          definition,
          forTargets,
          tags: fromEcsTags(tags),
        };
      }
    } catch (error) {
      // ECS has no error of its own for a revision that it does not know: `ClientException`, "Unable to describe".
      if (codeOf(error) !== 'Client') throw error;
      throw new NotFoundError(`${printable(taskDefinition)} is not described by ECS: ${wordsOf(error)}`, {
        cause: error,
      });
    }
    throw new NotFoundError(`${printable(taskDefinition)} is not described by ECS: its answer was empty.`);
  },
});
