import {
  DeregisterTargetsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  RegisterTargetsCommand,
  type TargetGroup as SdkTargetGroup,
  type TargetDescription,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { TargetGroup } from '../core/targets/binding.ts';
import { type Attempt, registerAround } from '../core/targets/refusal.ts';
import type { ObservedTarget, Target } from '../core/targets/target.ts';
import { canonicalAddress } from '../core/task/address.ts';
import { printable } from '../core/text.ts';
import { IncompleteError, NotFoundError } from '../errors.ts';
import type { TargetGroups } from '../ports/target-groups.ts';
import { batches, distinct } from './batches.ts';
import { byHalves } from './by-halves.ts';
import type { Clients } from './clients.ts';
import { allPages } from './pages.ts';
import { codeOf, wordsOf } from './sdk-errors.ts';
import { taggedResources } from './tagged-resources.ts';

/** Page size up to 400; ARNs per call as the contract's limits count them. */
const GROUPS_PER_CALL = 100;
/** AWS's default. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
const DEFAULT_DELAY_SECONDS = 300;

// What AWS says when it refuses a call because of some of its targets; ValidationError is a wrong zone or VPC.
const REFUSALS = new Set(['InvalidTarget', 'ValidationError', 'TooManyRegistrationsForTargetId']);

/** A target group as the use cases know it; none without its ARN or name. */
export const groupFrom = (group: SdkTargetGroup): readonly TargetGroup[] => {
  const { TargetGroupArn: arn, TargetGroupName: name, TargetType: targetType, LoadBalancerArns = [] } = group;
  if (!arn || !name) return [];
  return [
    {
      arn,
      name,
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
      targetType: targetType ?? 'instance',
      ipAddressType: group.IpAddressType === 'ipv6' ? 'ipv6' : 'ipv4',
      ...(group.Protocol !== undefined && { protocol: group.Protocol }),
      ...(group.Port !== undefined && { port: group.Port }),
      ...(group.VpcId !== undefined && { vpcId: group.VpcId }),
      ...(LoadBalancerArns.length > 0 && { loadBalancerArns: LoadBalancerArns }),
    },
  ];
};

const observedFrom = ({ Target: target, TargetHealth: health }: TargetHealthDescription): readonly ObservedTarget[] =>
  target?.Id === undefined || target.Port === undefined
    ? [] // a function: it has no port and is none of ours
    : [
        {
          id: canonicalAddress(target.Id),
          port: target.Port,
          // Elastic Load Balancing fills in the zone of an address inside the VPC; only `all` was somebody's choice.
          ...(target.AvailabilityZone === 'all' && { zone: 'all' as const }),
          state: health?.State ?? 'unknown',
          ...(health?.Reason !== undefined && { reason: health.Reason }),
        },
      ];

const toSdk = ({ id, port, zone }: Target): TargetDescription => ({
  Id: id,
  Port: port,
  ...(zone !== undefined && { AvailabilityZone: zone }),
});

/** Target groups over the AWS API. */
export const createTargetGroups = (clients: Clients): TargetGroups => {
  const describeKnown = async (arns: readonly string[]): Promise<readonly TargetGroup[]> => {
    const call = { action: 'elasticloadbalancing:DescribeTargetGroups', resource: arns[0] ?? 'no group' };
    const groups = await allPages(call.action, async (marker) => {
      const answer = await clients.read(call, (options) =>
        clients.elb().send(
          new DescribeTargetGroupsCommand({
            TargetGroupArns: [...arns],
            ...(marker !== undefined && { Marker: marker }),
          }),
          options,
        ),
      );
      return { items: answer.TargetGroups ?? [], next: answer.NextMarker };
    });
    return groups.flatMap(groupFrom);
  };

  const registerOnce = async (arn: string, targets: readonly Target[]): Promise<Attempt> => {
    try {
      await clients.change({ action: 'elasticloadbalancing:RegisterTargets', resource: arn }, (options) =>
        clients
          .elbOnce()
          .send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: targets.map(toSdk) }), options),
      );
      return { kind: 'accepted' };
    } catch (error) {
      const code = codeOf(error);
      if (code === 'TooManyTargets') return { kind: 'full' };
      if (REFUSALS.has(code)) return { kind: 'refused', code, message: wordsOf(error) };
      throw error;
    }
  };

  return {
    tagged: (tagKey) => taggedResources(clients, 'elasticloadbalancing:targetgroup', tagKey, 'target groups'),

    describe: async (arns) => {
      const parts = await Promise.all(
        batches(distinct(arns), GROUPS_PER_CALL).map((some) => byHalves(some, describeKnown)),
      );
      return parts.flat();
    },

    targets: async (arn) => {
      // Not paged: one answer holds all. An answer without the list is none, not an empty group.
      // https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html
      const call = { action: 'elasticloadbalancing:DescribeTargetHealth', resource: arn };
      const answer = await clients.read(call, (options) =>
        clients.elb().send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }), options),
      );
      if (answer.TargetHealthDescriptions === undefined) {
        throw new IncompleteError(`${call.action} for ${printable(arn)} answered without a list; it is tried again.`);
      }
      return answer.TargetHealthDescriptions.flatMap(observedFrom);
    },

    deregistrationDelaySeconds: async (arn) => {
      const call = { action: 'elasticloadbalancing:DescribeTargetGroupAttributes', resource: arn };
      const answer = await clients.read(call, (options) =>
        clients.elb().send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }), options),
      );
      const delay = answer.Attributes?.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value;
      return delay !== undefined && /^\d{1,4}$/.test(delay) ? Number(delay) : DEFAULT_DELAY_SECONDS;
    },

    register: (arn, targets, mayGoOn) =>
      targets.length === 0
        ? Promise.resolve({ accepted: [], refused: [], full: false })
        : registerAround(targets, (part) => registerOnce(arn, part), mayGoOn),

    deregister: async (arn, targets) => {
      if (targets.length === 0) return;
      try {
        await clients.change({ action: 'elasticloadbalancing:DeregisterTargets', resource: arn }, (options) =>
          clients
            .elbOnce()
            .send(new DeregisterTargetsCommand({ TargetGroupArn: arn, Targets: targets.map(toSdk) }), options),
        );
      } catch (error) {
        if (error instanceof NotFoundError) return; // gone is what we wanted
        throw error;
      }
    },
  };
};
