import { describe, expect, test } from '@jest/globals';
import { createStage } from '../support/stage.ts';

const right = { missing: [], stale: [], wrong: [] };

describe('a fleet', () => {
  test('is registered as it starts, follows it as it grows, rolls over and shrinks to nothing', async () => {
    const stage = createStage();
    const group = stage.group('web', { 'taskwire:service': 'production/web' });
    const service = stage.service('web', 4);
    await stage.run(60_000);
    expect(stage.registered(group)).toHaveLength(4);

    stage.world.ecs.updateService(service.arn, { desiredCount: 20 });
    await stage.run(60_000);
    expect(stage.registered(group)).toHaveLength(20);
    expect(stage.world.audit()).toMatchObject(right);

    const next = stage.world.ecs.registerTaskDefinition({
      family: 'web',
      containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
    });
    stage.world.ecs.updateService(service.arn, { taskDefinition: next.arn });
    await stage.run(180_000);
    expect(stage.registered(group)).toHaveLength(20);
    expect(stage.world.audit()).toMatchObject(right);

    stage.world.ecs.updateService(service.arn, { desiredCount: 0 });
    await stage.run(60_000);
    expect(stage.registered(group)).toEqual([]);
    expect(stage.world.audit()).toMatchObject(right);
    expect(stage.ran.flatMap(({ failed, outcome }) => [...failed, ...outcome.held, ...outcome.findings])).toEqual([]);
  });
});
