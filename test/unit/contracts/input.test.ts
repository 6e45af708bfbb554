import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseInput } from '../../../shared/contracts/input.ts';
import { renderLaterWork } from '../../../shared/contracts/later-work.ts';
import type { Input, LaterWork, Postmark } from '../../../shared/core/message.ts';
import { InputError } from '../../../shared/errors.ts';
import { loadEvent, readEvent } from '../../support/load-event.ts';

const NOW_MS = Date.UTC(2026, 10, 20, 9, 16);
const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/checkout-blue/5f3a9c1e7d2b4680';
const CLUSTER = 'arn:aws:ecs:eu-central-1:111122223333:cluster/production';
const TASK = 'arn:aws:ecs:eu-central-1:111122223333:task/production/36fbeee74c1d4e7a9b3f7eeebf630017';
const PRINTABLE = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

const record = (body: unknown, more = {}) => ({ messageId: 'm-1', body, eventSource: 'aws:sqs', ...more });
const only = (event: unknown): Input | undefined => parseInput(event, NOW_MS).messages[0]?.input;

describe('bare events', () => {
  test.each<{ name: string; input: Input }>([
    { name: 'scheduled/sweep', input: { kind: 'sweep' } },
    {
      name: 'by-hand/dry-run',
      input: { kind: 'by-hand', dryRun: true, scope: { cluster: 'production', service: 'checkout' } },
    },
    { name: 'by-hand/apply', input: { kind: 'by-hand', dryRun: false, scope: { targetGroup: GROUP } } },
    {
      name: 'tag-change/target-group-tagged',
      input: { kind: 'tags', targetGroupArn: GROUP, timeMs: Date.UTC(2026, 10, 20, 8, 58, 40) },
    },
    {
      name: 'tag-change/target-group-untagged',
      input: { kind: 'tags', targetGroupArn: GROUP, timeMs: Date.UTC(2026, 10, 21, 17, 3, 12) },
    },
  ])('$name', ({ name, input }) => {
    expect(only(loadEvent(name))).toEqual(input);
  });

  test.each(readdirSync(new URL('../../../events/task-state-change/', import.meta.url)))(
    'task-state-change/%s',
    (file) => {
      expect(only(loadEvent(`task-state-change/${file.replace('.json', '')}`))).toMatchObject({ kind: 'task' });
    },
  );

  test('a bare event is a batch of one, under its own id, first seen now', () => {
    const event = loadEvent('task-state-change/running');
    expect(parseInput(event, NOW_MS)).toMatchObject({
      wrapped: false,
      dropped: [],
      messages: [{ id: event.id, postmark: { firstSeenMs: NOW_MS, tries: 0 }, body: JSON.stringify(event) }],
    });
    expect(parseInput({ dryRun: true }, NOW_MS).messages[0]?.id).toBe('bare');
  });

  test('a schedule of EventBridge Scheduler is the sweep too', () => {
    expect(only({ ...loadEvent('scheduled/sweep'), source: 'aws.scheduler' })).toEqual({ kind: 'sweep' });
  });
});

describe('by hand', () => {
  test.each<{ event: unknown; says: string }>([
    { event: {}, says: 'dryRun must be true or false, found undefined' },
    { event: { dryrun: true }, says: '"dryrun" is not understood, did you mean dryRun?' },
    { event: { dryRun: 1 }, says: 'dryRun must be true or false, found 1' },
    { event: { dryRun: false, clutser: 'a' }, says: '"clutser" is not understood, did you mean cluster?' },
    { event: { dryRun: false, 'a\nb\u001b[2J': 1 }, says: '"a\\u000ab\\u001b[2J" is not understood' },
    { event: { dryRun: false, cluster: '' }, says: 'cluster must be a name or an ARN, found ""' },
    { event: { dryRun: false, cluster: null }, says: 'cluster must be a name or an ARN, found null' },
    {
      event: { dryRun: false, service: 'production/checkout' },
      says: 'service must be a name or an ARN, found "production/checkout"',
    },
    {
      event: { dryRun: false, targetGroup: 'two groups' },
      says: 'targetGroup must be a name or an ARN, found "two groups"',
    },
    { event: JSON.parse('{"dryRun":false,"__proto__":{"cluster":"x"}}'), says: '"__proto__" is not understood' },
  ])('$says', ({ event, says }) => {
    expect(() => parseInput(event, NOW_MS)).toThrow(InputError);
    expect(() => parseInput(event, NOW_MS)).toThrow(says);
  });

  test('what a prototype lends does not count', () => {
    expect(() => parseInput(Object.create({ dryRun: false }), NOW_MS)).toThrow(
      'dryRun must be true or false, found undefined',
    );
  });
});

