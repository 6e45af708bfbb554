import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ask, inShort, show } from '../support/repairs.ts';
import { blind, callsOf, news, RIGHT } from '../support/say.ts';
import { addressOf, createStage } from '../support/stage.ts';

const SYNC = { action: 'sync-targets', cluster: 'production' };

/** Groups of services, wired to their tasks of which no event told. */
const unwired = async (services: readonly string[] = ['web', 'api'], tags: Readonly<Record<string, string>> = {}) => {
  const stage = createStage();
  blind(stage);
  const groups = services.map((name) => stage.group(name, { 'taskwire:service': `production/${name}`, ...tags }));
  const records = services.map((name) => stage.service(name, 2));
  await stage.run(60_000);
  return { stage, world: stage.world, groups, services: records };
};

const isOf =
  ({ arn }: { readonly arn: string }) =>
  (input: { readonly TargetGroupArn: string }): boolean =>
    input.TargetGroupArn === arn;

/** The same, wired. */
const wired = async (tags: Readonly<Record<string, string>> = {}, services: readonly string[] = ['web', 'api']) => {
  const scene = await unwired(services);
  await scene.stage.sweep();
  for (const group of scene.groups) scene.world.targetGroups.tag(group.arn, tags);
  return scene;
};

describe('sync-targets', () => {
  test('shows, changes nothing, then does what it showed, and a second time nothing', async () => {
    const { stage, world } = await unwired();
    const shown = await show(world, SYNC);
    expect(inShort(shown.plan.changes)).toEqual([
      'register 10.0.0.4:8080 web',
      'register 10.0.0.5:8080 web',
      'register 10.0.0.6:8080 api',
      'register 10.0.0.7:8080 api',
    ]);
    expect(shown.outcome).toMatchObject({ function: 'remediate', mode: 'observe', changes: shown.plan.changes });
    expect(world.calls.mutating()).toEqual([]);

    const apply = { ...SYNC, apply: true, plan: shown.plan.id };
    const { outcome, failed } = await ask(world, apply);
    expect(inShort(outcome.changes.filter(({ applied }) => applied))).toEqual(inShort(shown.plan.changes));
    expect({ mode: outcome.mode, failed }).toEqual({ mode: 'enforce', failed: [] });
    expect(world.audit()).toMatchObject({ tasks: 4, ...RIGHT });
    expect(news(stage, 'Taskwire Targets Changed')).toHaveLength(4);

    const calls = await callsOf(stage, () => ask(world, apply));
    expect(calls).not.toHaveProperty('elasticloadbalancing:RegisterTargets');
    expect((await ask(world, apply)).outcome).toMatchObject({
      changes: [],
      notes: ['4 changes that were shown are no longer needed.'],
    });
  });

  test.each([
    { scope: { service: 'web' }, does: ['web'] },
    { scope: { targetGroup: 'api' }, does: ['api'] },
  ])('is narrowed by $scope', async ({ scope, does }) => {
    const { world, groups, stage } = await unwired();
    const request = { ...SYNC, ...scope };
    const { plan } = await show(world, request);
    await ask(world, { ...request, apply: true, plan: plan.id });
    expect(groups.filter((group) => stage.registered(group).length === 2).map(({ name }) => name)).toEqual(does);
  });

  test('leaves out what is no longer needed', async () => {
    const { world, services, stage, groups } = await unwired(['web']);
    const { plan } = await show(world, SYNC);
    world.ecs.updateService(services[0]!.arn, { desiredCount: 1 });
    await stage.run(60_000);
    const { outcome } = await ask(world, { ...SYNC, apply: true, plan: plan.id });
    expect(outcome.changes).toHaveLength(1);
    expect(inShort(plan.changes)).toEqual(expect.arrayContaining([...inShort(outcome.changes)]));
    expect(outcome.notes).toEqual(['1 change that was shown is no longer needed.']);
    expect(stage.registered(groups[0]!)).toHaveLength(1);
  });

  test('refuses with PlanChanged what was not shown, and does nothing at all', async () => {
    const { world, services, stage } = await unwired(['web']);
    const { plan } = await show(world, SYNC);
    world.ecs.updateService(services[0]!.arn, { desiredCount: 3 });
    await stage.run(60_000);
    await expect(ask(world, { ...SYNC, apply: true, plan: plan.id })).rejects.toMatchObject({
      name: 'PlanChanged',
      message: expect.stringMatching(
        /^PlanChanged: 1 change is needed that was not shown, so nothing was done: register 10\.0\.0\.6:8080 \(web: task \w+ is running\)\. Ask for the plan again/,
      ),
    });
    expect(world.calls.mutating()).toEqual([]);
  });

  test('does exactly what was shown and is still needed, whatever came and went meanwhile', async () => {
    // Each number is a stray target that nobody has: a removal with proof.
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(some, some, async (before, after) => {
        const { stage, world, groups } = await wired({}, ['web']);
        const [group] = groups;
        const stray = (n: number) => ({ id: `10.0.99.${n}`, port: 8080 });
        for (const n of before) world.targetGroups.put(group!.arn, stray(n));
        const { plan } = await show(world, SYNC);
        expect(plan.changes).toHaveLength(before.length);
        for (const n of before) if (!after.includes(n)) world.targetGroups.drop(group!.arn, stray(n));
        for (const n of after) if (!before.includes(n)) world.targetGroups.put(group!.arn, stray(n));
        world.calls.reset();
        const apply = ask(world, { ...SYNC, apply: true, plan: plan.id });
        if (after.some((n) => !before.includes(n))) {
          await expect(apply).rejects.toMatchObject({ name: 'PlanChanged' });
          expect(world.calls.mutating()).toEqual([]);
          return;
        }
        const { outcome } = await apply;
        expect(inShort(outcome.changes)).toEqual(after.map((n) => `deregister 10.0.99.${n}:8080 web`).toSorted());
        expect(stage.registered(group!)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
      }),
      { numRuns: 40 },
    );
  });

  test('goes on where one of two groups is denied, and says so', async () => {
    const { world, groups, stage } = await unwired();
    const { plan } = await show(world, SYNC);
    world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', when: isOf(groups[0]!), failure: 'denied' });
    const { failed } = await ask(world, { ...SYNC, apply: true, plan: plan.id });
    expect(failed).toEqual([
      expect.stringContaining(groups[0]!.arn),
      '2 of the other changes were made (see the log); ask for a plan to see what is left',
    ]);
    expect(groups.map((group) => stage.registered(group).length)).toEqual([0, 2]);
  });

  test('does not say of what it could not look at that it is no longer needed', async () => {
    const { world, groups } = await unwired();
    const { plan } = await show(world, SYNC);
    world.faults.add({
      action: 'elasticloadbalancing:DescribeTargetHealth',
      when: isOf(groups[0]!),
      failure: 'denied',
    });
    const { outcome, failed } = await ask(world, { ...SYNC, apply: true, plan: plan.id });
    expect(inShort(outcome.changes)).toEqual(['register 10.0.0.6:8080 api', 'register 10.0.0.7:8080 api']);
    expect(outcome.notes).toEqual(['2 changes that were shown are not made: no longer needed, or not seen.']);
    expect(failed[0]).toContain(groups[0]!.arn);
  });

  test('plans what it sees where one of two groups cannot be looked at', async () => {
    const { world, groups } = await unwired();
    world.faults.add({
      action: 'elasticloadbalancing:DescribeTargetHealth',
      when: isOf(groups[0]!),
      failure: 'denied',
    });
    const { plan, outcome, failed } = await show(world, SYNC);
    expect(inShort(plan.changes)).toEqual(['register 10.0.0.6:8080 api', 'register 10.0.0.7:8080 api']);
    expect(outcome.failures).toEqual([{ resource: groups[0]!.arn, message: expect.any(String) }]);
    expect(failed).toEqual([]);
  });

  test('waits out a throttled change', async () => {
    const { world } = await unwired();
    const { plan } = await show(world, SYNC);
    world.faults.add({ action: 'elasticloadbalancing:RegisterTargets', failure: 'throttled', times: 2 });
    const { failed } = await ask(world, { ...SYNC, apply: true, plan: plan.id });
    expect(failed).toEqual([]);
    expect(world.audit()).toMatchObject({ tasks: 4, ...RIGHT });
  });

  test('makes no part of the plan of a group that is only observed', async () => {
    const { world } = await unwired(['web'], { 'taskwire:mode': 'observe' });
    const { plan, outcome } = await show(world, SYNC);
    expect(plan.changes).toEqual([]);
    expect(outcome.changes).toHaveLength(2);
    expect(outcome.notes).toEqual([
      'The mode of web is observe: what is shown for it is not part of the plan. Set the mode tag to enforce to have it done.',
    ]);
  });

  test('changes nothing in a stack that only observes, and says so', async () => {
    const { world } = await unwired();
    const { plan } = await show(world, SYNC, { mode: 'observe' });
    const { outcome } = await ask(world, { ...SYNC, apply: true, plan: plan.id }, { mode: 'observe' });
    expect(outcome.mode).toBe('observe');
    expect(outcome.notes).toEqual(['TASKWIRE_MODE is observe: nothing was changed. Set it to enforce to apply this.']);
    expect(world.calls.mutating()).toEqual([]);
  });
});

