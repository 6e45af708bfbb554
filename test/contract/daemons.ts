import { describe, expect, test } from '@jest/globals';
import { TaskwireError } from '../../shared/errors.ts';
import type { Daemons } from '../../shared/ports/daemons.ts';
import { arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the daemons promises. */
export const describeDaemonsContract = (make: MakeSubject<Daemons>): void => {
  describe('daemons', () => {
    const arranged = (world: Parameters<typeof arrange>[0]) => {
      const { subnetId, definition } = arrange(world);
      const agent = world.ecs.registerTaskDefinition({ family: 'agent', containers: [{ name: 'agent' }] });
      const add = (name: string, spec: object = {}) =>
        world.ecs.createService({
          cluster: 'production',
          name,
          taskDefinition: 'agent',
          subnets: [subnetId],
          strategy: 'DAEMON',
          desiredCount: 0,
          ...spec,
        });
      return { definition, agent, add };
    };

    test(
      'tells what daemon services run, each once, and nothing of other services and those that are gone',
      withSubject(make, async ({ world, port, run }) => {
        const { definition, agent, add } = arranged(world);
        add('web', { taskDefinition: 'web', strategy: 'REPLICA' });
        add('agents');
        add('more-agents');
        world.ecs.deleteService(add('gone', { taskDefinition: 'web' }).arn);
        expect(await run(port.definitions('production'))).toEqual({ arns: [agent.arn], complete: true });
        expect(world.calls.counts()).toEqual({ 'ecs:ListServices': 1, 'ecs:DescribeServices': 1 });
        add('router', { taskDefinition: 'web' });
        const { arns } = await run(port.definitions('production'));
        expect([...arns].sort()).toEqual([agent.arn, definition.arn].sort());
      }),
    );

    test(
      'costs three calls at most, and says when that is not enough',
      withSubject(make, async ({ world, port, run }) => {
        const { agent, add } = arranged(world);
        for (let n = 0; n < 21; n++) add(`agents-${n}`);
        expect(await run(port.definitions('production'))).toEqual({ arns: [agent.arn], complete: false });
        expect(world.calls.counts()).toEqual({ 'ecs:ListServices': 1, 'ecs:DescribeServices': 2 });
      }),
    );

    test(
      'a cluster that does not exist has none; one that cannot be asked is an error',
      withSubject(make, async ({ world, port, run }) => {
        arranged(world);
        expect(await run(port.definitions('nowhere'))).toEqual({ arns: [], complete: true });
        world.faults.add({ action: 'ecs:ListServices', failure: 'broken' });
        await expect(run(port.definitions('production'))).rejects.toBeInstanceOf(TaskwireError);
      }),
    );
  });
};
