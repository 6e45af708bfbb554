import { describe, expect, test } from '@jest/globals';
import { describeError } from '../../../cli/describe-error.ts';
import { exitCodeOf, exitCodeOfError } from '../../../cli/exit-code.ts';
import { UsageError } from '../../../cli/usage-error.ts';
import { fromSdkError } from '../../../shared/aws/sdk-errors.ts';
import type { Severity } from '../../../shared/core/outcome.ts';
import { InputError, NotFoundError, SettingsError } from '../../../shared/errors.ts';
import type { Report } from '../../../shared/report/report.ts';

/** As an adapter hands it on. */
const met = (name: string, message: string, more: object = {}): unknown =>
  fromSdkError(Object.assign(new Error(message), { name, ...more }), { action: 'tag:GetResources', resource: 'x' });

describe('an error in words', () => {
  test.each([
    { name: 'no Region', error: met('Error', 'Region is missing'), says: 'No AWS Region is set. Set AWS_REGION' },
    {
      name: 'no credentials',
      error: met('CredentialsProviderError', 'Could not load credentials from any providers'),
      says: 'No AWS credentials could be used: Could not load credentials from any providers. Set AWS_PROFILE',
    },
    {
      name: 'credentials that expired',
      error: met('ExpiredTokenException', 'The security token is expired'),
      says: 'The AWS credentials have expired (ExpiredTokenException). Log in again',
    },
    {
      name: 'a Region that is misspelt',
      error: met('Error', 'getaddrinfo ENOTFOUND tagging.eu-centrl-1.amazonaws.com', { code: 'ENOTFOUND' }),
      says: 'AWS could not be reached (ENOTFOUND): getaddrinfo ENOTFOUND tagging.eu-centrl-1.amazonaws.com.',
    },
    {
      name: 'a denied call',
      error: met('AccessDeniedException', 'not authorized'),
      says: 'tag:GetResources for x was denied: not authorized. Allow tag:GetResources',
    },
    { name: 'something that is gone', error: new NotFoundError('It is gone.'), says: 'It is gone.' },
    { name: 'wrong usage', error: new UsageError('Write it like this.'), says: 'Write it like this.' },
    {
      name: 'the unforeseen',
      error: new TypeError('x is not a function'),
      says: 'Unforeseen: TypeError: x is not a function. Please report it.',
    },
    { name: 'what is no error', error: 'oh', says: 'Unforeseen: oh' },
  ])('$name', ({ error, says }) => {
    expect(describeError(error, {})).toMatch(new RegExp(`^${says.replace(/[.()[\]]/g, '\\$&')}`));
  });

  test('names the endpoint that was set where nothing answers', () => {
    const error = met('Error', 'connect ECONNREFUSED 127.0.0.1:1', { code: 'ECONNREFUSED' });
    expect(describeError(error, { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' })).toMatch(
      /^Nothing answers at AWS_ENDPOINT_URL http:\/\/127\.0\.0\.1:1/,
    );
  });

  test.each<{ name: string; error: unknown; env: Record<string, string>; says: string }>([
    {
      name: 'a Region that is no word',
      error: met('Error', 'Region not accepted: region="eu central" is not a valid hostname component.'),
      env: { AWS_REGION: 'eu central' },
      says: 'AWS_REGION is "eu central", which is no Region. Set AWS_REGION to one, such as eu-central-1.',
    },
    {
      name: 'the same of a profile',
      error: met('Error', 'Region not accepted: region="eu central" is not a valid hostname component.'),
      env: {},
      says: 'The Region of the profile is no Region. Set AWS_REGION to one, such as eu-central-1.',
    },
    {
      name: 'an endpoint that is no URL',
      error: met('TypeError', 'Invalid URL'),
      env: { AWS_ENDPOINT_URL: 'http://localhost:4566', AWS_ENDPOINT_URL_ECS: 'nonsense\u001b[31m' },
      says: 'AWS_ENDPOINT_URL_ECS is "nonsense\\u001b[31m", which is no URL. Write it such as http://localhost:4566, or take it away to call AWS itself.',
    },
  ])('tells whose value is wrong: $name', ({ error, env, says }) => {
    expect(describeError(error, env)).toBe(says);
  });

  test('shows no stack', () => {
    expect(describeError(new RangeError('deep'), {})).not.toContain('\n');
  });
});

describe('the exit code', () => {
  const report: Report = {
    function: 'plan',
    mode: 'observe',
    changes: [],
    held: [],
    findings: [],
    calls: {},
    failures: [],
  };
  const change = { action: 'register', resource: 'x', reason: 'y' } as const;
  const finding = (severity: Severity) => ({ rule: 'X-1', severity, resource: 'x', summary: 'y', fix: 'z' });

  test.each<{ name: string; says?: Partial<Report>; failOn?: Severity; refused?: number; code: number }>([
    { name: 'nothing to report', code: 0 },
    { name: 'all done', says: { changes: [{ ...change, applied: true }] }, code: 0 },
    { name: 'a change pending', says: { changes: [{ ...change, applied: false }] }, code: 1 },
    { name: 'a change held', says: { held: [change] }, code: 1 },
    { name: 'a finding of severity high', says: { findings: [finding('high')] }, code: 1 },
    { name: 'a finding below', says: { findings: [finding('medium')] }, code: 0 },
    { name: 'a finding at --fail-on', says: { findings: [finding('medium')] }, failOn: 'medium', code: 1 },
    { name: 'a finding above --fail-on', says: { findings: [finding('high')] }, failOn: 'info', code: 1 },
    {
      name: 'a partial failure',
      says: { changes: [{ ...change, applied: false }], failures: [{ resource: 'x', message: 'y' }] },
      code: 3,
    },
    { name: 'a refused change', says: { changes: [{ ...change, applied: false }] }, refused: 1, code: 3 },
  ])('of $name is $code', ({ says = {}, failOn = 'high', refused = 0, code }) => {
    expect(exitCodeOf({ ...report, ...says }, failOn, refused)).toBe(code);
  });

  test.each([
    { error: new UsageError(''), code: 2 },
    { error: new InputError(''), code: 2 },
    { error: new SettingsError(''), code: 2 },
    { error: new NotFoundError(''), code: 3 },
    { error: new Error(''), code: 3 },
  ])('of $error.name is $code', ({ error, code }) => {
    expect(exitCodeOfError(error)).toBe(code);
  });
});
