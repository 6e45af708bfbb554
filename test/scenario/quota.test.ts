import { expect, test } from '@jest/globals';
import { createStage, lastOutcome, only } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };

/** A group with room for 1,000 targets, most of it taken by somebody else's, and a service with `tasks` in it. */
const nearlyFull = async (tasks: number, others: number) => {
  const stage = createStage({ world: { network: { reuse: 'oldest' } } });
  const group = stage.group('web', { 'taskwire:service': 'production/web' });
  for (let index = 0; index < others; index++) {
    const host = stage.world.network.addInterface({ subnetId: stage.subnetId });
    stage.world.targetGroups.put(group.arn, { id: host.ipv4 ?? '', port: 9_000 });
  }
  const service = stage.service('web', tasks);
  await stage.run(60_000);
  return { stage, group, service };
};

const changesSince = (calls: readonly { readonly action: string; readonly error?: string }[]): readonly string[] =>
  calls.map(({ action, error }) => `${action.split(':')[1]}${error === undefined ? '' : ` ${error}`}`);

test('a full group: what has proof goes first, then one more try', async () => {
  const { stage, group, service } = await nearlyFull(4, 996);
  expect(stage.registered(group)).toHaveLength(1_000);
  stage.world.calls.reset();
  // The old tasks leave as the new ones run.
  const { arn: taskDefinition } = stage.world.ecs.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  stage.world.ecs.updateService(service.arn, { taskDefinition });
  await stage.run(60_000);
  expect(changesSince(stage.world.calls.mutating())).toEqual([
    'RegisterTargets TooManyTargets',
    'DeregisterTargets',
    'RegisterTargets',
  ]);
  expect(stage.registered(group)).toHaveLength(1_000);
  expect(stage.world.audit()).toMatchObject(right);
  expect(stage.ran.flatMap(({ outcome }) => outcome.findings)).toEqual([]);
});

test('a full group in which nothing may go: nothing is taken out, and the quota is named', async () => {
  const { stage, group, service } = await nearlyFull(4, 996);
  const before = stage.registered(group);
  stage.world.calls.reset();
  stage.world.ecs.updateService(service.arn, { desiredCount: 6 });
  await stage.run(60_000);
  expect(changesSince(stage.world.calls.mutating())).toEqual(['RegisterTargets TooManyTargets']);
  expect(stage.registered(group)).toEqual(before);
  const [finding] = stage.ran.flatMap(({ outcome }) => outcome.findings);
  expect(finding).toMatchObject({ rule: 'TGT-9', resource: group.arn });
  expect(finding?.summary).toContain('2 more targets');
  // It is no failure of the work: the sweep tries again, and fills the room there is by then.
  expect([...stage.queue.messages, ...stage.failureQueue.messages]).toEqual([]);
  group.quota = 1_002;
  await stage.sweep();
  expect(stage.registered(group)).toHaveLength(1_002);
  expect(lastOutcome(stage).findings.filter(({ rule }) => rule === 'TGT-9')).toEqual([]);
});

test('a full group whose removals make too little room is tried once more and no oftener', async () => {
  const { stage, group, service } = await nearlyFull(4, 996);
  stage.delivery.trouble.lost = 1;
  stage.world.ecs.stopTask(stage.world.ecs.tasksOf(service.arn)[0]?.arn ?? '');
  await stage.run(30_000);
  stage.world.ecs.updateService(service.arn, { desiredCount: 7 });
  await stage.run(30_000);
  stage.world.calls.reset();
  const { outcome, failed } = await stage.sweep();
  expect(changesSince(stage.world.calls.mutating())).toEqual([
    'RegisterTargets TooManyTargets',
    'DeregisterTargets',
    'RegisterTargets TooManyTargets',
  ]);
  expect(failed).toEqual([]);
  expect(only(outcome.findings.filter(({ rule }) => rule === 'TGT-9')).resource).toBe(group.arn);
});
