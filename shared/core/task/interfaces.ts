import { canonicalAddress, isAddress } from './address.ts';
import type { PortBinding, TaskInterface } from './task.ts';

/** An attachment of a task, as an event and as DescribeTasks tell it; members may be missing or null in both. */
export interface ToldAttachment {
  readonly id?: string | null | undefined;
  readonly type?: string | null | undefined;
  readonly details?:
    | readonly { readonly name?: string | null | undefined; readonly value?: string | null | undefined }[]
    | null
    | undefined;
}

/** The network members of a container, as an event and as DescribeTasks tell them. */
export interface ToldContainer {
  readonly networkInterfaces?:
    | readonly {
        readonly attachmentId?: string | null | undefined;
        readonly privateIpv4Address?: string | null | undefined;
        readonly ipv6Address?: string | null | undefined;
      }[]
    | null
    | undefined;
}

/** A network binding of a container: one port, or a range of them. */
export interface ToldBinding {
  readonly containerPort?: number | null | undefined;
  readonly hostPort?: number | null | undefined;
  readonly protocol?: string | null | undefined;
  readonly containerPortRange?: string | null | undefined;
  readonly hostPortRange?: string | null | undefined;
}

// The event says `eni`, DescribeTasks says `ElasticNetworkInterface`. Service Connect and volume attachments may stand
// before it, so the first attachment proves nothing.
const isInterface = (type: string | null | undefined): boolean => type === 'eni' || type === 'ElasticNetworkInterface';

const addressOf = (text: string | null | undefined): string | undefined =>
  text && isAddress(text) ? canonicalAddress(text) : undefined;

interface Parts {
  interfaceId?: string;
  subnetId?: string;
  ipv4?: string;
  ipv6?: string;
}

const partsOf = (details: ToldAttachment['details']): Parts => {
  const parts: Parts = {};
  for (const { name, value } of details ?? []) {
    if (!value) continue;
    if (name === 'networkInterfaceId') parts.interfaceId = value;
    else if (name === 'subnetId') parts.subnetId = value;
    else if (name === 'privateIPv4Address') {
      const ipv4 = addressOf(value);
      if (ipv4 !== undefined) parts.ipv4 = ipv4;
    }
  }
  return parts;
};

/**
 * The network interfaces of a task, in the order they are told: interface, subnet and IPv4 address from the
 * attachment's details, addresses also from the containers, where alone an IPv6 address stands. Both are merged by the
 * attachment's id. What is no address is left out; an interface without an id cannot be recognised later and is left
 * out as well.
 */
export const interfacesOf = (
  attachments: readonly ToldAttachment[],
  containers: readonly ToldContainer[],
): readonly TaskInterface[] => {
  const byId = new Map<string, Parts>();
  for (const { id, type, details } of attachments) {
    if (id && isInterface(type)) byId.set(id, partsOf(details));
  }
  for (const { networkInterfaces } of containers) {
    for (const { attachmentId, privateIpv4Address, ipv6Address } of networkInterfaces ?? []) {
      if (!attachmentId) continue;
      const parts = byId.get(attachmentId) ?? {};
      byId.set(attachmentId, parts);
      // Every container of the task repeats the same address.
      const ipv4 = parts.ipv4 ?? addressOf(privateIpv4Address);
      const ipv6 = parts.ipv6 ?? addressOf(ipv6Address);
      if (ipv4 !== undefined) parts.ipv4 = ipv4;
      if (ipv6 !== undefined) parts.ipv6 = ipv6;
    }
  }
  return Array.from(byId, ([attachmentId, parts]) => ({ attachmentId, ...parts }));
};

const isPort = (port: number | null | undefined): port is number =>
  typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535;

type Range = readonly [first: number, last: number];

const rangeOf = (text: string | null | undefined): Range | undefined => {
  const [, first, last] = /^(\d{1,5})-(\d{1,5})$/.exec(text ?? '') ?? [];
  const [from, to] = [Number(first), Number(last)];
  return isPort(from) && isPort(to) && from <= to ? [from, to] : undefined;
};

const rangesOf = (binding: ToldBinding): { readonly container: Range; readonly host: Range } | undefined => {
  const { containerPort, hostPort } = binding;
  if (isPort(containerPort) && isPort(hostPort)) {
    return { container: [containerPort, containerPort], host: [hostPort, hostPort] };
  }
  const [container, host] = [rangeOf(binding.containerPortRange), rangeOf(binding.hostPortRange)];
  // Ranges of unequal length do not say which host port leads where.
  return container && host && container[1] - container[0] === host[1] - host[0] ? { container, host } : undefined;
};

/** All ports there are, of both protocols, each listed for IPv4 and IPv6: ECS never tells more of a container. */
const MOST_LISTED = 4 * 65_535;

/**
 * The ports of a container as they are reachable on its instance, without the twin that ECS lists for `::` beside the
 * one for `0.0.0.0`, port ranges written out. What is not `udp` counts as `tcp`, as ECS does it; what names no port of
 * both sides is left out, and so is what comes after more ports than a container can have.
 */
export const portsOf = (networkBindings: readonly ToldBinding[]): readonly PortBinding[] => {
  if (networkBindings.length === 0) return [];
  const ports = new Map<string, PortBinding>();
  let left = MOST_LISTED;
  for (const binding of networkBindings) {
    const ranges = rangesOf(binding);
    if (ranges === undefined) continue;
    const protocol = binding.protocol === 'udp' ? 'udp' : 'tcp';
    const offset = ranges.host[0] - ranges.container[0];
    for (let containerPort = ranges.container[0]; containerPort <= ranges.container[1] && left > 0; containerPort++) {
      left--;
      const hostPort = containerPort + offset;
      ports.set(`${containerPort} ${hostPort} ${protocol}`, { containerPort, hostPort, protocol });
    }
  }
  return [...ports.values()];
};
