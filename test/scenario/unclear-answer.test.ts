import { describe, expect, test } from '@jest/globals';
import { createStage, type Stage } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };

/** Looks at targets and changes of them, in the order they were sent. */
const elbCalls = ({ world }: Stage): readonly string[] =>
  world.calls.all
    .filter(({ action }) => /Health$|isterTargets$/.test(action))
    .map(({ action, error }) => `${action.split(':')[1]}${error === undefined ? '' : ` ${error}`}`);

const [LOOK, REGISTER, DEREGISTER] = ['DescribeTargetHealth', 'RegisterTargets', 'DeregisterTargets'];

describe('an answer that never came', () => {
  test('to a registration that took effect: a look, and not the same call again', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'lost', times: 1 });
    stage.service('web', 3);
    await stage.run(15_000);
    expect(elbCalls(stage)).toEqual([LOOK, `${REGISTER} ECONNRESET`, LOOK]);
    expect(stage.changes()).toHaveLength(3);
    expect(stage.world.audit()).toMatchObject(right);
    // They are looked at once more, as after any registration.
    expect(stage.queue.messages).toHaveLength(1);
  });

  test('to a registration that did not take effect: a look, then another try', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    stage.world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'unanswered', times: 2 });
    stage.service('web', 3);
    await stage.run(15_000);
    const lost = `${REGISTER} ECONNRESET`;
    expect(elbCalls(stage)).toEqual([LOOK, lost, LOOK, lost, LOOK, REGISTER]);
    expect(stage.changes()).toHaveLength(3);
    expect(stage.world.audit()).toMatchObject(right);
  });

  test('to a removal that took effect: it is reported once, and not sent again', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 2);
    await stage.run(60_000);
    stage.world.calls.reset();
    stage.world.faults.add({ action: 'elasticloadbalancing:DeregisterTargets', failure: 'lost', times: 1 });
    stage.world.ecs.updateService(service.arn, { desiredCount: 1 });
    await stage.quiet();
    expect(elbCalls(stage).filter((call) => call !== LOOK)).toEqual([`${DEREGISTER} ECONNRESET`]);
    expect(stage.changes().filter((change) => change.startsWith('deregister'))).toHaveLength(1);
    expect(stage.world.audit()).toMatchObject(right);
  });

  test('to any change, for minutes: the work is sent again until AWS answers', async () => {
    const stage = createStage();
    stage.group('web', { 'taskwire:service': 'production/web' });
    const broken = stage.world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'broken' });
    stage.service('web', 3);
    await stage.run(120_000);
    expect(stage.world.audit().missing).toHaveLength(3);
    broken.remove();
    await stage.quiet();
    expect(stage.world.audit()).toMatchObject(right);
    expect(stage.failureQueue.messages).toEqual([]);
  });
});
