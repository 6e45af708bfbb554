import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseHookInput } from '../../../shared/contracts/hook-input.ts';
import type { HookDetails } from '../../../shared/core/gate/hook.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent } from '../../support/load-event.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 8, 10);
const HOME = 'arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment';
const PRINTABLE = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u;

const read = (event: unknown) => parseHookInput(event, NOW_MS, HOME).messages[0];

test('a call of ECS', () => {
  expect(read(loadEvent('deployment-hook/post-scale-up'))).toEqual({
    id: '8b095b05-7bb0-4c56-a223-a3f61f4f9295',
    input: {
      stage: 'POST_SCALE_UP',
      serviceArn: 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout',
      cluster: 'production',
      service: 'checkout',
      revisionArn: 'arn:aws:ecs:eu-central-1:111122223333:service-revision/production/checkout/9313423515462893900',
      details: {},
    },
  });
});

test('a later call, with what a person wrote into the details and what the last answer left there', () => {
  const { learnt, ...details } = read(loadEvent('deployment-hook/called-again')).input.details;
  expect(details).toEqual({
    timeLimitMinutes: 20,
    startedAtMs: Date.UTC(2026, 10, 22, 8),
    tasks: 4,
    looks: 0,
  });
  expect(learnt?.groups.map(({ name }) => name)).toEqual(['checkout']);
});

test.each(['production-traffic-shift', 'rolling-back', 'unknown-stage'])(
  'the other stages are understood too: %s',
  (name) => {
    expect(read(loadEvent(`deployment-hook/${name}`)).input.stage).not.toBe('POST_SCALE_UP');
  },
);

describe('details', () => {
  const wrong = (found: string): HookDetails => ({
    timeLimitProblem: `timeLimitMinutes must be a whole number from 1 to 1440, found ${found}`,
  });
  test.each<{ name: string; hookDetails: unknown; details: HookDetails }>([
    { name: 'none', hookDetails: undefined, details: {} },
    {
      name: 'a text that holds them, as CloudFormation hands them on',
      hookDetails: '{"timeLimitMinutes":"20"}',
      details: { timeLimitMinutes: 20 },
    },
    { name: 'a text that holds nothing', hookDetails: 'checkout', details: {} },
    { name: 'a list', hookDetails: [20], details: {} },
    { name: 'somebody else’s', hookDetails: { S3_BUCKET_NAME: 'b' }, details: {} },
    { name: 'no limit', hookDetails: { timeLimitMinutes: 0 }, details: wrong('0') },
    { name: 'more than a day', hookDetails: { timeLimitMinutes: 1_441 }, details: wrong('1441') },
    { name: 'half a minute', hookDetails: { timeLimitMinutes: 0.5 }, details: wrong('0.5') },
    { name: 'words', hookDetails: { timeLimitMinutes: 'ten' }, details: wrong('"ten"') },
    { name: 'a start that lies ahead', hookDetails: { startedAt: '2026-11-22T08:10:00.001Z' }, details: {} },
    { name: 'a start that is no time', hookDetails: { startedAt: 'yesterday', tasks: 3 }, details: { tasks: 3 } },
    { name: 'fewer tasks than none', hookDetails: { tasks: -1 }, details: {} },
    {
      name: 'what was learnt, and is none',
      hookDetails: { learnt: '{"groups":[{}]}', looks: 1 },
      details: { looks: 1 },
    },
    { name: 'what every object inherits', hookDetails: { __proto__: { timeLimitMinutes: 5 } }, details: {} },
  ])('$name', ({ hookDetails, details }) => {
    expect(read(loadEvent('deployment-hook/post-scale-up', { hookDetails })).input.details).toEqual(details);
  });
});

test.each([
  ['of-another-account', 'is of account 444455556666 in eu-central-1, and this gate runs in account 111122223333'],
  ['no-details', 'executionDetails is missing. ECS calls this function'],
  [
    'revision-of-another-service',
    'is none of the service "arn:aws:ecs:eu-central-1:111122223333:service/production/checkout".',
  ],
  ['stage-is-a-number', 'lifecycleStage must be the name of a stage, found 3. ECS calls this function'],
])('%s is refused in words', (name, words) => {
  const event = loadEvent(`deployment-hook/invalid/${name}`);
  expect(() => read(event)).toThrow(InputError);
  expect(() => read(event)).toThrow(words);
});

test('a payload of another Region is refused, and the cure said; by hand nobody tells where it runs', () => {
  const event = JSON.parse(
    JSON.stringify(loadEvent('deployment-hook/post-scale-up')).replaceAll('eu-central-1', 'us-east-1'),
  );
  expect(() => read(event)).toThrow("Deploy Taskwire there, and name that gate in the service's hook.");
  expect(parseHookInput(event, NOW_MS).messages[0].input.service).toBe('checkout');
});

test.each(['sqs/batch', 'task-state-change/running', 'by-hand/dry-run', 'scheduled/sweep'])('%s is refused', (name) => {
  expect(() => read(loadEvent(name))).toThrow(/^Deployment lifecycle hook: executionId is missing\. ECS calls this/);
});

test('a parser fails only with its own error, and in words that print', () => {
  const sample = loadEvent('deployment-hook/post-scale-up');
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(sample)), fc.anything(), fc.string(), (member, value, text) => {
      const arn = `${sample.executionDetails.serviceArn}${text}`;
      for (const event of [
        value,
        { ...sample, [member]: value },
        { ...sample, executionDetails: { ...sample.executionDetails, serviceArn: arn } },
      ]) {
        try {
          read(event);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect(String(error)).toMatch(PRINTABLE);
        }
      }
    }),
  );
});
