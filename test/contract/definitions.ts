import { describe, expect, test } from '@jest/globals';
import { NotFoundError } from '../../shared/errors.ts';
import type { Definitions } from '../../shared/ports/definitions.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the definitions promises. */
export const describeDefinitionsContract = (make: MakeSubject<Definitions>): void => {
  describe('definitions', () => {
    test(
      'describes a revision with all that is in it, and its tags',
      withSubject(make, async ({ world, port, run }) => {
        const { definition: other } = arrange(world);
        const { arn } = world.ecs.registerTaskDefinition({
          family: 'shop',
          containers: [
            { name: 'app', environment: [{ name: 'STAGE', value: 'prod' }], links: ['xray'] },
            { name: 'xray', image: 'amazon/aws-xray-daemon:3.3.14', essential: false, cpu: 32 },
          ],
          networkMode: 'bridge',
          taskRoleArn: 'arn:aws:iam::111122223333:role/shop',
          tags: { team: 'a' },
        });
        const { definition, tags } = await run(port.describe(arn));
        expect(definition).toMatchObject({
          taskDefinitionArn: arn,
          family: 'shop',
          revision: 1,
          networkMode: 'bridge',
          taskRoleArn: 'arn:aws:iam::111122223333:role/shop',
          containerDefinitions: [
            { name: 'app', environment: [{ name: 'STAGE', value: 'prod' }], links: ['xray'] },
            { name: 'xray', image: 'amazon/aws-xray-daemon:3.3.14', essential: false, cpu: 32 },
          ],
        });
        expect(tags).toEqual({ team: 'a' });
        expect((await run(port.describe(other.arn))).tags).toEqual({});
        expect(world.calls.counts()).toEqual({ 'ecs:DescribeTaskDefinition': 2 });
      }),
    );

    test(
      'tells that a revision is not there',
      withSubject(make, async ({ world, port, run }) => {
        const { definition } = arrange(world);
        definition.gone = true;
        await expect(run(port.describe(definition.arn))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );
  });
};
