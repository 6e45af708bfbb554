import { describe, expect, test } from '@jest/globals';
import { NotFoundError, TaskwireError } from '../../shared/errors.ts';
import type { TaskControl } from '../../shared/ports/task-control.ts';
import { A_WHILE_MS, arrange, type MakeSubject, withSubject } from './subject.ts';

/** What every implementation of the control of tasks promises. */
export const describeTaskControlContract = (make: MakeSubject<TaskControl>): void => {
  describe('control of tasks', () => {
    test(
      'tags a task beside its other tags, and stops it with a reason',
      withSubject(make, async ({ world, port, run }) => {
        const [task] = arrange(world).run();
        if (!task) throw new Error('a task was asked for');
        await world.clock.advance(A_WHILE_MS);
        task.tags.set('team', 'a');
        await run(port.tag(task.arn, { 'taskwire:standby': 'true' }));
        expect(Object.fromEntries(task.tags)).toEqual({ team: 'a', 'taskwire:standby': 'true' });
        await run(port.stop('production', task.arn, 'drained by hand'));
        await run(port.stop('production', task.arn, 'drained by hand'));
        await world.clock.advance(A_WHILE_MS);
        expect(task).toMatchObject({ lastStatus: 'STOPPED', stoppedReason: 'drained by hand' });
        await expect(
          run(port.stop('production', task.arn.replace(/\w{32}$/, '0'.repeat(32)), 'x')),
        ).rejects.toBeInstanceOf(TaskwireError);
      }),
    );

    test(
      'drains a container instance: services start their tasks elsewhere',
      withSubject(make, async ({ world, port, run }) => {
        const { subnetId } = arrange(world);
        const [here, there] = ['i-0a', 'i-0b'].map((id) => {
          world.network.addInstance({ id, subnetId });
          return world.ecs.addContainerInstance('production', id);
        });
        if (!here || !there) throw new Error('two instances were asked for');
        world.ecs.registerTaskDefinition({ family: 'app', networkMode: 'bridge', containers: [{ name: 'app' }] });
        const service = world.ecs.createService({
          cluster: 'production',
          name: 'app',
          taskDefinition: 'app',
          desiredCount: 2,
        });
        await world.clock.advance(A_WHILE_MS);
        expect(await run(port.containerInstance('production', here.arn))).toEqual({ arn: here.arn, status: 'ACTIVE' });
        await run(port.drain('production', here.arn));
        await run(port.drain('production', here.arn));
        await world.clock.advance(5 * A_WHILE_MS);
        expect(await run(port.containerInstance('production', here.arn.split('/').at(-1) ?? ''))).toEqual({
          arn: here.arn,
          status: 'DRAINING',
        });
        expect(world.ecs.tasksOf(service.arn).map(({ containerInstanceArn }) => containerInstanceArn)).toEqual([
          there.arn,
          there.arn,
        ]);
        const unknown = here.arn.replace(/\w{32}$/, '0'.repeat(32));
        expect(await run(port.containerInstance('production', unknown))).toBeUndefined();
        await expect(run(port.drain('production', unknown))).rejects.toBeInstanceOf(NotFoundError);
      }),
    );
  });
};
