import type { Subnet } from '../core/task/task.ts';

/** Who has an address now, as EC2 knows it. */
export interface AddressHolder {
  /** As it was asked. */
  readonly address: string;
  readonly vpcId: string;
  readonly interfaceId: string;
  /** Id of the ECS attachment that made the interface, from its description; `undefined` where ECS did not make it. */
  readonly attachmentId?: string;
  /** When the interface was attached, epoch milliseconds; `undefined` where EC2 does not tell (branch interfaces). */
  readonly attachedAtMs?: number;
}

/** Addresses, subnets and instances of EC2. Reads only. */
export interface Addresses {
  /** Subnets by id, 100 per call; unknown ones are left out. */
  subnets(subnetIds: readonly string[]): Promise<readonly Subnet[]>;
  /** All subnets of a VPC. */
  subnetsOfVpc(vpcId: string): Promise<readonly Subnet[]>;
  /**
   * The interfaces that have these addresses, in any VPC, 200 addresses per call. An address that is missing from the
   * answer is held by nobody. IPv4 and IPv6 (canonical) may be mixed.
   * @throws {TaskwireError} If any call or page failed: never a part of the answer.
   */
  holders(addresses: readonly string[]): Promise<readonly AddressHolder[]>;
  /** Elastic Beanstalk environment name by EC2 instance id, from the instances' tags; those without are left out. */
  environments(ec2InstanceIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** EC2 instance ids of the instances of an Elastic Beanstalk environment. */
  instancesOfEnvironment(environment: string): Promise<readonly string[]>;
}
