import { describe, expect, test } from '@jest/globals';
import { codeOf, fromSdkError, isThrottling, wordsOf } from '../../../shared/aws/sdk-errors.ts';
import {
  DeniedError,
  NotFoundError,
  OutOfTimeError,
  TaskwireError,
  ThrottledError,
  UnclearError,
} from '../../../shared/errors.ts';

const call = { action: 'elasticloadbalancing:RegisterTargets', resource: 'arn:aws:…:targetgroup/web/1' };
const error = (name: string, more: object = {}, message = 'as AWS put it') =>
  Object.assign(new Error(message), { name }, more);

describe('fromSdkError', () => {
  test.each([
    ['AccessDenied', {}, DeniedError],
    ['AccessDeniedException', {}, DeniedError],
    ['UnauthorizedOperation', {}, DeniedError],
    ['CredentialsProviderError', {}, DeniedError],
    ['Throttling', {}, ThrottledError],
    ['ThrottlingException', {}, ThrottledError],
    ['RequestLimitExceeded', {}, ThrottledError],
    ['TooManyRequestsException', {}, ThrottledError],
    ['Whatever', { $metadata: { httpStatusCode: 429 } }, ThrottledError],
    ['TargetGroupNotFoundException', {}, NotFoundError],
    ['ClusterNotFoundException', {}, NotFoundError],
    ['InvalidSubnetID.NotFound', {}, NotFoundError],
    ['TimeoutError', {}, UnclearError],
    ['TimeoutError', { code: 'ECONNRESET' }, UnclearError],
    ['Error', { code: 'ECONNRESET', $metadata: { httpStatusCode: 200 } }, UnclearError],
    ['Unknown', { $fault: 'server', $metadata: { httpStatusCode: 502 } }, UnclearError],
    ['InternalFailure', { $metadata: { httpStatusCode: 500 } }, UnclearError],
    ['AbortError', {}, UnclearError],
    ['ServerException', { $fault: 'server' }, UnclearError],
    ['SomethingElse', {}, UnclearError],
    ['SomethingElse', { $metadata: { httpStatusCode: 200 } }, UnclearError],
    ['Error', { code: 'ENOTFOUND' }, TaskwireError],
    ['LimitExceededException', { $metadata: { httpStatusCode: 400 } }, TaskwireError],
    ['InvalidParameterException', { $fault: 'client', $metadata: { httpStatusCode: 400 } }, TaskwireError],
  ])('%s %j', (name, more, type) => {
    const mapped = fromSdkError(error(name, more), call);
    expect(mapped.constructor).toBe(type);
    expect(mapped.message).toContain('elasticloadbalancing:RegisterTargets');
    expect(mapped.message).toContain('targetgroup/web/1');
    expect(mapped.message).toContain('as AWS put it');
    expect(codeOf(mapped)).toBe(name.replace(/Exception$/, ''));
  });

  test('a denial names the action to allow, and waits for a person', () => {
    const denied = fromSdkError(error('AccessDenied'), call);
    expect(denied.message).toContain('Allow elasticloadbalancing:RegisterTargets');
    expect(denied.disposition).toBe('fail');
  });

  test('a Region without the service is told with its cure, and was not sent anything', () => {
    const words = 'getaddrinfo ENOTFOUND ecs.eu-nowhere-1.amazonaws.com';
    const mapped = fromSdkError(error('Error', { code: 'ENOTFOUND' }, words), call);
    expect(mapped.message).toContain(words);
    expect(mapped.message).toContain('Check that the Region is spelt right and offers the service');
    expect(mapped).not.toBeInstanceOf(UnclearError);
  });

  test('nothing unprintable passes, of AWS’s words or of the name', () => {
    const mapped = fromSdkError(error('Odd', { $fault: 'client' }, 'a\nb\u001b[31m'), {
      ...call,
      resource: 'web\u202e',
    });
    expect(mapped.message).toContain('a\\u000ab\\u001b[31m');
    expect(mapped.message).toContain('web\\u202e');
    expect(wordsOf(mapped)).toBe('a\\u000ab\\u001b[31m');
  });

  test('an error of ours stays as it is', () => {
    const ours = new OutOfTimeError('over');
    expect(fromSdkError(ours, call)).toBe(ours);
  });

  test('what is no error at all is tried again', () => {
    for (const thrown of [undefined, null, 'text', 7, {}]) {
      expect(fromSdkError(thrown, call).disposition).toBe('retry');
      expect(isThrottling(thrown)).toBe(false);
    }
  });
});
