import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { nearest } from '../../../shared/contracts/nearest.ts';
import { parseSettings } from '../../../shared/contracts/settings.ts';
import { SettingsError } from '../../../shared/errors.ts';

const defaults = {
  mode: 'enforce',
  clusters: [],
  tagPrefix: 'taskwire',
  tracing: 'required',
  brakePercent: 50,
  registrationsPerSecond: 3,
  elbReadsPerSecond: 5,
  ecsReadsPerSecond: 10,
  holdMinutes: 30,
  consent: 'group',
};

describe('what is right', () => {
  test.each<{ name: string; env: Record<string, string>; settings?: object }>([
    { name: 'nothing set', env: {} },
    { name: 'empty is not set', env: { TASKWIRE_MODE: '', TASKWIRE_BRAKE_PERCENT: ' ', TASKWIRE_QUEUE_URL: '' } },
    { name: 'what others set', env: { AWS_REGION: 'eu-central-1', PATH: '/bin', taskwire_mode: 'x' } },
    {
      name: 'clusters by commas and spaces, twins once',
      env: { TASKWIRE_CLUSTERS: 'production, staging production' },
      settings: { clusters: ['production', 'staging'] },
    },
    {
      name: 'the ends of the ranges',
      env: {
        TASKWIRE_BRAKE_PERCENT: '0',
        TASKWIRE_REGISTRATIONS_PER_SECOND: '4',
        TASKWIRE_ELB_READS_PER_SECOND: '10',
        TASKWIRE_ECS_READS_PER_SECOND: '20',
        TASKWIRE_HOLD_MINUTES: '1440',
      },
      settings: {
        brakePercent: 0,
        registrationsPerSecond: 4,
        elbReadsPerSecond: 10,
        ecsReadsPerSecond: 20,
        holdMinutes: 1_440,
      },
    },
    {
      name: 'a part of a call',
      env: { TASKWIRE_REGISTRATIONS_PER_SECOND: '0.5', TASKWIRE_BRAKE_PERCENT: '100' },
      settings: { registrationsPerSecond: 0.5, brakePercent: 100 },
    },
    {
      name: 'the rest',
      env: {
        TASKWIRE_MODE: 'observe',
        TASKWIRE_TAG_PREFIX: 'wire-2',
        TASKWIRE_TRACING: 'off',
        TASKWIRE_CONSENT: 'both',
        TASKWIRE_MAX_TASKS: '50',
        TASKWIRE_REPORT_BUCKET: 'reports-111122223333',
        TASKWIRE_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/111122223333/q',
        TASKWIRE_FAILURE_QUEUE_URL: 'http://127.0.0.1:4566/111122223333/f',
      },
      settings: {
        mode: 'observe',
        tagPrefix: 'wire-2',
        tracing: 'off',
        consent: 'both',
        maxTasks: 50,
        reportBucket: 'reports-111122223333',
        queueUrl: 'https://sqs.eu-central-1.amazonaws.com/111122223333/q',
        failureQueueUrl: 'http://127.0.0.1:4566/111122223333/f',
      },
    },
  ])('$name', ({ env, settings = {} }) => {
    expect(parseSettings(env)).toEqual({ ...defaults, ...settings });
  });
});

