import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseScalingInput } from '../../../shared/contracts/scaling-input.ts';
import type { ScalingInput } from '../../../shared/core/scaling/message.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent, readEvent } from '../../support/load-event.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 9, 16);
const serviceArn = 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout';
const search = 'arn:aws:ecs:eu-central-1:111122223333:service/production/search';
const clusterArn = 'arn:aws:ecs:eu-central-1:111122223333:cluster/production';
const PRINTABLE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

const record = (body: unknown, more = {}) => ({ messageId: 'm-1', body, eventSource: 'aws:sqs', ...more });
const only = (event: unknown): ScalingInput | undefined => parseScalingInput(event, NOW_MS).messages[0]?.input;
const at = (hour: number, minute: number, second: number): number => Date.UTC(2026, 10, 20, hour, minute, second);
const ofService = (eventName: string, timeMs: number, arn = serviceArn): ScalingInput => ({
  kind: 'service',
  serviceArn: arn,
  eventName,
  timeMs,
});

describe('bare events', () => {
  test.each<{ name: string; input: ScalingInput }>([
    { name: 'service-action/steady-state', input: ofService('SERVICE_STEADY_STATE', at(9, 31, 7)) },
    { name: 'service-action/task-start-impaired', input: ofService('SERVICE_TASK_START_IMPAIRED', at(10, 4, 51)) },
    {
      name: 'service-action/task-placement-failure',
      input: ofService('SERVICE_TASK_PLACEMENT_FAILURE', at(10, 12, 33), search),
    },
    {
      name: 'service-action/deployment-in-progress',
      input: ofService('SERVICE_DEPLOYMENT_IN_PROGRESS', at(9, 14, 55)),
    },
    { name: 'service-action/desired-count-updated', input: ofService('SERVICE_DESIRED_COUNT_UPDATED', at(12, 45, 18)) },
    { name: 'deployment/in-progress', input: ofService('SERVICE_DEPLOYMENT_IN_PROGRESS', at(9, 14, 54)) },
    { name: 'deployment/completed', input: ofService('SERVICE_DEPLOYMENT_COMPLETED', at(9, 31, 7)) },
    { name: 'deployment/superseding', input: ofService('SERVICE_DEPLOYMENT_IN_PROGRESS', at(9, 22, 40)) },
    { name: 'deployment/failed', input: ofService('SERVICE_DEPLOYMENT_FAILED', at(10, 21, 9)) },
    { name: 'deployment/rolling-back', input: ofService('SERVICE_DEPLOYMENT_IN_PROGRESS', at(10, 21, 9)) },
    { name: 'tag-change/service-tagged', input: { kind: 'tags', serviceArn, timeMs: at(8, 41, 12) } },
    { name: 'tag-change/service-untagged', input: { kind: 'tags', serviceArn, timeMs: at(17, 10, 45) + 86_400_000 } },
    { name: 'tag-change/service-wrongly-tagged', input: { kind: 'tags', serviceArn, timeMs: at(8, 43, 30) } },
    { name: 'invalid/tags-of-a-service', input: { kind: 'tags', serviceArn, timeMs: at(8, 58, 40) } },
    {
      name: 'task-state-change/spot-interruption',
      input: { kind: 'spot', clusterArn, service: 'search', timeMs: at(13, 2, 11) },
    },
    { name: 'scheduled/sweep', input: { kind: 'sweep' } },
    {
      name: 'by-hand/dry-run',
      input: { kind: 'by-hand', dryRun: true, scope: { cluster: 'production', service: 'checkout' } },
    },
    {
      name: 'by-hand/apply',
      input: {
        kind: 'by-hand',
        dryRun: false,
        scope: {
          targetGroup:
            'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/checkout-blue/5f3a9c1e7d2b4680',
        },
      },
    },
    { name: 'by-hand/scaling-apply', input: { kind: 'by-hand', dryRun: false, scope: { cluster: 'production' } } },
  ])('$name', ({ name, input }) => {
    expect(only(loadEvent(name))).toEqual(input);
  });

  test('an event that AWS adds later is read too', () => {
    expect(only(loadEvent('service-action/steady-state', { eventName: 'SERVICE_DREAMS', more: [] }))).toEqual(
      ofService('SERVICE_DREAMS', at(9, 31, 7)),
    );
  });

  test('a service in the short format of ARNs', () => {
    const short = 'arn:aws:ecs:eu-central-1:111122223333:service/checkout';
    expect(only({ ...loadEvent('service-action/steady-state'), resources: [short] })).toMatchObject({
      serviceArn: short,
    });
  });

  test.each<{ name: string; event: unknown }>([
    { name: 'a task that runs', event: loadEvent('task-state-change/running') },
    { name: 'a stop that the scheduler asked for', event: loadEvent('task-state-change/stopping') },
    {
      name: 'a Spot task of no service',
      event: loadEvent('task-state-change/spot-interruption', { group: 'family:job' }),
    },
    {
      name: 'a Spot task without group',
      event: loadEvent('task-state-change/spot-interruption', { group: undefined }),
    },
    {
      name: 'a Spot task that borrows the group of a service',
      event: loadEvent('task-state-change/spot-interruption', { startedBy: 'somebody' }),
    },
    {
      name: 'a Spot task that nobody started',
      event: loadEvent('task-state-change/spot-interruption', { startedBy: undefined }),
    },
    { name: 'a broken event of another stop', event: loadEvent('invalid/no-cluster-arn') },
  ])('$name is understood and nothing to do', ({ event }) => {
    expect(parseScalingInput(event, NOW_MS)).toEqual({ messages: [], dropped: [], wrapped: false });
  });
});