describe('a plan', () => {
  test.each([
    { name: 'apply without a plan', event: { ...SYNC, apply: true }, error: { name: 'PlanRequired' } },
    {
      name: 'an id that is none',
      event: { ...SYNC, apply: true, plan: 'yes' },
      error: { name: 'InputError', message: expect.stringContaining('An id of a plan begins with p1-.') },
    },
    {
      name: 'a scope that names nothing',
      event: { ...SYNC, cluster: 'prodution' },
      error: { name: 'InputError', message: expect.stringContaining('Nothing is wired in cluster prodution') },
    },
  ])('refuses $name', async ({ event, error }) => {
    const { world } = await unwired();
    await expect(ask(world, event)).rejects.toMatchObject(error);
    expect(world.calls.mutating()).toEqual([]);
  });

  test('of another request is refused, though the changes be the same', async () => {
    const { world } = await unwired(['web']);
    const { plan } = await show(world, SYNC);
    const other = { ...SYNC, service: 'web', apply: true, plan: plan.id };
    await expect(ask(world, other)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('was made for another request'),
    });
    expect(world.calls.mutating()).toEqual([]);
  });

  test('that was cut off is refused, and not taken for a smaller one', async () => {
    const { world } = await unwired();
    const { plan } = await show(world, SYNC);
    const cut = { ...SYNC, apply: true, plan: plan.id.slice(0, -20) };
    await expect(ask(world, cut)).rejects.toThrow('It is not complete');
  });

  test('holds as many changes as a group has targets, and says what to do about more', async () => {
    const { world, groups } = await wired({}, ['web']);
    for (let n = 0; n < 1_001; n++) {
      world.targetGroups.put(groups[0]!.arn, { id: `10.0.${100 + Math.floor(n / 250)}.${n % 250}`, port: 8080 });
    }
    await expect(ask(world, SYNC)).rejects.toThrow(
      '1001 changes are needed, and a plan holds at most 1000. Narrow it with service or target group.',
    );
  });
});

