import { AwsError } from '../../simulator/errors.ts';
import type { Action } from '../../simulator/shapes.ts';
import { addressOf, type Fleet, PORT } from './fleet.ts';

type Change = Extract<Action, 'elasticloadbalancing:RegisterTargets' | 'elasticloadbalancing:DeregisterTargets'>;

/** When AWS's registration budget has its next call. */
const TRY_AGAIN_MS = 250;

/**
 * What a function does that is written as AWS's samples are: one event, one call, for one target. It is given here what
 * the samples lack: nothing is ever lost (they give up after some tries), events are in order, and stops are acted on
 * at the first sign instead of at STOPPED.
 */
export const startOneCallPerEvent = ({ world, groups }: Fleet): void => {
  const { bus, clock, ecs } = world;
  const queue: { readonly action: Change; readonly group: string; readonly address: string }[] = [];
  const told = new Set<string>();
  let working = false;
  const work = async (): Promise<void> => {
    if (working) return;
    working = true;
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      try {
        const Targets = [{ Id: next.address, Port: PORT }];
        await world.call(next.action, { TargetGroupArn: next.group, Targets });
        queue.shift();
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        await clock.sleep(TRY_AGAIN_MS);
      }
    }
    working = false;
  };
  for (const task of ecs.tasks.values()) told.add(`${task.arn} register`);
  bus.listen(({ resources: [taskArn] }) => {
    const task = ecs.tasks.get(taskArn ?? '');
    const group = task && groups.get(task.group.replace(/^service:/, ''));
    if (task === undefined || group === undefined) return;
    const tell = (action: Change, key: string): void => {
      if (told.has(key)) return;
      told.add(key);
      queue.push({ action, group: group.arn, address: addressOf(task) });
      void work();
    };
    if (task.desiredStatus === 'STOPPED') tell('elasticloadbalancing:DeregisterTargets', `${task.arn} deregister`);
    else if (task.lastStatus === 'RUNNING') tell('elasticloadbalancing:RegisterTargets', `${task.arn} register`);
  });
};