describe('by hand', () => {
  test.each<{ event: unknown; says: string }>([
    { event: {}, says: 'dryRun must be true or false, found undefined' },
    { event: { dryRun: true, targetGroup: 'a b' }, says: 'targetGroup must be a name or an ARN, found "a b"' },
    { event: { dryRun: true, clutser: 'a' }, says: 'did you mean cluster?' },
    { event: { dryRun: true, cluster: '' }, says: 'cluster must be a name or an ARN, found ""' },
  ])('$says', ({ event, says }) => {
    expect(() => parseScalingInput(event, NOW_MS)).toThrow(InputError);
    expect(() => parseScalingInput(event, NOW_MS)).toThrow(says);
  });
});

describe('what is refused', () => {
  test.each<{ file: string; says: string }>([
    { file: 'service-action-of-a-cluster', says: 'resources[0] must be an ECS service ARN' },
    { file: 'service-action-of-nothing', says: 'ECS Service Action: resources[0] is missing' },
    { file: 'service-action-no-name', says: 'ECS Service Action: detail.eventName is missing' },
    {
      file: 'service-action-hostile-name',
      says: 'detail.eventName must be the name of an event, found "SERVICE_STEADY',
    },
    { file: 'deployment-service-name', says: 'resources[0] must be an ECS service ARN, found "checkout"' },
    { file: 'deployment-no-detail', says: 'ECS Deployment State Change: detail is missing' },
    { file: 'deployment-time-is-none', says: 'time must be a point in time (ISO 8601), found "soon"' },
    { file: 'spot-without-cluster', says: 'ECS Task State Change: detail.clusterArn is missing' },
    { file: 'tags-of-a-load-balancer', says: 'only services are scaled, found service "elasticloadbalancing"' },
    { file: 'other-ecs-event', says: 'detail-type "ECS Container Instance State Change"' },
    { file: 'own-event', says: 'source "taskwire"' },
    { file: 'unknown-source', says: 'source "com.example.shop"' },
    { file: 'array', says: 'found a list of 1' },
    { file: 'records-of-kinesis', says: 'eventSource must be "aws:sqs"' },
  ])('$file', ({ file, says }) => {
    const event = loadEvent(`invalid/${file}`);
    expect(() => parseScalingInput(event, NOW_MS)).toThrow(InputError);
    expect(() => parseScalingInput(event, NOW_MS)).toThrow(says);
    const good = record(readEvent('scheduled/sweep'), { messageId: 'good' });
    const { messages, dropped } = parseScalingInput({ Records: [record(JSON.stringify(event)), good] }, NOW_MS);
    expect(messages).toMatchObject([{ id: 'good' }]);
    expect(dropped).toMatchObject([{ id: 'm-1', problem: expect.stringMatching(PRINTABLE) }]);
  });

  test('the tags of a target group', () => {
    expect(() => parseScalingInput(loadEvent('tag-change/target-group-tagged'), NOW_MS)).toThrow(
      'only services are scaled, found service "elasticloadbalancing" with resource-type "targetgroup"',
    );
  });
});