describe('unwire', () => {
  const UNWIRE = { action: 'unwire', cluster: 'production' };

  test('takes out all targets of the group’s own tasks, the last one too, and nothing else', async () => {
    const { stage, world, groups } = await wired({ 'taskwire:mode': 'observe' }, ['web']);
    const other = stage.service('other', 1);
    await stage.run(60_000);
    const [stranger] = world.ecs.tasksOf(other.arn);
    world.targetGroups.put(groups[0]!.arn, { id: addressOf(stranger!), port: 8080 });
    const { plan } = await show(world, UNWIRE);
    expect(inShort(plan.changes)).toEqual(['deregister 10.0.0.4:8080 web', 'deregister 10.0.0.5:8080 web']);
    expect(plan.changes[0]).toMatchObject({
      task: expect.stringContaining(':task/production/'),
      reason: expect.stringMatching(
        /^unwired by hand: task \w+ \(service:web\) holds it, and all targets of the group's own tasks go, the last one too$/,
      ),
    });
    await ask(world, { ...UNWIRE, apply: true, plan: plan.id });
    expect(stage.registered(groups[0]!)).toEqual([`${addressOf(stranger!)}:8080`]);
    // A later event of the tasks leaves it so, and a sweep too: the group is only observed.
    await stage.sweep();
    expect(stage.registered(groups[0]!)).toEqual([`${addressOf(stranger!)}:8080`]);
  });

  test('takes out what a stopped task left behind, too', async () => {
    const { stage, world, groups, services } = await wired({ 'taskwire:mode': 'observe' }, ['web']);
    const [first] = world.ecs.tasksOf(services[0]!.arn);
    world.ecs.updateService(services[0]!.arn, { desiredCount: 1 });
    world.ecs.stopTask(first!.arn);
    await stage.run(60_000);
    const { plan } = await show(world, UNWIRE);
    expect(inShort(plan.changes)).toEqual(['deregister 10.0.0.4:8080 web', 'deregister 10.0.0.5:8080 web']);
    await ask(world, { ...UNWIRE, apply: true, plan: plan.id });
    expect(stage.registered(groups[0]!)).toEqual([]);
  });

  test('is refused for a group that the next event would wire again', async () => {
    const { world } = await wired();
    await expect(ask(world, UNWIRE)).rejects.toMatchObject({
      name: 'InputError',
      message:
        'The next event would undo it: Taskwire keeps api, web wired. Set the mode tag of the target group to observe, then ask again.',
    });
  });

  test('leaves the groups of its scope alone that are kept wired', async () => {
    const { stage, world, groups } = await wired();
    world.targetGroups.tag(groups[1]!.arn, { 'taskwire:mode': 'observe' });
    const { plan } = await show(world, UNWIRE);
    await ask(world, { ...UNWIRE, apply: true, plan: plan.id });
    expect(groups.map((group) => stage.registered(group).length)).toEqual([2, 0]);
  });

  test('looks again before each change: what has left meanwhile is not asked to leave', async () => {
    const { stage, world, groups, services } = await wired({ 'taskwire:mode': 'observe' }, ['web']);
    const { plan } = await show(world, UNWIRE);
    const [first] = world.ecs.tasksOf(services[0]!.arn);
    let looks = 0;
    const stop = world.faults.before('elasticloadbalancing:DescribeTargetHealth', () => {
      // Behind the look that compares with the plan, before the one that acts.
      if (++looks < 2) return;
      stop();
      world.targetGroups.drop(groups[0]!.arn, { id: addressOf(first!), port: 8080 });
    });
    const { outcome } = await ask(world, { ...UNWIRE, apply: true, plan: plan.id });
    expect(outcome.changes).toHaveLength(1);
    expect(stage.registered(groups[0]!)).toEqual([]);
  });
});