/** Words that the refusal of each file in events/invalid must hold. */
const INVALID: Readonly<Record<string, string>> = {
  'address-is-none.json': 'details[4].value must be an IPv4 address, found "10.0.1.23; DROP TABLE targets"',
  'array.json': 'found a list of 1',
  'by-hand-dry-run-text.json': 'dryRun must be true or false, found "false"',
  'by-hand-empty-cluster.json': 'cluster must be a name or an ARN, found ""',
  'by-hand-list.json': 'cluster must be a name or an ARN, found a list of 2',
  'by-hand-misspelt.json': 'did you mean cluster?',
  'by-hand-no-dry-run.json': 'dryRun must be true or false, found undefined',
  'cluster-name-for-arn.json': 'detail.clusterArn must be an ECS cluster ARN, found "production"',
  'container-without-name.json': 'detail.containers[0].name is missing',
  'containers-not-a-list.json': 'detail.containers must be a list, found an object',
  'deployment-no-detail.json': 'detail-type "ECS Deployment State Change"',
  'deployment-service-name.json': 'detail-type "ECS Deployment State Change"',
  'deployment-time-is-none.json': 'detail-type "ECS Deployment State Change"',
  'empty-object.json': 'dryRun must be true or false, found undefined',
  'empty.txt': 'body is not JSON: ""',
  'hostile-strings.json':
    'found "RUNNING\\u000a{"level":"INFO","message":"all is well"}\\u000d\\u001b[2J\\u001b[31m\\u202egnihtyreve\\u2028\\u0000"',
  'huge-numbers.json': 'detail.version must be a whole number, found Infinity',
  'huge-port.json': 'networkBindings[0].hostPort must be a port, found 100000000000000000000',
  'later-work-unknown.json': 'kind must be "look", "confirm", "refresh" or "follow", found "deregister-all"',
  'no-cluster-arn.json': 'detail.clusterArn is missing',
  'no-detail.json': 'detail is missing',
  'no-source.json': 'source undefined with detail-type "ECS Task State Change"',
  'not-json.txt': 'body is not JSON: "{"version":"0"',
  'null.json': 'found null',
  'other-ecs-event.json': 'detail-type "ECS Container Instance State Change"',
  'own-event.json': 'source "taskwire" with detail-type "Taskwire Brake Held"',
  'prototype.json': '"__proto__" is not understood',
  'records-not-a-list.json': 'Records must be a list, found an object',
  'records-of-kinesis.json': 'eventSource must be "aws:sqs", found "aws:kinesis"',
  'service-action-hostile-name.json': 'detail-type "ECS Service Action"',
  'service-action-no-name.json': 'detail-type "ECS Service Action"',
  'service-action-of-a-cluster.json': 'detail-type "ECS Service Action"',
  'service-action-of-nothing.json': 'detail-type "ECS Service Action"',
  'spot-without-cluster.json': 'detail.clusterArn is missing',
  'tags-of-a-load-balancer.json':
    'only target groups are wired, found service "elasticloadbalancing" with resource-type "loadbalancer"',
  'tags-of-a-service.json': 'only target groups are wired, found service "ecs" with resource-type "service"',
  'tags-of-nothing.json': 'resources[0] is missing',
  'task-arn-of-a-service.json': 'detail.taskArn must be an ECS task ARN',
  'text.json': 'found "sweep"',
  'time-is-none.json': 'time must be a point in time (ISO 8601), found "yesterday"',
  'unknown-desired-status.json': 'detail.desiredStatus must be RUNNING or STOPPED, found "PAUSED"',
  'unknown-source.json': 'source "com.example.shop"',
  'wrong-types.json': 'details[1].value must be the id of a network interface, found 4711',
};

