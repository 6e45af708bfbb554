import type { Fault } from '../fault.ts';
import { cidrContains } from '../task/address.ts';
import { isRunning } from '../task/stage.ts';
import type { Task, TaskContainer, TaskDefinition, TaskInterface } from '../task/task.ts';
import type { Binding, BoundGroup } from './binding.ts';
import type { Facts } from './facts.ts';
import { outsideVpc, wrongNetworkMode } from './findings.ts';
import { type Listener, listenerOf, transportsOf } from './listener.ts';
import type { Target } from './target.ts';

/** A task of a group's workloads, as that group sees it. */
export interface Candidate {
  readonly task: Task;
  readonly standby: boolean;
  /** The container that listens, where that can be told. */
  readonly container?: TaskContainer;
  /** Where it listens for the group, or why it cannot be told. */
  readonly place: Place;
  /** It belongs into the group now. */
  readonly wanted: boolean;
}

type Place =
  | { readonly kind: 'at'; readonly target: Target }
  /** Not known (yet): no address so far, or AWS did not tell. */
  | { readonly kind: 'unknown'; readonly why: string }
  /** It cannot be in this group, and a person should know. */
  | { readonly kind: 'wrong'; readonly fault: Fault };

/** Whether a task listens exactly there for its group. */
export const isAt = (candidate: Candidate | undefined, { id, port }: Target): boolean =>
  candidate?.place.kind === 'at' && candidate.place.target.id === id && candidate.place.target.port === port;

const at = (target: Target): Place => ({ kind: 'at', target });
const unknown = (why: string): Place => ({ kind: 'unknown', why });
const wrong = (fault: Fault): Place => ({ kind: 'wrong', fault });

const revisionOf = (definition: TaskDefinition): string =>
  definition.taskDefinitionArn.slice(definition.taskDefinitionArn.lastIndexOf('/') + 1);

const withoutAddress = (group: BoundGroup, task: Task): Place => {
  if (task.interfaces.length === 0) return unknown('it has no network interface yet');
  // An address of the other family alone is told early; that there is none of this one only a running task tells.
  const addressed = task.interfaces.some(({ ipv4, ipv6 }) => (ipv4 ?? ipv6) !== undefined);
  if (!addressed || !isRunning(task)) return unknown('its address is not known yet');
  const [family, other] = group.ipAddressType === 'ipv6' ? ['IPv6', 'ipv4'] : ['IPv4', 'ipv6'];
  return wrong(
    outsideVpc(
      `Tasks have no ${family} address, and ${group.name} takes ${family} targets.`,
      `Run the tasks in subnets with ${family}, or use a target group of address type ${other}.`,
    ),
  );
};

const placeOfAddress = ({ group, wiring }: Binding, task: Task, port: number, facts: Facts): Place => {
  const addressOf = (through: TaskInterface): string | undefined =>
    group.ipAddressType === 'ipv6' ? through.ipv6 : through.ipv4;
  const through = task.interfaces.find((each) => addressOf(each) !== undefined);
  const address = through && addressOf(through);
  if (through === undefined || address === undefined) return withoutAddress(group, task);
  const subnet = through.subnetId === undefined ? undefined : facts.subnets.get(through.subnetId);
  if (subnet === undefined) return unknown(`its subnet ${through.subnetId ?? ''} could not be looked up`);
  if (subnet.vpcId === group.vpcId) return at({ id: address, port });
  if (wiring.zone !== 'all') {
    return wrong(
      outsideVpc(
        `Tasks run in ${subnet.vpcId}, and ${group.name} is in ${group.vpcId}: the same address may be a stranger's there.`,
        `Run the service in subnets of ${group.vpcId}, or, where the networks are peered, set the zone tag to all.`,
      ),
    );
  }
  const own = facts.subnetsOfVpc.get(group.vpcId);
  if (own === undefined) return unknown(`the subnets of ${group.vpcId} could not be looked up`);
  const stranger = own.find(({ cidrs }) => cidrs.some((cidr) => cidrContains(cidr, address)));
  if (stranger === undefined) return at({ id: address, port, zone: 'all' });
  return wrong(
    outsideVpc(
      `${address} of ${subnet.vpcId} also lies in ${stranger.subnetId} of ${group.name}'s own ${group.vpcId}: traffic would reach a stranger.`,
      `Use networks whose address ranges do not overlap, or a target group in ${subnet.vpcId}.`,
    ),
  );
};

const containerOf = (task: Task, listener: Listener): TaskContainer | undefined =>
  task.containers.find(({ name }) => name === listener.container);

const placeOnInstance = (
  { group }: Binding,
  task: Task,
  listener: Listener,
  definition: TaskDefinition,
  facts: Facts,
): Place => {
  const id = task.containerInstanceArn && facts.instances.get(task.containerInstanceArn);
  if (!id) return unknown('its EC2 instance could not be looked up');
  const transports = transportsOf(group.protocol);
  const binding = containerOf(task, listener)?.ports.find(
    ({ containerPort, protocol }) => containerPort === listener.port && transports.has(protocol),
  );
  if (binding !== undefined) return at({ id, port: binding.hostPort });
  // With host networking the container's port is the instance's, whether ECS lists it or not.
  return definition.networkMode === 'host'
    ? at({ id, port: listener.port })
    : unknown('its host port is not known yet');
};

const placeOf = (binding: Binding, task: Task, listener: Listener, definition: TaskDefinition, facts: Facts): Place => {
  const { group } = binding;
  const awsvpc = definition.networkMode === 'awsvpc';
  if (group.targetType === 'ip' && awsvpc) return placeOfAddress(binding, task, listener.port, facts);
  if (group.targetType === 'instance' && !awsvpc && definition.networkMode !== 'none') {
    return placeOnInstance(binding, task, listener, definition, facts);
  }
  return wrong(
    wrongNetworkMode(
      `${revisionOf(definition)} uses network mode ${definition.networkMode}, and ${group.name} takes targets of type ${group.targetType}.`,
      awsvpc
        ? 'Tasks with network mode awsvpc, hence all on Fargate, need a target group of type ip.'
        : 'Tasks with network mode bridge or host need a target group of type instance.',
    ),
  );
};

/**
 * How a group sees tasks of its workloads. Where a revision listens is found out once for all its tasks.
 * @returns The candidate of a task, given whether the task is to be held out of its groups.
 */
export const candidatesFor = (binding: Binding, facts: Facts): ((task: Task, standby: boolean) => Candidate) => {
  const listeners = new Map<TaskDefinition, Listener | Fault>();
  const listenerIn = (definition: TaskDefinition): Listener | Fault => {
    const listener = listeners.get(definition) ?? listenerOf(binding, definition);
    listeners.set(definition, listener);
    return listener;
  };
  return (task, standby) => {
    const nowhere = (place: Place): Candidate => ({ task, standby, place, wanted: false });
    const definition = facts.definitions.get(task.taskDefinitionArn);
    if (definition === undefined) {
      return nowhere(unknown(`its task definition ${task.taskDefinitionArn} could not be read`));
    }
    const listener = listenerIn(definition);
    if ('rule' in listener) return nowhere(wrong(listener));
    const place = placeOf(binding, task, listener, definition, facts);
    if (place.kind !== 'at') return nowhere(place);
    // A host port is free when its container ends; an address lives as long as the task.
    const container = containerOf(task, listener);
    const listens = binding.group.targetType === 'ip' || container?.lastStatus === 'RUNNING';
    const wanted = isRunning(task) && listens && !standby;
    return { task, standby, ...(container !== undefined && { container }), place, wanted };
  };
};
