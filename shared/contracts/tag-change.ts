import * as v from 'valibot';
import { quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { serviceArn, targetGroupArn } from './ecs-arn.ts';
import { timeMsOf } from './event-time.ts';
import { check } from './problem.ts';

/** The detail-type by which the tagging service tells that a resource's tags changed. */
export const TAG_CHANGE = 'Tag Change on Resource';

const changedKind = v.object(
  { detail: v.object({ service: v.string('text'), 'resource-type': v.string('text') }, 'an object') },
  'an object',
);

const KINDS = {
  targetGroup: {
    service: 'elasticloadbalancing',
    type: 'targetgroup',
    only: 'only target groups are wired',
    resource: v.strictTuple([targetGroupArn], 'a list of one target group ARN'),
  },
  service: {
    service: 'ecs',
    type: 'service',
    only: 'only services are scaled',
    resource: v.strictTuple([serviceArn], 'a list of one ECS service ARN'),
  },
} as const;

/** A resource whose tags changed. */
export interface TagChange {
  readonly arn: string;
  /** When they did, epoch milliseconds. */
  readonly timeMs: number;
}

/**
 * Reads a change of the tags of one kind of resource.
 * @throws {InputError} If it is of another kind, or not what the tagging service sends.
 */
export const parseTagChange = (event: unknown, of: keyof typeof KINDS): TagChange => {
  const kind = KINDS[of];
  const { service, 'resource-type': type } = check(changedKind, event, TAG_CHANGE).detail;
  if (service !== kind.service || type !== kind.type) {
    throw new InputError(
      `${TAG_CHANGE}: ${kind.only}, found service ${quote(service)} with resource-type ${quote(type)}.`,
    );
  }
  const { time, resources } = check(v.object({ time: v.string('text'), resources: kind.resource }), event, TAG_CHANGE);
  return { arn: resources[0], timeMs: timeMsOf(time, TAG_CHANGE) };
};
