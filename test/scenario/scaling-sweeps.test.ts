import { expect, test } from '@jest/globals';
import { loadEvent } from '../support/load-event.ts';
import { createScalingStage } from '../support/scaling-stage.ts';

const record = (messageId: string, body: object) => ({
  ...loadEvent('sqs/scaling-batch').Records[0],
  messageId,
  body: JSON.stringify(body),
});

test('of sweeps that piled up behind an outage one is made, and counted', async () => {
  const stage = createScalingStage();
  await stage.service('web', 4, { 'taskwire:scaling': 'min=2 max=20 cpu=60' });
  await stage.sweep();
  const sweep = loadEvent('scheduled/sweep');
  const run = (count: number) => {
    const Records = Array.from({ length: count }, (_, index) => record(`m${index}`, { ...sweep, id: `${index}` }));
    return stage.world.clock.until(stage.instance()({ Records }));
  };
  const one = await run(1);
  const ten = await run(10);
  expect(ten.outcome.calls).toEqual(one.outcome.calls);
  expect(ten.measures).toEqual([{ name: 'Swept', value: 1 }]);
  expect(ten.failed).toEqual([]);
});

test('a sweep that cannot list the services is not counted, and is parked', async () => {
  const stage = createScalingStage();
  await stage.service('web', 4, { 'taskwire:scaling': 'min=2 max=20 cpu=60' });
  stage.world.faults.before('tag:GetResources', () => {
    throw new Error('nobody answers');
  });
  const ran = await stage.world.clock.until(
    stage.instance()({ Records: [record('m0', loadEvent('scheduled/sweep'))] }),
  );
  expect(ran.measures).toEqual([]);
  expect(stage.failureQueue.messages).toHaveLength(1);
});