test.each([
  { keys: ['taskwire:spot'], messages: 0 },
  { keys: ['taskwire:spot', 'taskwire:scaling'], messages: 1 },
  { keys: ['taskwire:scaling'], messages: 1 },
  { keys: [], messages: 1 },
])(
  'a change of the tags $keys leaves $messages messages: its own memory is nothing to follow',
  ({ keys, messages }) => {
    const event = loadEvent('tag-change/service-tagged', { 'changed-tag-keys': keys });
    expect(parseScalingInput(event, NOW_MS).messages).toHaveLength(messages);
  },
);

describe('batches', () => {
  test('the sample batch of the FIFO queue, message by message', () => {
    const { messages, dropped, wrapped } = parseScalingInput(loadEvent('sqs/scaling-batch'), NOW_MS + 600_000);
    expect(wrapped).toBe(true);
    expect(messages.map(({ input }) => input.kind)).toEqual(['service', 'service', 'spot', 'tags', 'sweep', 'by-hand']);
    const { receives: _r, sentAtMs: _s, ...postmark } = messages[0]?.postmark ?? {};
    expect(postmark).toEqual({ firstSeenMs: 1_795_166_121_480, tries: 0 });
    expect(messages[5]?.body).toBe('{"dryRun":false,"cluster":"production"}');
    expect(dropped).toEqual([
      { id: expect.any(String), problem: 'body is not JSON: "SERVICE_STEADY_STATE production/checkout".' },
    ]);
  });
});

describe('properties', () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withObjectString: true });
  const sample = fc
    .constantFrom(
      'service-action/steady-state',
      'deployment/rolling-back',
      'tag-change/service-tagged',
      'task-state-change/spot-interruption',
      'scheduled/sweep',
      'by-hand/dry-run',
      'sqs/scaling-batch',
    )
    .map((name) => loadEvent(name));
  /** A sample event in which one member, at any depth, is something else. */
  const mutated = fc.tuple(sample, fc.array(fc.nat(20), { maxLength: 4 }), anything).map(([event, path, value]) => {
    let place = event;
    for (const step of path) {
      const names = Object.keys(place);
      const name = names[step % names.length];
      if (name === undefined) return event;
      if (typeof place[name] !== 'object' || place[name] === null || step % 3 === 0) {
        place[name] = value;
        return event;
      }
      place = place[name];
    }
    return event;
  });

  test('anything is understood, or refused with its own error in printable words', () => {
    const wrapped = fc.array(fc.oneof(anything, mutated)).map((events) => ({
      Records: events.map((event) => {
        try {
          return record(JSON.stringify(event));
        } catch {
          return record(event);
        }
      }),
    }));
    fc.assert(
      fc.property(fc.oneof(anything, mutated, wrapped), (event) => {
        try {
          const { messages, dropped } = parseScalingInput(event, NOW_MS);
          for (const { input } of messages) {
            if ('timeMs' in input) expect(Number.isSafeInteger(input.timeMs)).toBe(true);
            if ('serviceArn' in input) expect(input.serviceArn).toMatch(/^arn:[\w-]+:ecs:[\w-]+:\d{12}:service\//);
            if ('eventName' in input) expect(input.eventName).toMatch(PRINTABLE);
          }
          for (const { id, problem } of dropped) expect(`${id} ${problem}`).toMatch(PRINTABLE);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect(String(error)).toMatch(PRINTABLE);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
