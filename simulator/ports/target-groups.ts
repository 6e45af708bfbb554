import type { TargetGroup } from '../../shared/core/targets/binding.ts';
import { type Attempt, registerAround } from '../../shared/core/targets/refusal.ts';
import type { Target } from '../../shared/core/targets/target.ts';
import { NotFoundError } from '../../shared/errors.ts';
import type { TargetGroups } from '../../shared/ports/target-groups.ts';
import { AwsError } from '../errors.ts';
import type { ElbTarget, ElbTargetGroup } from '../shapes.ts';
import { batches, distinct, type Send, taggedResources } from './send.ts';

const GROUPS_PER_CALL = 100;
const TARGETS_PER_CALL = 200;

/** Refusals of a whole call because of some of its targets. */
const REFUSALS = new Set(['InvalidTarget', 'ValidationError', 'TooManyRegistrationsForTargetId']);

/** A target group as the use cases know it. */
export const groupOf = (told: ElbTargetGroup): TargetGroup => ({
  arn: told.TargetGroupArn,
  name: told.TargetGroupName,
  targetType: told.TargetType,
  ...(told.Protocol !== undefined && { protocol: told.Protocol }),
  ...(told.Port !== undefined && { port: told.Port }),
  ...(told.VpcId !== undefined && { vpcId: told.VpcId }),
  ipAddressType: told.IpAddressType ?? 'ipv4',
  ...(told.LoadBalancerArns.length > 0 && { loadBalancerArns: told.LoadBalancerArns }),
});

const toElb = ({ id, port, zone }: Target): ElbTarget => ({
  Id: id,
  Port: port,
  ...(zone !== undefined && { AvailabilityZone: zone }),
});

const atMostOneCall = (targets: readonly Target[]): void => {
  if (targets.length > TARGETS_PER_CALL)
    throw new RangeError(`${targets.length} targets in one call of ${TARGETS_PER_CALL}`);
};

/** Target groups over the world. */
export const createTargetGroupsPort = (send: Send): TargetGroups => {
  const { read, write } = send;
  /** One deleted group makes the whole call fail, so the living ones are found by halves. */
  const describeSome = async (arns: readonly string[]): Promise<readonly TargetGroup[]> => {
    try {
      const { TargetGroups } = await read('elasticloadbalancing:DescribeTargetGroups', { TargetGroupArns: arns });
      return TargetGroups.map(groupOf);
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (arns.length === 1) return [];
      const middle = Math.ceil(arns.length / 2);
      return [...(await describeSome(arns.slice(0, middle))), ...(await describeSome(arns.slice(middle)))];
    }
  };

  const attemptOf = (error: unknown): Attempt | undefined => {
    const cause = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof AwsError)) return undefined;
    if (cause.code === 'TooManyTargets') return { kind: 'full' };
    return REFUSALS.has(cause.code) ? { kind: 'refused', code: cause.code, message: cause.message } : undefined;
  };

  return {
    tagged: (tagKey) => taggedResources(send, 'elasticloadbalancing:targetgroup', tagKey),
    describe: async (arns) => (await Promise.all(batches(distinct(arns), GROUPS_PER_CALL).map(describeSome))).flat(),
    targets: async (arn) => {
      const { TargetHealthDescriptions } = await read('elasticloadbalancing:DescribeTargetHealth', {
        TargetGroupArn: arn,
      });
      return TargetHealthDescriptions.map(({ Target: { Id, Port = 0, AvailabilityZone }, TargetHealth }) => ({
        id: Id,
        port: Port,
        ...(AvailabilityZone === 'all' && { zone: 'all' as const }),
        state: TargetHealth.State,
        ...(TargetHealth.Reason !== undefined && { reason: TargetHealth.Reason }),
      }));
    },
    deregistrationDelaySeconds: async (arn) => {
      const { Attributes } = await read('elasticloadbalancing:DescribeTargetGroupAttributes', { TargetGroupArn: arn });
      return Number(Attributes.find(({ Key }) => Key === 'deregistration_delay.timeout_seconds')?.Value ?? 300);
    },
    register: async (arn, targets, mayGoOn) => {
      atMostOneCall(targets);
      const sendPart = async (part: readonly Target[]): Promise<Attempt> => {
        try {
          await write('elasticloadbalancing:RegisterTargets', { TargetGroupArn: arn, Targets: part.map(toElb) });
          return { kind: 'accepted' };
        } catch (error) {
          const attempt = attemptOf(error);
          if (attempt) return attempt;
          throw error;
        }
      };
      return registerAround(targets, sendPart, mayGoOn);
    },
    deregister: async (arn, targets) => {
      atMostOneCall(targets);
      if (targets.length === 0) return;
      try {
        // A zone is not part of what is taken out.
        await write('elasticloadbalancing:DeregisterTargets', {
          TargetGroupArn: arn,
          Targets: targets.map(({ id, port }) => ({ Id: id, Port: port })),
        });
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
      }
    },
  };
};
