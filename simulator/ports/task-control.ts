import { NotFoundError } from '../../shared/errors.ts';
import type { TaskControl } from '../../shared/ports/task-control.ts';
import type { Send } from './send.ts';

/** What a person does to running tasks, over the world. */
export const createTaskControl = ({ read, write }: Send): TaskControl => ({
  tag: async (resourceArn, tags) => {
    await write('ecs:TagResource', {
      resourceArn,
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    });
  },
  stop: async (cluster, task, reason) => {
    await write('ecs:StopTask', { cluster, task, reason });
  },
  containerInstance: async (cluster, name) => {
    const { containerInstances } = await read('ecs:DescribeContainerInstances', {
      cluster,
      containerInstances: [name],
    });
    const [found] = containerInstances;
    return found && { arn: found.containerInstanceArn, status: found.status };
  },
  drain: async (cluster, containerInstanceArn) => {
    const { failures } = await write('ecs:UpdateContainerInstancesState', {
      cluster,
      containerInstances: [containerInstanceArn],
      status: 'DRAINING',
    });
    if (failures.length > 0) throw new NotFoundError(`${containerInstanceArn} is gone.`);
  },
});
