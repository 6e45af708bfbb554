import { describe, expect, test } from '@jest/globals';
import { batchOf, taskEvents } from '../support/batch.ts';
import { createStage, lastOutcome, only } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };
const REGISTER = 'elasticloadbalancing:RegisterTargets';
const TAGS = 'tag:GetResources';

describe('when AWS denies changes of one group', () => {
  const denied = async () => {
    const stage = createStage();
    const closed = stage.group('closed', { 'taskwire:service': 'production/web' });
    const open = stage.group('open', { 'taskwire:service': 'production/web' });
    stage.group('other', { 'taskwire:service': 'production/api' });
    stage.world.faults.add({
      action: REGISTER,
      failure: 'denied',
      when: ({ TargetGroupArn }) => TargetGroupArn === closed.arn,
    });
    stage.service('web', 2);
    stage.service('api', 2);
    await stage.run(60_000);
    return { stage, closed, open };
  };

  test('it is a finding, its messages are parked with their cause, and the other groups go on', async () => {
    const { stage, closed, open } = await denied();
    expect(stage.registered(open)).toHaveLength(2);
    expect(stage.world.audit().missing.map(({ targetGroupArn }) => targetGroupArn)).toEqual([closed.arn, closed.arn]);
    expect(only(stage.ran.flatMap(({ outcome }) => outcome.findings))).toMatchObject({
      rule: 'TGT-11',
      severity: 'high',
      resource: closed.arn,
    });
    expect(stage.failureQueue.messages).toHaveLength(2);
    for (const { attributes } of stage.failureQueue.messages) {
      expect(attributes.cause?.StringValue).toContain(REGISTER);
      expect(attributes.cause?.StringValue).toContain('AccessDenied');
    }
    expect(stage.queue.messages).toEqual([]);
    // One attempt, and not again: a permission does not come by itself.
    const calls = stage.world.calls.of(REGISTER).filter(({ error }) => error !== undefined);
    expect(calls).toHaveLength(1);
  });

  test('the sweep repairs it once the permission is there, and parked messages may come again', async () => {
    const { stage } = await denied();
    await stage.sweep();
    expect(lastOutcome(stage).findings).toMatchObject([{ rule: 'TGT-11' }]);
    stage.world.faults.clear();
    for (const { body } of stage.failureQueue.messages) stage.queue.send(body);
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: 4, ...right });
    stage.world.calls.reset();
    await stage.sweep();
    expect(stage.world.calls.mutating()).toEqual([]);
  });
});

test('a group whose tags went while its change was under way is let go of without a finding', async () => {
  const stage = createStage();
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  // AWS itself refuses changes of groups without the tags.
  stage.world.faults.add({ action: REGISTER, failure: 'denied', when: () => group.tags.size === 0 });
  stage.world.faults.before(REGISTER, () => group.tags.clear());
  stage.service('web', 2);
  await stage.run(60_000);
  expect(stage.registered(group)).toEqual([]);
  expect(stage.ran.flatMap(({ outcome, failed }) => [...outcome.findings, ...outcome.changes, ...failed])).toEqual([]);
  expect([...stage.queue.messages, ...stage.failureQueue.messages]).toEqual([]);
});

describe('when the tagging API denies', () => {
  test('the last bindings are kept for 15 minutes, then events are parked until it answers', async () => {
    const stage = createStage({ world: { network: { reuse: 'oldest' } } });
    stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 1);
    await stage.run(30_000);
    const fault = stage.world.faults.add({ action: TAGS, failure: 'denied' });
    for (let minutes = 1; minutes <= 14; minutes++) {
      stage.world.ecs.updateService(service.arn, { desiredCount: 1 + (minutes % 3) });
      await stage.run(60_000);
      expect(stage.world.audit()).toMatchObject(right);
    }
    expect(stage.failureQueue.messages).toEqual([]);

    await stage.run(120_000);
    stage.world.ecs.updateService(service.arn, { desiredCount: 5 });
    await stage.run(30_000);
    expect(stage.world.audit().missing.length).toBeGreaterThan(0);
    expect(stage.failureQueue.messages.length).toBeGreaterThan(0);
    expect(stage.failureQueue.messages[0]?.attributes.cause?.StringValue).toContain(TAGS);

    fault.remove();
    for (const { body } of stage.failureQueue.messages) stage.queue.send(body);
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: 5, ...right });
  });

  test('or is only throttled, everything waits and comes again', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    const fault = stage.world.faults.add({ action: TAGS, failure: 'throttled' });
    stage.service('web', 3);
    await stage.run(240_000);
    expect(stage.failureQueue.messages).toEqual([]);
    expect(stage.queue.messages.length).toBeGreaterThan(0);
    fault.remove();
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject({ tasks: 3, ...right });
  });

  test('a sweep removes nothing, and says so', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': 'exclusive' });
    stage.service('web', 3);
    await stage.run(30_000);
    stage.world.faults.add({ action: TAGS, failure: 'denied' });
    const { failed, outcome } = await stage.sweep();
    expect(only(failed).cause).toContain(TAGS);
    expect(outcome.changes).toEqual([]);
    expect(stage.registered(group)).toHaveLength(3);
  });
});

test('without a queue, what failed is what the caller gets', async () => {
  const stage = createStage({ withoutQueue: true, delivery: { trouble: { lost: 1 } } });
  stage.group('closed', { 'taskwire:service': 'production/web' });
  stage.world.faults.add({ action: REGISTER, failure: 'denied' });
  stage.service('web', 1);
  await stage.run(30_000);
  const { failed, outcome } = await stage.world.clock.until(stage.instance()(batchOf(taskEvents(stage, 'RUNNING'))));
  expect(only(failed)).toMatchObject({ id: 'message-0', cause: expect.stringContaining('AccessDenied') });
  expect(only(outcome.findings)).toMatchObject({ rule: 'TGT-11' });
});
