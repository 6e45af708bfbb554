import { AwsError } from './errors.ts';
import type { EcsLoadBalancer } from './shapes.ts';
import type { TaskRecord } from './state.ts';
import type { TargetGroupsInside } from './target-groups.ts';

/**
 * What ECS itself does for a service with load balancers: registers a task as it runs, deregisters it in DEACTIVATING.
 * These calls have budgets of their own in AWS and are neither limited nor counted.
 * Not modelled: alternate target groups and traffic shifts; waiting for the deregistration delay before SIGTERM.
 */
export const registerNatively = (
  what: 'register' | 'deregister',
  task: TaskRecord,
  loadBalancers: readonly EcsLoadBalancer[],
  groups: TargetGroupsInside,
  instanceIdOf: (containerInstanceArn: string) => string | undefined,
): void => {
  for (const { targetGroupArn, containerName, containerPort } of loadBalancers) {
    if (targetGroupArn === undefined || containerPort === undefined) continue;
    const container = task.containers.find(({ name }) => name === containerName);
    const hostPort = container?.hostPorts.find((port) => port.containerPort === containerPort)?.hostPort;
    const id = task.attachment ? task.attachment.interface?.ipv4 : instanceIdOf(task.containerInstanceArn ?? '');
    const port = task.attachment ? containerPort : hostPort;
    if (id === undefined || port === undefined) continue;
    try {
      groups[what](targetGroupArn, [{ Id: id, Port: port }]);
    } catch (error) {
      // ECS tells it in the service's events and goes on.
      if (!(error instanceof AwsError)) throw error;
    }
  }
};
