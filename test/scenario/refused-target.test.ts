import { describe, expect, test } from '@jest/globals';
import { AwsError } from '../../simulator/errors.ts';
import { batchOf, taskEvents } from '../support/batch.ts';
import { addressOf, createStage, lastOutcome, only, type Stage } from '../support/stage.ts';

const REGISTER = 'elasticloadbalancing:RegisterTargets';
const right = { missing: [], stale: [], wrong: [] };

/** AWS refuses every call that names one of these addresses. */
const refuse = ({ world }: Stage, addresses: readonly string[], error: AwsError): void => {
  const refused = new Set(addresses);
  world.faults.add({
    action: REGISTER,
    failure: error,
    when: ({ Targets }) => Targets.some(({ Id }) => refused.has(Id)),
  });
};

const invalidTarget = (message: string) =>
  new AwsError('InvalidTargetException', 'InvalidTarget', message, { statusCode: 400 });
const validationError = (message: string) =>
  new AwsError('ValidationError', 'ValidationError', message, { statusCode: 400 });

/** 150 running tasks whose events come in one batch, and the address of one of them. */
const stage150 = async () => {
  const stage = createStage({ delivery: { trouble: { lost: 1 } } });
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  const service = stage.service('web', 150);
  await stage.run(30_000);
  const culprit = stage.world.ecs.tasksOf(service.arn).map(addressOf)[97] ?? '';
  const follow = () => stage.world.clock.until(stage.instance()(batchOf(taskEvents(stage, 'RUNNING'))));
  return { stage, group, culprit, follow };
};

describe('one invalid target among 150', () => {
  test.each([
    ['InvalidTarget', (ip: string) => invalidTarget(`The IP address '${ip}' is not within a range of addresses`), 2],
    ['ValidationError that quotes it', (ip: string) => validationError(`'${ip}' is not in the VPC`), 2],
    // 1 + 2·⌈log₂ 150⌉
    ['InvalidTarget that quotes nothing', () => invalidTarget('One or more targets are not valid'), 17],
    ['ValidationError that quotes nothing', () => validationError('A target is in the wrong Availability Zone'), 17],
  ])('as %s: the other 149 are registered, and it is reported', async (_, errorOf, mostCalls) => {
    const { stage, group, culprit, follow } = await stage150();
    const error = errorOf(culprit);
    refuse(stage, [culprit], error);
    const { outcome, failed } = await follow();
    expect(stage.registered(group)).toHaveLength(149);
    expect(only(stage.world.audit().missing)).toMatchObject({ id: culprit });
    expect(stage.world.calls.count(REGISTER)).toBeLessThanOrEqual(mostCalls);
    expect(only(outcome.findings)).toMatchObject({ rule: 'TGT-8', resource: group.arn });
    expect(only(outcome.findings).summary).toContain(culprit);
    expect(only(outcome.findings).summary).toContain(error.message);
    expect(outcome.changes).toHaveLength(150);
    expect(only(outcome.changes.filter(({ applied }) => !applied))).toMatchObject({
      action: 'register',
      target: { id: culprit, port: 8080 },
      reason: expect.stringContaining(error.code),
    });
    expect([...failed, ...stage.failureQueue.messages]).toEqual([]);

    // The sweep tries again, and says the same as long as AWS does.
    await stage.sweep();
    expect(lastOutcome(stage)).toMatchObject({
      changes: [{ target: { id: culprit }, applied: false }],
      findings: [{ rule: 'TGT-8' }],
    });
    stage.world.faults.clear();
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject(right);
  });
});

describe('a group that AWS refuses whatever half is tried', () => {
  test('is refused as a whole until the next sweep, and the other groups of the batch go on', async () => {
    const stage = createStage();
    const bad = stage.group('bad', { 'taskwire:service': 'production/web' });
    const good = stage.group('good', { 'taskwire:service': 'production/web' });
    stage.world.faults.add({
      action: REGISTER,
      failure: validationError('The targets are not valid for this group'),
      when: ({ TargetGroupArn }) => TargetGroupArn === bad.arn,
    });
    stage.service('web', 64);
    await stage.run(300_000);
    expect([stage.registered(bad).length, stage.registered(good).length]).toEqual([0, 64]);
    const ofBad = () =>
      stage.world.calls.of(REGISTER).filter(({ input }) => Reflect.get(input, 'TargetGroupArn') === bad.arn);
    expect(ofBad()).toHaveLength(3);
    expect(stage.failureQueue.messages).toEqual([]);
    expect(stage.queue.messages).toEqual([]);

    await stage.sweep();
    expect(ofBad()).toHaveLength(6);
    stage.world.faults.clear();
    await stage.sweep();
    expect(stage.world.audit()).toMatchObject(right);
  });
});

test('a target that another of the same call makes AWS refuse is no culprit: 10.0.0.1 is not quoted by 10.0.0.12', async () => {
  const { stage, group, follow } = await stage150();
  refuse(stage, ['10.0.0.12'], invalidTarget("The IP address '10.0.0.12' is not valid"));
  await follow();
  expect(stage.registered(group)).toHaveLength(149);
  expect(stage.registered(group)).not.toContain('10.0.0.12:8080');
});
