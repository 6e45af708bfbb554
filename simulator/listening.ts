import { type Ecs, type EcsInside, openPortsOf } from './ecs.ts';
import type { Network } from './network.ts';
import type { InterfaceRecord, TaskRecord } from './state.ts';

/** Who is at an address or a host port now, by the world's truth. */
export interface Listening {
  /** The task whose interface this is, if ECS made it. */
  taskOf(own: InterfaceRecord): TaskRecord | undefined;
  /** The live task whose container has this host port of an instance. */
  onHostPort(instanceId: string, port: number): TaskRecord | undefined;
  /** The interface that has an address in this VPC, or, outside of its subnets, in any other. */
  holderOf(vpcId: string | undefined, address: string): InterfaceRecord | undefined;
  /** Whether a health check on this port would be answered. */
  answers(targetType: string, vpcId: string | undefined, id: string, port: number): boolean;
}

/**
 * The world's truth about addresses.
 * Not modelled: applications that are up but answer wrongly. An interface that ECS did not make, and an address
 * outside of all known networks, answer on every port.
 */
export const createListening = ({
  ecs,
  inside,
  network,
}: {
  readonly ecs: Ecs;
  readonly inside: EcsInside;
  readonly network: Network;
}): Listening => {
  const taskOf = (own: InterfaceRecord) =>
    inside.byAttachment(own.description.slice(own.description.lastIndexOf('/') + 1));

  const onHostPort = (instanceId: string, port: number) =>
    [...ecs.containerInstances.values()]
      .filter((instance) => instance.instanceId === instanceId)
      .flatMap(({ arn }) => inside.onContainerInstance(arn))
      .find((task) =>
        task.containers.some(
          ({ lastStatus, hostPorts }) =>
            lastStatus !== 'STOPPED' && hostPorts.some(({ hostPort }) => hostPort === port),
        ),
      );

  const holderOf = (vpcId: string | undefined, address: string) => {
    if (vpcId !== undefined && network.subnetContaining(vpcId, address)) return network.holderOf(vpcId, address);
    return [...network.vpcs.keys()].map((id) => network.holderOf(id, address)).find((holder) => holder !== undefined);
  };

  return {
    taskOf,
    onHostPort,
    holderOf,
    answers: (targetType, vpcId, id, port) => {
      if (targetType === 'instance') {
        const task = onHostPort(id, port);
        return (
          task?.containers.some(
            ({ lastStatus, hostPorts }) =>
              lastStatus === 'RUNNING' && hostPorts.some(({ hostPort }) => hostPort === port),
          ) ?? false
        );
      }
      const holder = holderOf(vpcId, id);
      if (!holder) return !(vpcId !== undefined && network.subnetContaining(vpcId, id));
      const task = taskOf(holder);
      if (!task) return true;
      return task.containers.some((container) => {
        const definition = task.definition.containers.find(({ name }) => name === container.name);
        return (
          container.lastStatus === 'RUNNING' &&
          definition !== undefined &&
          openPortsOf(definition).some((open) => open.port === port)
        );
      });
    },
  };
};
