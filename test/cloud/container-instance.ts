import { RunInstancesCommand } from '@aws-sdk/client-ec2';
import { RegisterContainerInstanceCommand } from '@aws-sdk/client-ecs';
import type { MotoWorld } from './moto-world.ts';
import { present } from './present.ts';

/** An EC2 instance that belongs to a cluster. */
export interface ContainerInstance {
  readonly instanceId: string;
  readonly containerInstanceArn: string;
}

/** Starts an instance in moto and registers it with a cluster. */
export const addContainerInstance = async (
  world: Pick<MotoWorld, 'ec2' | 'ecs' | 'subnetId'>,
  cluster: string,
  tags: Readonly<Record<string, string>> = {},
): Promise<ContainerInstance> => {
  const Tags = Object.entries({ Name: cluster, ...tags }).map(([Key, Value]) => ({ Key, Value }));
  const { Instances } = await world.ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-12c6146b',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: world.subnetId,
      TagSpecifications: [{ ResourceType: 'instance', Tags }],
    }),
  );
  const instanceId = present(Instances?.[0]?.InstanceId);
  const instanceIdentityDocument = JSON.stringify({ instanceId });
  const { containerInstance } = await world.ecs.send(
    new RegisterContainerInstanceCommand({ cluster, instanceIdentityDocument }),
  );
  return { instanceId, containerInstanceArn: present(containerInstance?.containerInstanceArn) };
};
