import type { Binding, BoundGroup, TargetGroup, Wiring, Workload } from '../../shared/core/targets/binding.ts';
import { arnOf } from './tasks.ts';

/** `production/web` */
export const service = (name: string): Workload => {
  const [cluster = '', of = ''] = name.split('/');
  return { kind: 'service', cluster, service: of };
};

/** `production/job` */
export const family = (name: string): Workload => {
  const [cluster = '', of = ''] = name.split('/');
  return { kind: 'family', cluster, family: of };
};

/** Tags that wire the service `production/web`. */
export const aWiring = (says: Partial<Wiring> = {}): Wiring => ({
  workloads: [service('production/web')],
  mode: 'enforce',
  targets: 'shared',
  zone: 'auto',
  ...says,
});

/** An HTTP group `web` of type ip on port 80 in vpc-1. */
export const aGroup = (says: Partial<BoundGroup> = {}): BoundGroup => ({
  arn: arnOf.group(says.name ?? 'web'),
  name: 'web',
  targetType: 'ip',
  protocol: 'HTTP',
  port: 80,
  vpcId: 'vpc-1',
  ipAddressType: 'ipv4',
  ...says,
});

/** A group as AWS describes it, before it is known whether it can be bound. `undefined` takes a member away. */
export const aDescribedGroup = (
  says: { readonly [Member in keyof TargetGroup]?: TargetGroup[Member] | undefined },
): TargetGroup => {
  const group = { ...aGroup(), ...says };
  return Object.fromEntries(Object.entries(group).filter(([, value]) => value !== undefined)) as unknown as TargetGroup;
};

/** The group `web` wired to `production/web`; a test says only what differs of either. */
export const aBinding = (wiring: Partial<Wiring> = {}, group: Partial<BoundGroup> = {}): Binding => ({
  group: aGroup(group),
  wiring: aWiring(wiring),
});