describe('remove-unknown-targets', () => {
  const REMOVE = { action: 'remove-unknown-targets', cluster: 'production' };

  const withStrangers = async () => {
    const scene = await wired({}, ['web']);
    const { stage, world, groups } = scene;
    const other = stage.service('other', 1);
    await stage.run(60_000);
    const [stranger] = world.ecs.tasksOf(other.arn);
    const address = addressOf(stranger!);
    for (const id of [address, '192.168.7.7']) world.targetGroups.put(groups[0]!.arn, { id, port: 8080 });
    return { ...scene, group: groups[0]!, address };
  };

  test('shows what a sweep of a shared group only reports, after two looks, and then removes it', async () => {
    const { stage, world, group, address } = await withStrangers();
    const startedAtMs = world.clock.nowMs();
    const { plan } = await show(world, REMOVE);
    expect(world.clock.nowMs() - startedAtMs).toBe(60_000);
    expect(inShort(plan.changes)).toEqual([`deregister ${address}:8080 web`, 'deregister 192.168.7.7:8080 web']);
    expect(plan.changes.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^removed by hand, without proof: .* is held by task \w+ \(service:other\)/),
      expect.stringMatching(/^removed by hand, without proof: .* lies outside vpc-0a, and no task explains it/),
    ]);
    expect(world.calls.mutating().map(({ action }) => action)).not.toContain('elasticloadbalancing:DeregisterTargets');
    const appliedAtMs = world.clock.nowMs();
    const { outcome } = await ask(world, { ...REMOVE, apply: true, plan: plan.id });
    // Two looks for what it compares with the plan, and none of them again for what it does.
    expect(world.clock.nowMs() - appliedAtMs).toBe(60_000);
    expect(inShort(outcome.changes)).toEqual(inShort(plan.changes));
    expect(stage.registered(group)).toEqual(['10.0.0.4:8080', '10.0.0.5:8080']);
  });

  test('keeps what is explained at the second look', async () => {
    const { stage, world, group, address } = await withStrangers();
    const { plan } = await show(world, REMOVE);
    world.targetGroups.tag(group.arn, { 'taskwire:service.2': 'production/other' });
    const { outcome } = await ask(world, { ...REMOVE, apply: true, plan: plan.id });
    expect(inShort(outcome.changes)).toEqual(['deregister 192.168.7.7:8080 web']);
    expect(stage.registered(group)).toContain(`${address}:8080`);
  });

  test('refuses one that was put there after the plan was shown', async () => {
    const { stage, world, group } = await withStrangers();
    const { plan } = await show(world, REMOVE);
    world.targetGroups.put(group.arn, { id: '192.168.7.8', port: 8080 });
    await expect(ask(world, { ...REMOVE, apply: true, plan: plan.id })).rejects.toMatchObject({ name: 'PlanChanged' });
    expect(stage.registered(group)).toHaveLength(5);
  });

  test('leaves what is wired, and what has proof, to sync-targets', async () => {
    const { world, groups } = await wired({}, ['web']);
    world.targetGroups.put(groups[0]!.arn, { id: '10.0.99.1', port: 8080 });
    expect((await show(world, REMOVE)).plan.changes).toEqual([]);
  });
});

test('hostile names reach nobody’s terminal by an error', async () => {
  const { stage, world } = await unwired(['web']);
  const { plan } = await show(world, SYNC);
  stage.service('other', 1);
  world.ecs.runTask({
    cluster: 'production',
    taskDefinition: 'web',
    subnets: [stage.subnetId],
    group: '\u001b[2Jevil\u202e',
  });
  await stage.run(60_000);
  stage.group('other', { 'taskwire:family': 'production/web' });
  const error = await ask(world, { ...SYNC, apply: true, plan: plan.id }).catch((reason: unknown) => reason);
  expect(String(error)).toContain('PlanChanged');
  for (const character of ['\u001b', '\u202e']) expect(String(error)).not.toContain(character);
});
