import {
  DescribeContainerInstancesCommand,
  StopTaskCommand,
  TagResourceCommand,
  UpdateContainerInstancesStateCommand,
} from '@aws-sdk/client-ecs';
import { printable } from '../core/text.ts';
import { IncompleteError, NotFoundError, TaskwireError } from '../errors.ts';
import type { TaskControl } from '../ports/task-control.ts';
import type { Clients } from './clients.ts';

/** What a person does to running tasks, over the AWS API. */
export const createTaskControl = (clients: Clients): TaskControl => ({
  tag: async (taskArn, tags) => {
    await clients.change({ action: 'ecs:TagResource', resource: taskArn }, (options) =>
      clients.ecsOnce().send(
        new TagResourceCommand({
          resourceArn: taskArn,
          tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
        }),
        options,
      ),
    );
  },

  stop: async (cluster, taskArn, reason) => {
    await clients.change({ action: 'ecs:StopTask', resource: taskArn }, (options) =>
      clients.ecsOnce().send(new StopTaskCommand({ cluster, task: taskArn, reason }), options),
    );
  },

  containerInstance: async (cluster, name) => {
    const call = { action: 'ecs:DescribeContainerInstances', resource: name };
    const { containerInstances = [], failures = [] } = await clients.read(call, (options) =>
      clients.ecs().send(new DescribeContainerInstancesCommand({ cluster, containerInstances: [name] }), options),
    );
    const [failure] = failures;
    if (failure !== undefined && failure.reason !== 'MISSING') {
      throw new IncompleteError(
        `${call.action} told nothing of ${printable(name)}: ${printable(failure.reason ?? '')}.`,
      );
    }
    const [found] = containerInstances;
    return found?.containerInstanceArn === undefined
      ? undefined
      : { arn: found.containerInstanceArn, status: found.status ?? 'unknown' };
  },

  drain: async (cluster, containerInstanceArn) => {
    const call = { action: 'ecs:UpdateContainerInstancesState', resource: containerInstanceArn };
    const { failures = [] } = await clients.change(call, (options) =>
      clients.ecsOnce().send(
        new UpdateContainerInstancesStateCommand({
          cluster,
          containerInstances: [containerInstanceArn],
          status: 'DRAINING',
        }),
        options,
      ),
    );
    const [failure] = failures;
    if (failure === undefined) return;
    const words = `${call.action} for ${printable(containerInstanceArn)}: ${printable(failure.reason ?? 'no reason')}.`;
    throw failure.reason === 'MISSING' ? new NotFoundError(words) : new TaskwireError('retry', words);
  },
});