describe('every invalid event', () => {
  const files = readdirSync(new URL('../../../events/invalid/', import.meta.url)).filter(
    (file) => file !== 'fifo-batch.json',
  );

  test('has its words here', () => {
    expect(Object.keys(INVALID).sort()).toEqual(files.sort());
  });

  test.each(files)('%s is dropped from a batch, and its neighbour goes on', (file) => {
    const good = record(readEvent('scheduled/sweep'), { messageId: 'good' });
    const { messages, dropped } = parseInput({ Records: [record(readEvent(`invalid/${file}`)), good] }, NOW_MS);
    expect(messages).toMatchObject([{ id: 'good' }]);
    expect(dropped).toMatchObject([{ id: 'm-1' }]);
    if (!file.startsWith('records-')) expect(dropped[0]?.problem).toContain(INVALID[file]);
    expect(dropped[0]?.problem).toMatch(PRINTABLE);
  });

  test.each(files.filter((file) => file.endsWith('.json')))('%s is refused when it comes bare', (file) => {
    const event = loadEvent(`invalid/${file}`);
    expect(() => parseInput(event, NOW_MS)).toThrow(InputError);
    expect(() => parseInput(event, NOW_MS)).toThrow(INVALID[file]);
  });
});

describe('batches', () => {
  test('the sample batch, message by message', () => {
    const { messages, dropped, wrapped } = parseInput(loadEvent('sqs/batch'), NOW_MS + 600_000);
    expect(wrapped).toBe(true);
    expect(messages.map(({ input }) => input.kind)).toEqual(['task', 'task', 'task', 'tags', 'later']);
    expect(messages.map(({ postmark: { receives: _r, sentAtMs: _s, ...postmark } }) => postmark)).toEqual([
      { firstSeenMs: 1_795_166_121_480, tries: 0 },
      { firstSeenMs: 1_795_166_121_480, tries: 0 },
      { firstSeenMs: 1_795_166_041_000, tries: 2, why: 'the registration budget was used up' },
      { firstSeenMs: 1_795_166_121_480, tries: 0 },
      { firstSeenMs: 1_795_166_101_000, tries: 0, why: 'second look after a registration' },
    ]);
    expect(messages[4]?.input).toEqual({
      kind: 'later',
      work: { kind: 'look', clusterArn: CLUSTER, taskArns: [TASK], act: 'stopped' },
    });
    expect(dropped).toEqual([
      { id: expect.any(String), problem: 'body is not JSON: "ECS Task State Change: production/checkout".' },
    ]);
  });

  test('a batch of nonsense is dropped message by message', () => {
    const { messages, dropped } = parseInput(loadEvent('invalid/fifo-batch'), NOW_MS);
    expect(messages).toEqual([]);
    expect(dropped).toHaveLength(6);
    expect(dropped[5]).toEqual({ id: 'Records[5]', problem: 'eventSource must be "aws:sqs", found undefined.' });
  });

  test('an empty batch is nothing to do', () => {
    expect(parseInput({ Records: [] }, NOW_MS)).toEqual({ messages: [], dropped: [], wrapped: true });
  });

  test.each<{ name: string; attributes?: unknown; sent?: unknown; receives?: unknown; postmark: Postmark }>([
    { name: 'no attributes at all', postmark: { firstSeenMs: NOW_MS, tries: 0 } },
    { name: 'sent by somebody else', sent: '1000', postmark: { firstSeenMs: 1_000, tries: 0, sentAtMs: 1_000 } },
    {
      name: 'handed out before, and never begun',
      sent: '1000',
      receives: '2',
      attributes: { tries: { stringValue: '1' }, untouched: { stringValue: 'true' } },
      postmark: { firstSeenMs: 1_000, tries: 1, sentAtMs: 1_000, receives: 2, untouched: true },
    },
    {
      name: 'sent again',
      sent: '1000',
      attributes: { firstSeen: { stringValue: '7' }, tries: { stringValue: '3' }, why: { stringValue: 'budget' } },
      postmark: { firstSeenMs: 7, tries: 3, sentAtMs: 1_000, why: 'budget' },
    },
    {
      name: 'a first sight in the future',
      sent: '1000',
      attributes: { firstSeen: { stringValue: '99999999999999' } },
      postmark: { firstSeenMs: 1_000, tries: 0, sentAtMs: 1_000 },
    },
    {
      name: 'attributes that are none',
      sent: {},
      attributes: { firstSeen: 7, tries: { stringValue: '-1' }, why: null },
      postmark: { firstSeenMs: NOW_MS, tries: 0 },
    },
    {
      name: 'more tries than anybody makes',
      attributes: { tries: { stringValue: '1e9' } },
      postmark: { firstSeenMs: NOW_MS, tries: 0 },
    },
  ])('postmark: $name', ({ attributes, sent, receives, postmark }) => {
    const sqs = record(readEvent('scheduled/sweep'), {
      messageAttributes: attributes,
      attributes: { SentTimestamp: sent, ApproximateReceiveCount: receives },
    });
    expect(parseInput({ Records: [sqs] }, NOW_MS).messages[0]?.postmark).toEqual(postmark);
  });

  test('a body that SQS could not have brought, and one nested as deep as it goes', () => {
    const deep = '['.repeat(500_000) + ']'.repeat(500_000);
    const { dropped } = parseInput(
      { Records: [record('x'.repeat(2_000_000)), record(deep), record(`{"detail":${deep}}`)] },
      NOW_MS,
    );
    expect(dropped.map(({ problem }) => problem)).toEqual([
      'Too long: 2000000 characters, a message has at most 1048576.',
      expect.stringContaining('found a list of 1'),
      expect.stringContaining('source undefined'),
    ]);
  });

  test('a bare event that holds itself is refused', () => {
    const event = loadEvent('task-state-change/running');
    event.itself = event;
    expect(() => parseInput(event, NOW_MS)).toThrow('Not JSON: it holds itself');
  });
});

