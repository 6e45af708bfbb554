import { clusterNameOf, familyOf } from '../task/arn.ts';
import type { PortBinding, Task, TaskContainer, TaskInterface } from '../task/task.ts';
import { type Binding, type Workload, workloadKeyOf } from './binding.ts';
import type { Facts } from './facts.ts';
import { keyOf, type Target } from './target.ts';

/** A task that has, or had, an address. */
interface AddressClaim {
  readonly task: Task;
  readonly through: TaskInterface;
  /** VPC of the interface's subnet; the same address exists in other VPCs. */
  readonly vpcId: string;
}

/** A container that has, or had, a port of an EC2 instance. */
interface PortClaim {
  readonly task: Task;
  readonly container: TaskContainer;
  /** The same number is another port for tcp and for udp. */
  readonly protocol: PortBinding['protocol'];
}

/** Tasks, indexed by all that deciding asks for. Built once per look, used for every group. */
export interface Fleet {
  readonly size: number;
  /** Tasks by `workloadKeyOf`. */
  readonly byWorkload: ReadonlyMap<string, readonly Task[]>;
  /** By address: IPv4, or canonical IPv6. */
  readonly byAddress: ReadonlyMap<string, readonly AddressClaim[]>;
  /** By `keyOf` EC2 instance id and host port. */
  readonly byInstancePort: ReadonlyMap<string, readonly PortClaim[]>;
  /** By interface id and by attachment id. */
  readonly byInterface: ReadonlyMap<string, Task>;
}

/**
 * The workloads a task can belong to. A service's task says so in `group` **and** in `startedBy`, since RunTask can
 * borrow the group's name; a standalone task is known by its task definition's family; a Beanstalk task by the
 * environment of its instance, never by a name.
 */
export const workloadsOf = (task: Task, facts: Pick<Facts, 'instances' | 'environments'>): readonly Workload[] => {
  const cluster = clusterNameOf(task.clusterArn);
  if (task.startedBy?.startsWith('ecs-svc/')) {
    return task.group?.startsWith('service:')
      ? [{ kind: 'service', cluster, service: task.group.slice('service:'.length) }]
      : [];
  }
  const workloads: Workload[] = [{ kind: 'family', cluster, family: familyOf(task.taskDefinitionArn) }];
  const instance = task.containerInstanceArn && facts.instances.get(task.containerInstanceArn);
  const environment = instance && facts.environments.get(instance);
  if (environment) workloads.push({ kind: 'beanstalk', environment });
  return workloads;
};

const push = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
};

/** Indexes tasks. The order of the tasks does not matter for any decision made from it. */
export const indexFleet = (tasks: Iterable<Task>, facts: Facts): Fleet => {
  const byWorkload = new Map<string, Task[]>();
  const byAddress = new Map<string, AddressClaim[]>();
  const byInstancePort = new Map<string, PortClaim[]>();
  const byInterface = new Map<string, Task>();
  let size = 0;
  for (const task of tasks) {
    size++;
    for (const workload of workloadsOf(task, facts)) push(byWorkload, workloadKeyOf(workload), task);
    for (const through of task.interfaces) {
      byInterface.set(through.attachmentId, task);
      if (through.interfaceId) byInterface.set(through.interfaceId, task);
      const vpcId = through.subnetId && facts.subnets.get(through.subnetId)?.vpcId;
      if (!vpcId) continue;
      for (const address of [through.ipv4, through.ipv6])
        if (address) push(byAddress, address, { task, through, vpcId });
    }
    const instance = task.containerInstanceArn && facts.instances.get(task.containerInstanceArn);
    if (!instance) continue;
    for (const container of task.containers) {
      for (const { hostPort, protocol } of container.ports) {
        push(byInstancePort, keyOf({ id: instance, port: hostPort }), { task, container, protocol });
      }
    }
  }
  return { size, byWorkload, byAddress, byInstancePort, byInterface };
};

/**
 * The tasks of a fleet that matter to these targets of a group: its own, and whoever has or had one of them.
 * @param holders EC2's answers, by address.
 * @param own Which of the group's own tasks (ARNs); `undefined` for all.
 */
export const relevantTasks = (
  binding: Binding,
  fleet: Fleet,
  targets: readonly Pick<Target, 'id' | 'port'>[],
  holders: ReadonlyMap<string, readonly { readonly interfaceId: string; readonly attachmentId?: string }[]>,
  own?: ReadonlySet<string>,
): readonly Task[] => {
  const tasks = new Set<Task>();
  for (const workload of binding.wiring.workloads) {
    for (const task of fleet.byWorkload.get(workloadKeyOf(workload)) ?? []) {
      if (own === undefined || own.has(task.taskArn)) tasks.add(task);
    }
  }
  for (const target of targets) {
    for (const { task } of fleet.byAddress.get(target.id) ?? []) tasks.add(task);
    for (const { task } of fleet.byInstancePort.get(keyOf(target)) ?? []) tasks.add(task);
    for (const { interfaceId, attachmentId } of holders.get(target.id) ?? []) {
      const holder = fleet.byInterface.get(interfaceId) ?? (attachmentId && fleet.byInterface.get(attachmentId));
      if (holder) tasks.add(holder);
    }
  }
  return [...tasks];
};
