import { AwsError } from './errors.ts';

/**
 * The errors of Application Auto Scaling. Where AWS's own words are known they stand here; those of refused schedules
 * and missing capacities are ours.
 */
const refusal = (code: string, message: string, statusCode = 400): AwsError =>
  new AwsError(code, code, message, { statusCode });

/** Input that Application Auto Scaling does not accept. */
export const invalidScaling = (message: string): AwsError => refusal('ValidationException', message);

const placeOf = (resourceId: string): string =>
  `service namespace: ecs, resource ID: ${resourceId}, scalable dimension: ecs:service:DesiredCount`;

/** Of a policy, a schedule or a deregistration where no scalable target is. */
export const noScalableTarget = (resourceId: string): AwsError =>
  refusal('ObjectNotFoundException', `No scalable target registered for ${placeOf(resourceId)}`);

export const noScalingPolicy = (resourceId: string, name: string): AwsError =>
  refusal('ObjectNotFoundException', `No scaling policy found for ${placeOf(resourceId)}, policy name: ${name}`);

export const noScheduledAction = (resourceId: string, name: string): AwsError =>
  refusal(
    'ObjectNotFoundException',
    `No scheduled action found for ${placeOf(resourceId)}, scheduled action name: ${name}`,
  );

/** Of a tag call: no such scalable target. */
export const noTaggedTarget = (arn: string): AwsError =>
  refusal('ResourceNotFoundException', `The specified resource was not found: ${arn}`);

export const tooManyTags = (): AwsError =>
  refusal('TooManyTagsException', 'The request would exceed the quota of 50 tags of this resource');

/** A quota is reached. */
export const scalingLimit = (message: string): AwsError => refusal('LimitExceededException', message);

/** Somebody else changes the same scalable target; for a fault. AWS models it as a fault of the server. */
export const concurrentUpdate = (): AwsError =>
  refusal('ConcurrentUpdateException', 'Concurrent updates caused an exception.', 500);

export const badScalingToken = (): AwsError => refusal('InvalidNextTokenException', 'The next token is invalid.');

/** Of a policy: the service-linked role is not there to write its alarms. */
export const noAccessToAlarms = (): AwsError =>
  refusal('FailedResourceAccessException', 'Unable to retrieve alarms for scaling policies: unable to assume role');

/** Of a scalable target: the service-linked role is not there, and the caller may not create it. */
export const noServiceLinkedRole = (roleArn: string): AwsError =>
  invalidScaling(`Unable to assume IAM role: ${roleArn}`);
