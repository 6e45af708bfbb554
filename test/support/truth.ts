import type { Stage } from './stage.ts';

/** What a world's truth says of the changes while a scenario runs; all lists stay empty when all is well. */
export interface Truth {
  /** Targets that were taken out although a live task of the group's services was at them, `<group> <id>:<port>`. */
  readonly takenFromLive: readonly string[];
  /** Targets that were still registered when a task of another workload came to their address or port. */
  readonly reachedStrangers: readonly string[];
}

/** Watches the world from now on: every call that takes targets out, and every event of a task. */
export const watchTruth = ({ world }: Stage): Truth => {
  const takenFromLive: string[] = [];
  const reachedStrangers = new Set<string>();
  const nameOf = (arn: string): string => world.targetGroups.groups.get(arn)?.name ?? arn;

  world.faults.after('elasticloadbalancing:DeregisterTargets', ({ TargetGroupArn, Targets }) => {
    const group = world.targetGroups.groups.get(TargetGroupArn);
    const services = new Set((group?.tags.get('taskwire:service') ?? '').split(' '));
    for (const { Id, Port } of Targets) {
      const live = [...world.ecs.tasks.values()].find((task) => {
        const own = services.has(`${task.clusterArn.split('/').at(-1)}/${task.group.slice('service:'.length)}`);
        if (!own || task.desiredStatus !== 'RUNNING') return false;
        if (group?.targetType === 'ip') return task.attachment?.interface?.ipv4 === Id;
        const instance = world.ecs.containerInstances.get(task.containerInstanceArn ?? '');
        return task.containers.some(
          ({ lastStatus, hostPorts }) =>
            instance?.instanceId === Id &&
            // Before it runs, ECS tells nobody which port it will have.
            lastStatus === 'RUNNING' &&
            hostPorts.some(({ hostPort }) => hostPort === Port),
        );
      });
      if (live !== undefined) takenFromLive.push(`${nameOf(TargetGroupArn)} ${Id}:${Port} of ${live.id}`);
    }
  });
  world.bus.listen(() => {
    for (const { targetGroupArn, id, port } of world.audit().wrong) {
      reachedStrangers.add(`${nameOf(targetGroupArn)} ${id}:${port}`);
    }
  });
  return {
    takenFromLive,
    get reachedStrangers() {
      return [...reachedStrangers];
    },
  };
};

/** Nothing happened that must never happen. */
export const ALL_WELL: Truth = { takenFromLive: [], reachedStrangers: [] };