describe('what is wrong', () => {
  test.each<{ env: Record<string, string>; says: string }>([
    { env: { TASKWIRE_MODE: 'Observe' }, says: 'TASKWIRE_MODE is "Observe": set it to enforce or observe' },
    { env: { TASKWIRE_CONSENT: 'service' }, says: 'TASKWIRE_CONSENT is "service": set it to group or both' },
    {
      env: { TASKWIRE_MAX_TASKS: '0' },
      says: 'TASKWIRE_MAX_TASKS is "0": set it to the most tasks that a service may have',
    },
    { env: { TASKWIRE_TRACING: 'on' }, says: 'TASKWIRE_TRACING is "on": set it to required or optional or off' },
    {
      env: { TASKWIRE_CLUSTERS: 'arn:aws:ecs:eu-central-1:111122223333:cluster/production,prod*' },
      says: '"arn:aws:ecs:eu-central-1:111122223333:cluster/production", "prod*": set it to cluster names',
    },
    { env: { TASKWIRE_TAG_PREFIX: 'taskwire:' }, says: 'TASKWIRE_TAG_PREFIX is "taskwire:"' },
    { env: { TASKWIRE_TAG_PREFIX: 'aws' }, says: 'not aws' },
    {
      env: { TASKWIRE_BRAKE_PERCENT: '101' },
      says: 'TASKWIRE_BRAKE_PERCENT is "101": set it to a number from 0 to 100, or leave it out (that means 50)',
    },
    { env: { TASKWIRE_BRAKE_PERCENT: '-1' }, says: 'TASKWIRE_BRAKE_PERCENT is "-1"' },
    { env: { TASKWIRE_BRAKE_PERCENT: '50%' }, says: 'TASKWIRE_BRAKE_PERCENT is "50%"' },
    { env: { TASKWIRE_BRAKE_PERCENT: '1e1' }, says: 'TASKWIRE_BRAKE_PERCENT is "1e1"' },
    {
      env: { TASKWIRE_REGISTRATIONS_PER_SECOND: '0' },
      says: 'above 0 and up to the 4 registration calls per second that AWS gives an account',
    },
    { env: { TASKWIRE_REGISTRATIONS_PER_SECOND: '4.1' }, says: 'TASKWIRE_REGISTRATIONS_PER_SECOND is "4.1"' },
    { env: { TASKWIRE_ELB_READS_PER_SECOND: '11' }, says: 'up to the 10' },
    { env: { TASKWIRE_ECS_READS_PER_SECOND: 'NaN' }, says: 'up to the 20' },
    { env: { TASKWIRE_HOLD_MINUTES: '0' }, says: 'from 1 to 1440' },
    { env: { TASKWIRE_REPORT_BUCKET: 's3://reports' }, says: 'set it to the name of an S3 bucket' },
    {
      env: { TASKWIRE_QUEUE_URL: 'arn:aws:sqs:eu-central-1:111122223333:q' },
      says: 'TASKWIRE_QUEUE_URL is "arn:aws:sqs:eu-central-1:111122223333:q": set it to the URL of an SQS queue',
    },
    { env: { TASKWIRE_MOD: 'observe' }, says: '"TASKWIRE_MOD" is no setting: rename it to TASKWIRE_MODE' },
    { env: { TASKWIRE_MODE: 'a\nb\u001b[0m' }, says: 'TASKWIRE_MODE is "a\\u000ab\\u001b[0m"' },
  ])('$says', ({ env, says }) => {
    expect(() => parseSettings(env)).toThrow(SettingsError);
    expect(() => parseSettings(env)).toThrow(says);
  });

  test('all are named at once', () => {
    const env = { TASKWIRE_MODE: 'x', TASKWIRE_TRACING: 'y', TASKWIRE_CLUSTERS: '*', TASKWIRE_HOLD_MINUTES: 'z' };
    for (const name of Object.keys(env)) expect(() => parseSettings(env)).toThrow(name);
  });

  test('an environment of anything gives settings in range, or its own error', () => {
    const value = fc.option(fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('observe', '0', '100')), {
      nil: undefined,
    });
    const env = fc.record({
      TASKWIRE_MODE: value,
      TASKWIRE_CLUSTERS: value,
      TASKWIRE_BRAKE_PERCENT: value,
      TASKWIRE_REGISTRATIONS_PER_SECOND: value,
      TASKWIRE_HOLD_MINUTES: value,
    });
    fc.assert(
      fc.property(env, (given) => {
        try {
          const settings = parseSettings(given);
          expect(settings.brakePercent).toBeGreaterThanOrEqual(0);
          expect(settings.brakePercent).toBeLessThanOrEqual(100);
          expect(settings.registrationsPerSecond).toBeGreaterThan(0);
          expect(settings.registrationsPerSecond).toBeLessThanOrEqual(4);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          expect(String(error)).toMatch(/^[^\p{Cc}\u2028\u2029]*$/u);
        }
      }),
    );
  });
});

test.each<{ text: string; known: string[]; name?: string }>([
  { text: 'contaner', known: ['service', 'container'], name: 'container' },
  { text: ' Port', known: ['port', 'mode'], name: 'port' },
  { text: 'prot', known: ['port'] },
  { text: 'colour', known: ['port', 'mode'] },
  { text: 'x'.repeat(10_000), known: ['port'] },
])('the name nearest to "$text" is $name', ({ text, known, name }) => {
  expect(nearest(text, known)).toBe(name);
});
