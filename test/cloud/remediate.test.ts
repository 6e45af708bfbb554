import {
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  type Task,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RemediateOutcome } from '../../shared/app/remediate.ts';
import { type CountingProxy, startCountingProxy } from './counting-proxy.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { addressOf, createMotoWorld, type MotoWorld } from './moto-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const PORT = 8080;
const MUTATING = [
  'RegisterTargets',
  'DeregisterTargets',
  'RegisterTaskDefinition',
  'UpdateService',
  'RegisterScalableTarget',
];

const isOutcome = (value: unknown): value is RemediateOutcome =>
  typeof value === 'object' && value !== null && 'changes' in value && 'held' in value && 'calls' in value;

const targetsOf = (tasks: readonly Task[]): readonly string[] =>
  tasks.map((task) => `${addressOf(task)}:${PORT}`).sort();

// What moto cannot show: rollouts that go on or fail (its services run no tasks), draining, holds of scaling (it knows no
// tags of scalable targets, so nothing can be looked at a second time). They are shown on the simulator:
// test/scenario/remediate-*.test.ts.
describeWithPython('the built remediate against moto', (python) => {
  let moto: Moto;
  let proxy: CountingProxy;
  let world: MotoWorld;
  let instance: FunctionInstance;
  let environment: Record<string, string>;

  const invoke = async (input: object, on: FunctionInstance = instance): Promise<RemediateOutcome> => {
    proxy.reset();
    const outcome = await on.invoke(input);
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome;
  };
  const mutatingCalls = (): number => MUTATING.reduce((sum, action) => sum + (proxy.counts()[action] ?? 0), 0);
  /** Shows a repair, and does what was shown on another instance: nothing is kept in between. */
  const showAndApply = async (request: object) => {
    const shown = await invoke(request);
    expect(mutatingCalls()).toBe(0);
    const fresh = await startFunction('remediate', environment);
    try {
      const done = await invoke({ ...request, apply: true, plan: present(shown.plan).id }, fresh);
      return { shown, done, made: mutatingCalls() };
    } finally {
      await fresh.stop();
    }
  };
  const inShort = ({ changes }: RemediateOutcome): readonly string[] =>
    changes.map(({ action, target }) => `${action} ${target?.id}:${target?.port}`).sort();
  const wire = async (service: string, tags: Readonly<Record<string, string>> = {}) => {
    await world.createService(service, PORT);
    return world.createTargetGroup(service, { 'taskwire:service': `${world.cluster}/${service}`, ...tags });
  };

  beforeAll(async () => {
    moto = await startMoto(python);
    proxy = await startCountingProxy(moto.endpoint);
    world = await createMotoWorld(moto);
    environment = {
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    };
    instance = await startFunction('remediate', environment);
  }, 120_000);

  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('sync-targets does what another instance showed, and a second time nothing', async () => {
    const group = await wire('sync');
    const tasks = await world.runTasks('sync', 2);
    const request = { action: 'sync-targets', cluster: world.cluster, service: 'sync' };
    const { shown, done, made } = await showAndApply(request);
    expect(inShort(shown)).toEqual(targetsOf(tasks).map((target) => `register ${target}`));
    expect(done.changes.every(({ applied }) => applied)).toBe(true);
    expect(made).toBe(1);
    expect(await world.targetsOf(group)).toEqual(targetsOf(tasks));

    const again = await invoke({ ...request, apply: true, plan: present(shown.plan).id });
    expect(again).toMatchObject({ changes: [], notes: ['2 changes that were shown are no longer needed.'] });
    expect(mutatingCalls()).toBe(0);
  });

  test('refuses what was not shown, by the names of the contract', async () => {
    const group = await wire('refuses');
    await world.runTasks('refuses', 1);
    const request = { action: 'sync-targets', cluster: world.cluster, targetGroup: 'refuses' };
    const { plan } = await invoke(request);
    await world.runTasks('refuses', 1);
    await expect(instance.invoke({ ...request, apply: true })).rejects.toThrow(/PlanRequired/);
    await expect(instance.invoke({ ...request, apply: true, plan: present(plan).id })).rejects.toThrow(
      /PlanChanged: 1 change is needed that was not shown, so nothing was done/,
    );
    expect(await world.targetsOf(group)).toEqual([]);
  });

  test('unwire takes the targets of the group’s own tasks out, once the group is only observed', async () => {
    const group = await wire('unwired');
    const tasks = await world.runTasks('unwired', 2);
    await showAndApply({ action: 'sync-targets', cluster: world.cluster, service: 'unwired' });
    await world.register(group, { Id: '10.99.9.9', Port: PORT });
    const request = { action: 'unwire', cluster: world.cluster, targetGroup: 'unwired' };
    await expect(instance.invoke(request)).rejects.toThrow(/keeps unwired wired\. Set the mode tag/);
    await world.tagTargetGroup(group, { 'taskwire:mode': 'observe' });

    const { shown, done, made } = await showAndApply(request);
    expect(inShort(shown)).toEqual(targetsOf(tasks).map((target) => `deregister ${target}`));
    expect(inShort(done)).toEqual(inShort(shown));
    expect(made).toBe(1);
    expect(await world.targetsOf(group)).toEqual([`10.99.9.9:${PORT}`]);
  });

  test('sync-scaling writes what it showed', async () => {
    await wire('scales');
    const resourceArn = `arn:aws:ecs:${world.region}:123456789012:service/${world.cluster}/scales`;
    const tags = [{ key: 'taskwire:scaling', value: 'min=0 max=5 cpu=60' }];
    await world.ecs.send(new TagResourceCommand({ resourceArn, tags }));
    const request = { action: 'sync-scaling', cluster: world.cluster, service: 'scales' };
    const { shown, done } = await showAndApply(request);
    expect(present(shown.plan).changes.map(({ action }) => action)).toEqual(['put-target', 'put-policy']);
    expect(done.changes.map(({ applied }) => applied)).toEqual([true, true]);
  });

  test('attach-sidecar plans, and begins nothing where no role is listed; with its roles listed it does', async () => {
    const role = 'arn:aws:iam::123456789012:role/traced';
    await world.createService('traced', PORT);
    await world.ecs.send(
      new RegisterTaskDefinitionCommand({
        family: 'traced',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '512',
        memory: '1024',
        taskRoleArn: role,
        executionRoleArn: role,
        containerDefinitions: [
          {
            name: 'app',
            image: 'shop:1.2.3',
            cpu: 128,
            memory: 256,
            environment: [{ name: 'TOKEN', value: 'hunter2' }],
          },
        ],
        tags: [{ key: 'team', value: 'shop' }],
      }),
    );
    await world.ecs.send(
      new UpdateServiceCommand({ cluster: world.cluster, service: 'traced', taskDefinition: 'traced' }),
    );
    const request = { action: 'attach-sidecar', cluster: world.cluster, service: 'traced', collector: 'xray' };
    const shown = await invoke(request);
    expect(present(shown.plan).changes).toMatchObject([{ action: 'attach-sidecar', applied: false }]);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
    const apply = { ...request, apply: true, plan: present(shown.plan).id };
    await expect(instance.invoke(apply)).rejects.toThrow(/TASKWIRE_PASS_ROLES of the stack lists none/);
    expect(mutatingCalls()).toBe(0);

    const allowed = await startFunction('remediate', { ...environment, TASKWIRE_PASS_ROLES: role });
    try {
      const begun = await invoke(apply, allowed);
      expect(begun.changes).toMatchObject([{ action: 'attach-sidecar', applied: true }]);
      expect(begun.notes?.join(' ')).toContain('The way back: aws ecs update-service');
      expect(proxy.counts()).toMatchObject({ RegisterTaskDefinition: 1, UpdateService: 1 });
    } finally {
      await allowed.stop();
    }
  });
});
