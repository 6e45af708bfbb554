import type { InstanceRecord, InterfaceRecord, SubnetRecord, VpcRecord } from './state.ts';

export interface NetworkOptions {
  /** Which free address a new interface takes: the one freed last (default), or the one free for longest. */
  readonly reuse?: 'newest' | 'oldest';
}

export interface SubnetSpec {
  readonly vpcId: string;
  /** IPv4 block; left out in an IPv6-only subnet. */
  readonly cidr?: string;
  /** IPv6 block; with `cidr` the subnet is dual-stack. */
  readonly ipv6Cidr?: string;
  readonly id?: string;
  /** Default `<region>a`. */
  readonly zone?: string;
}

/** VPCs, subnets, interfaces and instances. */
export interface Network {
  readonly vpcs: ReadonlyMap<string, VpcRecord>;
  readonly subnets: ReadonlyMap<string, SubnetRecord>;
  /** Those that exist now. */
  readonly interfaces: ReadonlyMap<string, InterfaceRecord>;
  readonly instances: ReadonlyMap<string, InstanceRecord>;
  /** Two VPCs may have the same blocks. */
  addVpc(spec?: { readonly id?: string; readonly cidrs?: readonly string[] }): VpcRecord;
  addSubnet(spec: SubnetSpec): SubnetRecord;
  /** A running instance with an interface of its own. */
  addInstance(spec: {
    readonly subnetId: string;
    readonly id?: string;
    readonly tags?: Readonly<Record<string, string>>;
  }): InstanceRecord;
  setInstanceState(instanceId: string, state: string): void;
  /** An interface that ECS did not make, unless its description says so. @throws If the address is taken or the subnet is full. */
  addInterface(spec: {
    readonly subnetId: string;
    readonly address?: string;
    readonly description?: string;
  }): InterfaceRecord;
  /** Its addresses are free at once. */
  removeInterface(interfaceId: string): void;
  /** Who has this address in this VPC now. */
  holderOf(vpcId: string, address: string): InterfaceRecord | undefined;
  /** The subnet of the VPC whose block contains the address. */
  subnetContaining(vpcId: string, address: string): SubnetRecord | undefined;
}
