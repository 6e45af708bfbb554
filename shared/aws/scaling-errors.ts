import { printable } from '../core/text.ts';
import { DeniedError, NotFoundError, TaskwireError, ThrottledError } from '../errors.ts';
import { type Call, codeOf, wordsOf } from './sdk-errors.ts';

/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html */
const MAKE_ROLE = 'aws iam create-service-linked-role --aws-service-name ecs.application-autoscaling.amazonaws.com';
/** https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-quotas.html */
const QUOTAS = '50 policies and 200 scheduled actions per service, 3,000 scalable services per Region';

/**
 * What an error of Application Auto Scaling means, where it means more than `fromSdkError` says: its own words for a
 * missing role, for a service that is gone and for a quota are those of a wrong parameter or of a throttle.
 */
export const fromScalingError = (error: unknown, { action, resource }: Call): unknown => {
  if (!(error instanceof TaskwireError) || error.cause === undefined) return error;
  const options = { cause: error.cause };
  const call = `${action} for ${printable(resource)}`;
  const words = wordsOf(error).replace(/\.+$/, '');
  const code = codeOf(error);
  if (/CreateServiceLinkedRole|Unable to assume IAM role/i.test(words)) {
    return new DeniedError(
      `${call} failed (${code}): Application Auto Scaling has no role in this account yet: ${words}. Make it once: ${MAKE_ROLE}`,
      options,
    );
  }
  switch (code) {
    case 'FailedResourceAccess':
      return new TaskwireError(
        'fail',
        `${call} failed (${code}): Application Auto Scaling may not use the service or its alarms: ${words}. If its role is missing, make it: ${MAKE_ROLE}`,
        options,
      );
    case 'LimitExceeded':
      return new TaskwireError(
        'fail',
        `${call} reached a quota of Application Auto Scaling (${QUOTAS}): ${words}. Delete what is not used, or ask for more under Service Quotas, Application Auto Scaling.`,
        options,
      );
    case 'ConcurrentUpdate':
      return new ThrottledError(
        `${call} was not made: another update of the same resource is under way: ${words}. It is tried again.`,
        options,
      );
    case 'Validation':
      // There is no error of its own for a service that does not exist.
      if (/ECS service doesn.t exist/i.test(words)) {
        return new NotFoundError(`${call}: it does not exist (${code}): ${words}.`, options);
      }
      return new TaskwireError('fail', `${call} was refused (${code}). AWS says: ${words}.`, options);
    default:
      return error;
  }
};
