import { describe, expect, test } from '@jest/globals';
import { blind, found, made, RIGHT } from '../support/say.ts';
import { createStage } from '../support/stage.ts';

/**
 * Eight tasks of `web` (10.0.0.4 to .11) and one of `api` (.12) are registered; then nothing is heard any more while six of
 * `web` stop and their addresses go on: .11 to `web` again, .10 to `api`, .9 to a service that no group names, .8 to
 * something that is no task, .7 and .6 to nobody.
 */
const goBlind = async (targets = 'shared') => {
  const stage = createStage();
  const web = stage.group('web', { 'taskwire:service': 'production/web', 'taskwire:targets': targets });
  const api = stage.group('api', { 'taskwire:service': 'production/api' });
  const webService = stage.service('web', 8);
  const apiService = stage.service('api', 1);
  await stage.run(60_000);
  expect(stage.world.audit()).toMatchObject({ tasks: 9, ...RIGHT });

  blind(stage);
  const { ecs, network } = stage.world;
  ecs.updateService(webService.arn, { desiredCount: 2 });
  await stage.run(60_000);
  ecs.updateService(webService.arn, { desiredCount: 3 });
  await stage.run(30_000);
  ecs.updateService(apiService.arn, { desiredCount: 2 });
  await stage.run(30_000);
  stage.service('stranger', 1);
  await stage.run(30_000);
  network.addInterface({ subnetId: stage.subnetId, description: 'a proxy' });
  return { stage, web, api };
};

const at = (...last: readonly number[]): readonly string[] => last.map((n) => `10.0.0.${n}:8080`).toSorted();

describe('a time of blindness', () => {
  test('while ECS remembers the stopped tasks, they are proof for every target they had', async () => {
    const { stage, web, api } = await goBlind();
    const ran = await stage.sweep();
    const stopped = 'task <id> (service:web) stopped: Scaling activity initiated by (deployment ecs-svc/';
    expect(made(ran).map((each) => each.replace(/ecs-svc\/\d+\)/, 'ecs-svc/'))).toEqual([
      `deregister 10.0.0.10:8080 web: ${stopped}; task <id> (service:api) has 10.0.0.10 now`,
      `deregister 10.0.0.6:8080 web: ${stopped}`,
      `deregister 10.0.0.7:8080 web: ${stopped}`,
      `deregister 10.0.0.8:8080 web: ${stopped}; network interface <eni> has 10.0.0.8 now`,
      `deregister 10.0.0.9:8080 web: ${stopped}; task <id> (service:stranger) has 10.0.0.9 now`,
      'register 10.0.0.10:8080 api: task <id> is running',
    ]);
    expect(stage.registered(web)).toEqual(at(4, 5, 11));
    expect(stage.registered(api)).toEqual(at(10, 12));
    expect(found(ran)).toEqual([]);
    expect(stage.world.audit()).toMatchObject({ ...RIGHT, foreign: [] });
  });

  test('after an hour only EC2 is proof: what nobody has goes, what somebody has is reported and stays', async () => {
    const { stage, web, api } = await goBlind();
    await stage.run(3_600_000);
    const ran = await stage.sweep();
    expect(made(ran)).toEqual([
      'deregister 10.0.0.6:8080 web: EC2 knows no network interface with 10.0.0.6 in vpc-0a',
      'deregister 10.0.0.7:8080 web: EC2 knows no network interface with 10.0.0.7 in vpc-0a',
      'register 10.0.0.10:8080 api: task <id> is running',
    ]);
    expect(stage.registered(web)).toEqual(at(4, 5, 8, 9, 10, 11));
    expect(stage.registered(api)).toEqual(at(10, 12));
    expect(found(ran)).toEqual(['TGT-2 high web', 'TGT-2 high web', 'TGT-2 high web']);
    const { missing, stale, wrong, foreign } = stage.world.audit();
    expect([missing, stale]).toEqual([[], []]);
    expect(wrong.map(({ id }) => id).toSorted()).toEqual(['10.0.0.10', '10.0.0.9']);
    expect(foreign.map(({ id }) => id)).toEqual(['10.0.0.8']);
  });

  test('after an hour an exclusive group gives up what others hold, as the brake allows', async () => {
    const { stage, web } = await goBlind('exclusive');
    await stage.run(3_600_000);
    const ran = await stage.sweep();
    expect(made(ran)).toContainEqual(
      expect.stringMatching(
        /^deregister 10\.0\.0\.9:8080 web: without proof, the group is exclusive: 10\.0\.0\.9:8080 in web is held by task <id> \(service:stranger\)/,
      ),
    );
    expect(stage.registered(web)).toEqual(at(4, 5, 11));
    expect(stage.world.audit()).toMatchObject({ ...RIGHT, foreign: [] });
  });
});

describe('lost events', () => {
  test.each([1, 2, 3, 4, 5])(
    'one sweep makes up for every second event lost, late or repeated (seed %i)',
    async (seed) => {
      const trouble = { lost: 0.5, repeated: 0.3, lateMs: [0, 30_000] as const };
      const stage = createStage({ world: { seed, ecs: { jitter: 0.5 } }, delivery: { trouble } });
      stage.group('web', { 'taskwire:service': 'production/web' });
      stage.group('api', { 'taskwire:service': 'production/api' });
      const web = stage.service('web', 10);
      const api = stage.service('api', 10);
      await stage.run(60_000);
      for (const [webCount, apiCount] of [
        [3, 15],
        [12, 2],
        [5, 9],
      ] as const) {
        stage.world.ecs.updateService(web.arn, { desiredCount: webCount });
        stage.world.ecs.updateService(api.arn, { desiredCount: apiCount });
        await stage.run(45_000);
      }
      // Addresses that came back while they were draining take the deregistration delay.
      await stage.run(400_000);
      await stage.sweep();
      expect(stage.world.audit()).toMatchObject({ tasks: 14, ...RIGHT });
    },
  );
});
