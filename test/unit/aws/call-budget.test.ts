import { describe, expect, test } from '@jest/globals';
import { createCallBudgets, createRegistrationBudget } from '../../../shared/aws/call-budget.ts';
import { createTokenBucket } from '../../../shared/aws/token-bucket.ts';
import { OutOfTimeError } from '../../../shared/errors.ts';
import { createFakeClock, settle } from './fake-clock.ts';

const calm = { rank: 1, sinceMs: 0 };

describe('token bucket', () => {
  test('grants the burst at once and then holds the rate over any window', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 3, burst: 15 });
    const grantedMs: number[] = [];
    for (let index = 0; index < 120; index++) void bucket.take(calm).then(() => grantedMs.push(clock.nowMs()));
    await clock.advance(60_000);

    expect(grantedMs).toHaveLength(120);
    expect(grantedMs.filter((ms) => ms === grantedMs[0])).toHaveLength(15);
    for (const [index, from] of grantedMs.entries()) {
      for (const [later, to] of grantedMs.entries()) {
        if (later < index) continue;
        expect(later - index + 1).toBeLessThanOrEqual(15 + (3 * (to - from)) / 1000 + 1e-6);
      }
    }
    expect(Math.max(...grantedMs) - Math.min(...grantedMs)).toBeLessThanOrEqual(((120 - 15) / 3) * 1000 + 110);
  });

  test('saves up no more than the burst', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 10, burst: 2 });
    await clock.advance(3_600_000);
    let granted = 0;
    for (let index = 0; index < 10; index++) void bucket.take(calm).then(() => granted++);
    await settle();
    expect(granted).toBe(2);
  });

  test('lets the lowest rank go first, then the oldest, then who came first', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 1, burst: 1 });
    await bucket.take(calm);
    const order: string[] = [];
    const ask = (name: string, rank: number, sinceMs: number) =>
      void bucket.take({ rank, sinceMs }).then(() => order.push(name));
    ask('young', 1, 30);
    ask('old', 1, 10);
    ask('old too', 1, 10);
    ask('heir waits', 0, 90);
    await clock.advance(1_500);
    ask('another heir', 0, 95);
    await clock.advance(4_000);
    expect(order).toEqual(['heir waits', 'another heir', 'old', 'old too', 'young']);
  });

  test('who asks in the same turn competes by priority', async () => {
    const bucket = createTokenBucket({ clock: createFakeClock(), ratePerSecond: 1, burst: 1 });
    const order: string[] = [];
    void bucket.take({ rank: 2, sinceMs: 0 }).then(() => order.push('late'));
    void bucket.take({ rank: 0, sinceMs: 9 }).then(() => order.push('first'));
    await settle();
    expect(order).toEqual(['first']);
  });

  test('a throttle halves the rate for 10 s and takes what was saved up', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 2, burst: 4 });
    bucket.throttled();
    let granted = 0;
    for (let index = 0; index < 40; index++) void bucket.take(calm).then(() => granted++);
    await settle();
    expect(granted).toBe(0);
    await clock.advance(10_000);
    expect(granted).toBe(10);
    await clock.advance(10_000);
    expect(granted).toBe(30);
  });

  test('a second throttle lengthens the slow time and does not halve again', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 2, burst: 1 });
    bucket.throttled();
    await clock.advance(5_000);
    bucket.throttled();
    let granted = 0;
    for (let index = 0; index < 40; index++) void bucket.take(calm).then(() => granted++);
    await clock.advance(10_000);
    expect(granted).toBe(10);
    await clock.advance(5_000);
    expect(granted).toBe(20);
  });

  test('an abort takes no token, and no timer is left when nobody waits', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 1, burst: 1 });
    await bucket.take(calm);
    const stop = new AbortController();
    const waiting = bucket.take(calm, stop.signal);
    await settle();
    expect(clock.sleepers()).toBe(1);
    stop.abort();
    await expect(waiting).rejects.toThrow(OutOfTimeError);
    await settle();
    expect(clock.sleepers()).toBe(0);

    await clock.advance(1_000);
    let granted = 0;
    void bucket.take(calm).then(() => granted++);
    await settle();
    expect(granted).toBe(1);
    await expect(bucket.take(calm, AbortSignal.abort())).rejects.toThrow(OutOfTimeError);
  });

  test('a token given back is granted at once', async () => {
    const clock = createFakeClock();
    const bucket = createTokenBucket({ clock, ratePerSecond: 0.001, burst: 1 });
    await bucket.take(calm);
    let granted = 0;
    void bucket.take(calm).then(() => granted++);
    await settle();
    expect(granted).toBe(0);
    bucket.giveBack();
    await settle();
    expect(granted).toBe(1);
  });
});

