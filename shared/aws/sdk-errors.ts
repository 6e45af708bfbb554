import { printable } from '../core/text.ts';
import { DeniedError, NotFoundError, OutOfTimeError, TaskwireError, ThrottledError, UnclearError } from '../errors.ts';

/** A call in the words of IAM and of the person who reads the error. */
export interface Call {
  /** `service:Action` as IAM spells it. */
  readonly action: string;
  /** ARN or name of what it is about. */
  readonly resource: string;
}

const DENIED = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'AuthorizationError']);
const NO_CREDENTIALS = new Set([
  'AuthFailure',
  'CredentialsProviderError',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'NoCredentialsError',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
// Not LimitExceededException, which the SDK counts as throttling: a quota does not go away by waiting.
const THROTTLED = new Set([
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'SlowDown',
  'Throttling',
  'ThrottledException',
  'ThrottlingException',
  'TooManyRequestsException',
]);
const BROKEN = new Set(['ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT']);
/** The endpoint's name has no address. */
const NAMELESS = new Set(['ENOTFOUND', 'EAI_AGAIN']);

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && key in value ? Reflect.get(value, key) : undefined;

const nameOf = (error: unknown): string => {
  const name = memberOf(error, 'name');
  return typeof name === 'string' ? name : 'Unknown';
};

const messageOf = (error: unknown): string => {
  const message = memberOf(error, 'message');
  return printable(typeof message === 'string' && message !== '' ? message : 'no message');
};

const statusOf = (error: unknown): number => Number(memberOf(memberOf(error, '$metadata'), 'httpStatusCode') ?? 0);

/**
 * AWS's code for an error as it goes over the wire: the SDK names ELBv2's `InvalidTarget` after its shape,
 * `InvalidTargetException`. Of an error of ours, the code of its cause.
 */
export const codeOf = (error: unknown): string =>
  nameOf(error instanceof TaskwireError ? error.cause : error).replace(/Exception$/, '');

/** AWS's own words, printable. Of an error of ours, those of its cause. */
export const wordsOf = (error: unknown): string =>
  messageOf(error instanceof TaskwireError ? (error.cause ?? error) : error);

/** Whether AWS asks to slow down. */
export const isThrottling = (error: unknown): boolean => THROTTLED.has(nameOf(error)) || statusOf(error) === 429;

const isNotFound = (error: unknown): boolean =>
  /NotFound(Exception)?$/.test(nameOf(error)) || nameOf(error) === 'QueueDoesNotExist';

// Clear is only what AWS itself refused: an answer of the 400s. A reset while the answer is being read carries status
// 200, a proxy's error page is `Unknown` with `$fault` server, a time-out has neither; whatever else comes without such
// an answer may have been carried out too.
const isUnclear = (error: unknown): boolean => {
  if (BROKEN.has(String(memberOf(error, 'code')))) return true;
  const status = statusOf(error);
  return status === 0 ? memberOf(error, '$fault') !== 'client' : status < 400 || status >= 500;
};

/**
 * What an SDK error means to the use cases: the message names the call, the resource and the cure; the SDK's error is
 * its cause. An error of ours stays as it is.
 */
export const fromSdkError = (error: unknown, { action, resource }: Call): TaskwireError => {
  if (error instanceof TaskwireError) return error;
  const options = { cause: error };
  const call = `${action} for ${printable(resource)}`;
  const words = messageOf(error).replace(/\.+$/, '');
  if (DENIED.has(nameOf(error))) {
    return new DeniedError(
      `${call} was denied: ${words}. Allow ${action} on it in the caller’s role, and check that its tags still meet the role’s conditions.`,
      options,
    );
  }
  if (NO_CREDENTIALS.has(nameOf(error))) {
    return new DeniedError(
      `${call} could not be signed (${nameOf(error)}): ${words}. Check the credentials of the caller and the Region.`,
      options,
    );
  }
  if (NAMELESS.has(String(memberOf(error, 'code')))) {
    return new TaskwireError(
      'retry',
      `${call} was not sent: ${words}. Check that the Region is spelt right and offers the service, and that its name can be resolved from here.`,
      options,
    );
  }
  if (isThrottling(error)) {
    return new ThrottledError(
      `${call} was throttled: ${words}. It is tried again; if it stays so, lower what else calls this API in the account or ask AWS for a higher rate.`,
      options,
    );
  }
  if (isNotFound(error)) return new NotFoundError(`${call}: it does not exist (${nameOf(error)}): ${words}.`, options);
  if (isUnclear(error)) {
    return new UnclearError(
      `${call} had no clear answer (${nameOf(error)}): ${words}. It is looked at again before the next try.`,
      options,
    );
  }
  return new TaskwireError('retry', `${call} failed (${nameOf(error)}): ${words}.`, options);
};

/** The invocation ended before the call was sent, or while a read was under way: nothing was changed. */
export const outOfTime = ({ action, resource }: Call, cause?: unknown): OutOfTimeError =>
  new OutOfTimeError(`The time was over before ${action} for ${printable(resource)} was done; it is tried again.`, {
    cause,
  });
