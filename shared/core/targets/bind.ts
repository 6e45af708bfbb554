import type { Fault } from '../fault.ts';
import type { Binding, TargetGroup, Wiring } from './binding.ts';
import { filledByOther, unsupportedGroup } from './findings.ts';

/** Protocols that carry traffic to a task's port. GENEVE is for appliances; QUIC needs a server id per target. */
const PROTOCOLS: ReadonlySet<string> = new Set(['HTTP', 'HTTPS', 'TCP', 'TLS', 'UDP', 'TCP_UDP']);

/** Who else fills a group, in words: what the caller saw, or what its name tells. */
export const otherFillerOf = ({ name }: Pick<TargetGroup, 'name'>, seen: string | undefined): string | undefined =>
  // Elastic Beanstalk registers its instances through the Auto Scaling group.
  name.startsWith('awseb-') ? 'Elastic Beanstalk' : seen;

/**
 * Joins a target group with what its tags ask for, unless Taskwire must not touch it.
 * @param filler Who else fills the group, in words, as far as the caller looked.
 * @returns The binding, or why there is none.
 */
export const bindGroup = (group: TargetGroup, wiring: Wiring, filler: string | undefined): Binding | Fault => {
  const { targetType, protocol, port, vpcId, name } = group;
  const other = otherFillerOf(group, filler);
  if (other !== undefined) {
    return filledByOther(
      `${name} is tagged for Taskwire, but filled by ${other}.`,
      `Take the tags away from ${name}, or detach it from ${other}. Until then nothing in it is touched.`,
    );
  }
  if ((targetType !== 'ip' && targetType !== 'instance') || port === undefined || vpcId === undefined) {
    return unsupportedGroup(
      `${name} takes targets of type ${targetType}, which are no tasks.`,
      'Use a target group of type ip (network mode awsvpc, Fargate) or instance (bridge, host).',
    );
  }
  if (protocol === undefined || !PROTOCOLS.has(protocol)) {
    return unsupportedGroup(
      `${name} uses protocol ${protocol ?? 'none'}, which Taskwire does not register for.`,
      `Use a target group of one of the protocols ${[...PROTOCOLS].join(', ')}.`,
    );
  }
  return { group: { ...group, targetType, protocol, port, vpcId }, wiring };
};