describe('call budgets', () => {
  const grantedAtOnce = async (take: () => Promise<void>): Promise<number> => {
    let granted = 0;
    for (let index = 0; index < 200; index++) void take().then(() => granted++);
    await settle();
    return granted;
  };

  test.each([
    { name: 'all of it alone', settings: {}, burst: 15 },
    { name: 'its part beside others', settings: { parts: 5 }, burst: 3 },
    { name: 'the configured share', settings: { perSecond: 2, parts: 2 }, burst: 5 },
    { name: 'at least one call, however small the part', settings: { parts: 100 }, burst: 1 },
    { name: 'never more than AWS grants', settings: { perSecond: 40 }, burst: 20 },
  ])('splits the burst of registrations like the rate: $name', async ({ settings, burst }) => {
    const budget = createRegistrationBudget({ clock: createFakeClock(), ...settings });
    expect(await grantedAtOnce(() => budget.take(calm))).toBe(burst);
  });

  test.each([
    { what: 'events', perSecond: 1.35 },
    { what: 'sweep', perSecond: 0.3 },
    { what: 'by hand', perSecond: 1 },
  ] as const)('an instance that works for $what gains $perSecond registrations per second of three', async (row) => {
    const clock = createFakeClock();
    const budget = createRegistrationBudget({ clock, perSecond: 3, parts: 3, byWork: true });
    budget.workFor?.(row.what === 'sweep' ? 'events' : 'sweep');
    budget.workFor?.(row.what);
    let granted = 0;
    for (let index = 0; index < 200; index++) void budget.take(calm).then(() => granted++);
    await clock.advance(100_000);
    expect(Math.abs(granted - 5 - 100 * row.perSecond)).toBeLessThanOrEqual(2);
    expect(createRegistrationBudget({ clock, parts: 3 }).workFor).toBeUndefined();
  });

  test.each([
    ['elasticloadbalancing:DescribeTargetHealth', 20],
    ['ecs:DescribeTasks', 50],
    ['ecs:DescribeTaskDefinition', 25],
    ['ec2:DescribeNetworkInterfaces', 25],
    ['application-autoscaling:DescribeScalingPolicies', 20],
    ['application-autoscaling:ListTagsForResource', 20],
    ['application-autoscaling:PutScalingPolicy', 10],
    ['elasticloadbalancing:RegisterTargets', 200],
    ['ecs:TagResource', 200],
    ['sqs:SendMessage', 200],
  ])('%s: %d at once', async (action, burst) => {
    const budgets = createCallBudgets({ clock: createFakeClock() });
    expect(await grantedAtOnce(() => budgets.before(action))).toBe(burst);
  });

  test('all reads of load balancing share one bucket, task reads one and definitions another', async () => {
    const budgets = createCallBudgets({ clock: createFakeClock() });
    await grantedAtOnce(() => budgets.before('elasticloadbalancing:DescribeTargetHealth'));
    expect(await grantedAtOnce(() => budgets.before('elasticloadbalancing:DescribeTargetGroups'))).toBe(0);
    await grantedAtOnce(() => budgets.before('ecs:ListTasks'));
    expect(await grantedAtOnce(() => budgets.before('ecs:DescribeTasks'))).toBe(0);
    expect(await grantedAtOnce(() => budgets.before('ecs:DescribeTaskDefinition'))).toBe(25);
  });

  test('a throttled change slows registering, a throttled read its own service', async () => {
    const clock = createFakeClock();
    const budgets = createCallBudgets({ clock });
    budgets.throttled('elasticloadbalancing:RegisterTargets');
    expect(await grantedAtOnce(() => budgets.registration.take(calm))).toBe(0);
    expect(await grantedAtOnce(() => budgets.before('elasticloadbalancing:DescribeTargetHealth'))).toBe(20);
    budgets.throttled('ecs:DescribeTasks');
    expect(await grantedAtOnce(() => budgets.before('ecs:ListTasks'))).toBe(0);
    budgets.throttled('application-autoscaling:PutScalingPolicy');
    expect(await grantedAtOnce(() => budgets.before('application-autoscaling:RegisterScalableTarget'))).toBe(0);
    expect(await grantedAtOnce(() => budgets.before('application-autoscaling:DescribeScheduledActions'))).toBe(20);
  });
});