const port = fc.integer({ min: 1, max: 65_535 });
const hex = fc.stringMatching(/^[0-9a-f]{32}$/);
const laterWork: fc.Arbitrary<LaterWork> = fc.oneof(
  fc.record({
    kind: fc.constant('look' as const),
    clusterArn: fc.constant(CLUSTER),
    taskArns: fc.array(hex.map((id) => `arn:aws:ecs:eu-central-1:111122223333:task/production/${id}`)),
    act: fc.constantFrom('stopped' as const, 'all' as const),
  }),
  fc.record({
    kind: fc.constant('confirm' as const),
    targetGroupArn: fc.constant(GROUP),
    seen: fc.array(
      fc.record({
        id: fc.oneof(
          fc.ipV4(),
          fc.ipV6(),
          hex.map((id) => `i-${id.slice(0, 17)}`),
        ),
        port,
        firstSeenMs: fc.nat(),
      }),
    ),
  }),
  fc.record({ kind: fc.constant('refresh' as const), targetGroupArn: fc.constant(GROUP) }),
);

describe('properties', () => {
  test('work that Taskwire sends itself comes back as it went', () => {
    fc.assert(
      fc.property(laterWork, (work) =>
        expect(only(JSON.parse(renderLaterWork(work)))).toEqual({ kind: 'later', work }),
      ),
    );
  });

  test('anything is understood, or refused with its own error in printable words', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
    });
    const hostile = fc.oneof(
      anything,
      fc.record(
        {
          source: fc.constantFrom('aws.ecs', 'aws.tag', 'aws.events', 'taskwire'),
          'detail-type': fc.constantFrom(
            'ECS Task State Change',
            'Tag Change on Resource',
            'Scheduled Event',
            'Taskwire Look Again',
          ),
          detail: anything,
          resources: anything,
          time: anything,
        },
        { requiredKeys: [] },
      ),
      fc.record({ dryRun: anything, cluster: anything, service: anything }, { requiredKeys: [] }),
      fc.record({ Records: anything }),
      fc.record({
        Records: fc.array(
          fc.oneof(
            anything,
            fc.record(
              {
                messageId: anything,
                body: fc.oneof(fc.string(), fc.json(), anything),
                eventSource: fc.constantFrom('aws:sqs', 'aws:s3'),
                messageAttributes: anything,
                attributes: anything,
              },
              { requiredKeys: [] },
            ),
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(hostile, (event) => {
        try {
          const { messages, dropped } = parseInput(event, NOW_MS);
          for (const { postmark } of messages) expect(postmark.firstSeenMs).toBeLessThanOrEqual(NOW_MS);
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
