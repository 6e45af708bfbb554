import { canonicalAddress, cidrContains } from '../shared/core/task/address.ts';
import type { Random } from './random.ts';
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

const numberOf = (ipv4: string): number => ipv4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const ipv4Of = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.');

/** Free addresses of one subnet and one family. */
interface Pool {
  take(address?: string): string;
  free(address: string): void;
}

/** @param nth The nth address ever given out; `undefined` when the block is full. */
const createPool = (name: string, nth: (n: number) => string | undefined, reuse: 'newest' | 'oldest'): Pool => {
  const taken = new Set<string>();
  const freed: string[] = [];
  let next = 0;
  const fresh = (): string | undefined => {
    for (let address = nth(next); address !== undefined; address = nth(next)) {
      next++;
      if (!taken.has(address)) return address;
    }
    return undefined;
  };
  const choose = (): string | undefined =>
    // AWS gives no promise about the order. `newest` is the worst case, `oldest` what a large subnet does.
    reuse === 'newest' ? (freed.pop() ?? fresh()) : (fresh() ?? freed.shift());
  return {
    take: (asked) => {
      const address = asked ?? choose();
      if (address === undefined) throw new Error(`${name} has no free address left`);
      if (taken.has(address)) throw new Error(`${address} in ${name} is taken`);
      const at = freed.indexOf(address);
      if (at !== -1) freed.splice(at, 1);
      taken.add(address);
      return address;
    },
    free: (address) => {
      if (!taken.delete(address)) return;
      freed.push(address);
    },
  };
};

const ipv4Pool = (subnetId: string, cidr: string, reuse: 'newest' | 'oldest'): Pool => {
  const [base = '', bits = '32'] = cidr.split('/');
  // AWS keeps the first four addresses and the last one of every subnet for itself.
  const usable = 2 ** (32 - Number(bits)) - 5;
  return createPool(subnetId, (n) => (n < usable ? ipv4Of(numberOf(base) + 4 + n) : undefined), reuse);
};

const ipv6Pool = (subnetId: string, cidr: string, reuse: 'newest' | 'oldest'): Pool => {
  const [base = ''] = cidr.split('/');
  return createPool(subnetId, (n) => canonicalAddress(`${base}${(0x10 + n).toString(16)}`), reuse);
};

/**
 * An account without networks.
 * Not modelled: routing, security groups, peering, secondary and prefix addresses, public addresses, interfaces that
 * are detached but still there. Addresses of an `ipv6Cidr` are given out from `::10` on, so its base must end in `::`.
 */
export const createNetwork = (
  random: Random,
  region: string,
  nowMs: () => number,
  { reuse = 'newest' }: NetworkOptions,
  releaseContainers: (instanceId: string) => void = () => undefined,
): Network => {
  const vpcs = new Map<string, VpcRecord>();
  const subnets = new Map<string, SubnetRecord>();
  const interfaces = new Map<string, InterfaceRecord>();
  const instances = new Map<string, InstanceRecord>();
  const instanceInterfaces = new Map<string, string>();
  const byAddress = new Map<string, InterfaceRecord>();
  const pools = new Map<string, { readonly v4?: Pool; readonly v6?: Pool }>();
  const addressKey = (vpcId: string, address: string) => `${vpcId} ${canonicalAddress(address)}`;

  const known = <T>(map: ReadonlyMap<string, T>, id: string): T => {
    const found = map.get(id);
    if (found === undefined) throw new Error(`the world has no ${id}`);
    return found;
  };

  const addressesOf = (of: InterfaceRecord): string[] => [of.ipv4, of.ipv6].filter((address) => address !== undefined);

  const network: Network = {
    vpcs,
    subnets,
    interfaces,
    instances,
    addVpc: ({ id = `vpc-0${random.hex(16)}`, cidrs = ['10.0.0.0/16'] } = {}) => {
      const vpc = { id, cidrs };
      vpcs.set(id, vpc);
      return vpc;
    },
    addSubnet: ({ vpcId, cidr, ipv6Cidr, id = `subnet-0${random.hex(16)}`, zone = `${region}a` }) => {
      known(vpcs, vpcId);
      const subnet = { id, vpcId, zone, ...(cidr && { cidr }), ...(ipv6Cidr && { ipv6Cidr }) };
      subnets.set(id, subnet);
      pools.set(id, {
        ...(cidr && { v4: ipv4Pool(id, cidr, reuse) }),
        ...(ipv6Cidr && { v6: ipv6Pool(id, ipv6Cidr, reuse) }),
      });
      return subnet;
    },
    addInstance: ({ subnetId, id = `i-0${random.hex(16)}`, tags = {} }) => {
      const { vpcId } = known(subnets, subnetId);
      const own = network.addInterface({ subnetId, description: '' });
      const instance = {
        id,
        vpcId,
        subnetId,
        ...(own.ipv4 && { address: own.ipv4 }),
        state: 'running',
        tags: new Map(Object.entries(tags)),
      };
      instances.set(id, instance);
      instanceInterfaces.set(id, own.id);
      return instance;
    },
    setInstanceState: (instanceId, state) => {
      known(instances, instanceId).state = state;
      if (state !== 'terminated') return;
      releaseContainers(instanceId);
      const own = instanceInterfaces.get(instanceId);
      if (own) network.removeInterface(own);
    },
    addInterface: ({ subnetId, address, description = '' }) => {
      const subnet = known(subnets, subnetId);
      const pool = pools.get(subnetId);
      const wantsV6 = address?.includes(':') ?? false;
      const ipv4 = pool?.v4?.take(wantsV6 ? undefined : address);
      const ipv6 = pool?.v6?.take(wantsV6 && address ? canonicalAddress(address) : undefined);
      const added: InterfaceRecord = {
        id: `eni-0${random.hex(16)}`,
        vpcId: subnet.vpcId,
        subnetId,
        zone: subnet.zone,
        macAddress: `0a:${[1, 2, 3, 4, 5].map(() => random.hex(2)).join(':')}`,
        ...(ipv4 && { ipv4 }),
        ...(ipv6 && { ipv6 }),
        description,
        attachedAtMs: nowMs(),
      };
      interfaces.set(added.id, added);
      for (const own of addressesOf(added)) byAddress.set(addressKey(subnet.vpcId, own), added);
      return added;
    },
    removeInterface: (interfaceId) => {
      const gone = interfaces.get(interfaceId);
      if (!gone) return;
      interfaces.delete(interfaceId);
      for (const own of addressesOf(gone)) byAddress.delete(addressKey(gone.vpcId, own));
      const pool = pools.get(gone.subnetId);
      if (gone.ipv4) pool?.v4?.free(gone.ipv4);
      if (gone.ipv6) pool?.v6?.free(gone.ipv6);
    },
    holderOf: (vpcId, address) => byAddress.get(addressKey(vpcId, address)),
    subnetContaining: (vpcId, address) =>
      [...subnets.values()].find(
        (subnet) =>
          subnet.vpcId === vpcId &&
          [subnet.cidr, subnet.ipv6Cidr].some((cidr) => cidr !== undefined && cidrContains(cidr, address)),
      ),
  };
  return network;
};
