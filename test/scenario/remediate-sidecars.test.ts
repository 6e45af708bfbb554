import { describe, expect, test } from '@jest/globals';
import { ask, inShort, show } from '../support/repairs.ts';
import { createSidecarStage } from '../support/sidecar-stage.ts';

const MINUTE = 60_000;
const ATTACH = { action: 'attach-sidecar', cluster: 'production' };
const DETACH = { action: 'detach-sidecar', cluster: 'production' };

/** Services without a collector, steady. */
const bare = async (...names: readonly string[]) => {
  const stage = createSidecarStage();
  for (const name of names) stage.bare(name);
  await stage.run(2 * MINUTE);
  return { stage, world: stage.world };
};

describe('attach-sidecar', () => {
  test('shows the difference, begins the rollout, tells where it stands, and is taken back by detach-sidecar', async () => {
    const { stage, world } = await bare('web');
    const shown = await show(world, { ...ATTACH, service: 'web' });
    expect(inShort(shown.plan.changes)).toEqual(['attach-sidecar web']);
    expect(shown.outcome.diffs?.[0]?.lines).toContain('+       "essential": false');
    expect(stage.revisions()).toEqual(['web:1']);

    const apply = { ...ATTACH, service: 'web', apply: true, plan: shown.plan.id };
    const begun = await ask(world, apply);
    expect(begun).toMatchObject({
      failed: [],
      outcome: {
        changes: [{ action: 'attach-sidecar', applied: true }],
        notes: [expect.stringMatching(/^web: .* The way back: aws ecs update-service .*web:1/)],
      },
    });
    const underWay = await show(world, { ...ATTACH, service: 'web' });
    expect(underWay.plan.changes).toEqual([]);
    expect(underWay.outcome.notes).toEqual([
      expect.stringMatching(/^web: Container "aws-otel-collector" is .* already\.$/),
      expect.stringMatching(/^web: under way\. 0 of 1 tasks of web:2 run\./),
    ]);
    expect(underWay.outcome.failures).toBeUndefined();
    // Repeating it registers nothing and begins nothing.
    expect((await ask(world, apply)).failed).toEqual([]);
    expect(stage.revisions()).toEqual(['web:1', 'web:2']);

    await stage.run(5 * MINUTE);
    const steady = await show(world, { ...ATTACH, service: 'web' });
    expect(steady.outcome.notes).toEqual([
      expect.stringMatching(/^web: /),
      expect.stringMatching(/^web: steady\. web:2 runs\./),
    ]);
    const back = await show(world, DETACH);
    expect(inShort(back.plan.changes)).toEqual(['detach-sidecar web']);
    await ask(world, { ...DETACH, apply: true, plan: back.plan.id });
    await stage.run(5 * MINUTE);
    expect(stage.revisionOf('web')).toBe('web:3');
  });

  test('refuses a definition that is no longer the one that was shown, and registers nothing', async () => {
    const { stage, world } = await bare('web');
    const { plan } = await show(world, ATTACH);
    const [definition] = world.ecs.definitions.values();
    stage.bare('other', { definition: { cpu: '1024', memory: '2048' } });
    await stage.run(2 * MINUTE);
    expect(definition?.family).toBe('web');
    await expect(ask(world, { ...ATTACH, apply: true, plan: plan.id })).rejects.toMatchObject({
      name: 'PlanChanged',
      message: expect.stringContaining('attach-sidecar (other: '),
    });
    expect(stage.revisions()).toEqual(['web:1', 'other:1']);
  });

  test('leaves out a service that has got its sidecar meanwhile', async () => {
    const { stage, world } = await bare('web', 'api');
    const { plan } = await show(world, ATTACH);
    const other = await show(world, { ...ATTACH, service: 'web' });
    await ask(world, { ...ATTACH, service: 'web', apply: true, plan: other.plan.id });
    await stage.run(5 * MINUTE);
    const { outcome, failed } = await ask(world, { ...ATTACH, apply: true, plan: plan.id });
    expect(failed).toEqual([]);
    expect(inShort(outcome.changes)).toEqual(['attach-sidecar api']);
    expect(outcome.notes).toContain('1 change that was shown is no longer needed.');
  });

  test.each([
    { name: 'no role is listed', passRoles: [], says: /TASKWIRE_PASS_ROLES of the stack lists none/ },
    {
      name: 'another one is listed',
      passRoles: ['arn:aws:iam::111122223333:role/other'],
      says: /the definition of web hands arn:aws:iam::111122223333:role\/\S+ to ECS, which TASKWIRE_PASS_ROLES/,
    },
  ])('only plans in a stack where $name, and names the command line', async ({ passRoles, says }) => {
    const { stage, world } = await bare('web');
    const { plan } = await show(world, ATTACH, { passRoles });
    expect(plan.changes).toHaveLength(1);
    const error = await ask(world, { ...ATTACH, apply: true, plan: plan.id }, { passRoles }).catch((it: unknown) => it);
    expect(error).toMatchObject({ name: 'PassRole', message: expect.stringMatching(says) });
    expect(String(error)).toContain('taskwire remediate attach-sidecar');
    expect(stage.revisions()).toEqual(['web:1']);
  });

  test('applies in a stack that lists every role of the definition', async () => {
    const { stage, world } = await bare('web');
    const { plan } = await show(world, ATTACH);
    const [definition] = world.ecs.definitions.values();
    const passRoles = [definition?.taskRoleArn, definition?.executionRoleArn].filter((arn) => arn !== undefined);
    expect(passRoles.length).toBeGreaterThan(0);
    await ask(world, { ...ATTACH, apply: true, plan: plan.id }, { passRoles });
    expect(stage.revisions()).toEqual(['web:1', 'web:2']);
  });

  test('goes on where one of two services is denied, and says so', async () => {
    const { world } = await bare('web', 'api');
    const { plan } = await show(world, ATTACH);
    world.faults.add({
      action: 'ecs:UpdateService',
      when: ({ service }) => service.endsWith('web'),
      failure: 'denied',
    });
    const { failed } = await ask(world, { ...ATTACH, apply: true, plan: plan.id });
    expect(failed).toEqual([
      expect.stringContaining('service/production/web'),
      '1 of the other changes was made (see the log); ask for a plan to see what is left',
    ]);
  });

  test.each([
    { request: { ...ATTACH, service: 'wbe' }, says: 'ECS knows no service wbe in cluster production.' },
    {
      request: { ...ATTACH, cluster: 'prodution', service: 'web' },
      says: 'ECS knows no service web in cluster prodution.',
    },
  ])('refuses $says', async ({ request, says }) => {
    const { world } = await bare('web');
    await expect(ask(world, request)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(says),
    });
  });
});

test('detach-sidecar of a cluster passes over what was never attached; of a service it says so', async () => {
  const { world } = await bare('web');
  expect(await show(world, DETACH)).toMatchObject({ plan: { changes: [] } });
  const { outcome } = await show(world, { ...DETACH, service: 'web' });
  expect(outcome.notes).toEqual(['web: No container of the task is a collector.']);
});
