import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  applySidecars,
  planSidecars,
  type SidecarDeps,
  type SidecarRequest,
} from '../../shared/app/change-sidecars.ts';
import type { RemediateOutcome } from '../../shared/app/remediate.ts';
import { reportRollouts } from '../../shared/app/report-rollouts.ts';
import { createCallBudgets } from '../../shared/aws/call-budget.ts';
import { type Clients, createClients } from '../../shared/aws/clients.ts';
import { createDefinitions } from '../../shared/aws/definitions.ts';
import { createRollouts } from '../../shared/aws/rollouts.ts';
import { createServices } from '../../shared/aws/services.ts';
import { createTasks } from '../../shared/aws/tasks.ts';
import { parseTaskDefinition } from '../../shared/contracts/task-definition-file.ts';
import { parseTracingTags } from '../../shared/contracts/tracing-tags.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld, eventOf, type MotoWorld, motoSettings } from './moto-world.ts';
import { present } from './present.ts';
import { describeWithPython } from './with-python.ts';

const CLI = join(process.cwd(), 'dist/cli/taskwire.mjs');

/** What `verify-xray` and `remediate` answer; the one has less to say. */
const isOutcome = (value: unknown): value is RemediateOutcome =>
  typeof value === 'object' && value !== null && 'findings' in value && 'calls' in value;

/** Everything of a Fargate task that moto keeps, and nothing that traces. */
const DEFINITION = {
  family: 'shop',
  networkMode: 'awsvpc',
  requiresCompatibilities: ['FARGATE'],
  cpu: '512',
  memory: '1024',
  taskRoleArn: 'arn:aws:iam::123456789012:role/task',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
  runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
  ephemeralStorage: { sizeInGiB: 30 },
  volumes: [
    {
      name: 'data',
      efsVolumeConfiguration: { fileSystemId: 'fs-0123', transitEncryption: 'ENABLED', rootDirectory: '/' },
    },
  ],
  containerDefinitions: [
    {
      name: 'app',
      image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop@sha256:0123',
      cpu: 128,
      memory: 256,
      essential: true,
      user: '1000',
      command: ['serve', '--port', '8080'],
      portMappings: [{ name: 'http', containerPort: 8080, hostPort: 8080, protocol: 'tcp', appProtocol: 'http' }],
      environment: [
        { name: 'STAGE', value: 'production' },
        { name: 'DB_PASSWORD', value: 'hunter2' },
      ],
      secrets: [{ name: 'TOKEN', valueFrom: 'arn:aws:ssm:eu-central-1:123456789012:parameter/token' }],
      mountPoints: [{ sourceVolume: 'data', containerPath: '/data', readOnly: true }],
      ulimits: [{ name: 'nofile', softLimit: 1024, hardLimit: 4096 }],
      healthCheck: { command: ['CMD-SHELL', 'curl -f localhost:8080'], interval: 30 },
      dockerLabels: { 'com.example.team': 'a' },
      stopTimeout: 30,
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'shop', 'awslogs-region': 'eu-central-1', 'awslogs-stream-prefix': 'app' },
        secretOptions: [{ name: 'token', valueFrom: 'arn:aws:ssm:eu-central-1:123456789012:parameter/log' }],
      },
    },
  ],
  tags: [
    { key: 'team', value: 'a' },
    { key: 'cost centre', value: '42' },
  ],
} satisfies RegisterTaskDefinitionCommandInput;

const ATTACH: SidecarRequest = { action: 'attach-sidecar' };
const DETACH: SidecarRequest = { action: 'detach-sidecar' };

/** Time that passes by sleeping: moto's rollouts are over at once. */
const createSkippingClock = (): Clock => {
  let skippedMs = 0;
  return {
    nowMs: () => Date.now() + skippedMs,
    sleep: async (ms) => {
      skippedMs += ms;
    },
  };
};

// What moto 5.2.5 does: UpdateService changes the revision that the service names, and leaves its one deployment as it
// was, COMPLETED where no task is wanted. It checks neither roles nor sizes, and an unknown revision by name only.
// Rollouts that take time, fail or roll back are shown over the simulator (test/scenario/sidecar-rollout).
describeWithPython('sidecars against moto', (python) => {
  let moto: Moto;
  let world: MotoWorld;
  let clients: Clients;
  let deps: SidecarDeps;
  let environment: Record<string, string>;
  let verifier: FunctionInstance;
  let version = 1;

  beforeAll(async () => {
    moto = await startMoto(python);
    world = await createMotoWorld(moto);
    const clock = createSkippingClock();
    clients = createClients({ budgets: createCallBudgets({ clock }), connection: motoSettings(moto.endpoint) });
    deps = {
      rollouts: createRollouts(clients, clock),
      definitions: createDefinitions(clients),
      services: createServices(clients),
      tasks: createTasks(clients),
      clock,
      tagPrefix: 'taskwire',
      tracing: 'required',
      parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix: 'taskwire', resource }),
      readTask: (definition) => present(parseTaskDefinition(definition, 'task')[0]?.task),
    };
    environment = {
      AWS_REGION: world.region,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: moto.endpoint,
    };
    verifier = await startFunction('verify-xray', environment);
    await world.ecs.send(new RegisterTaskDefinitionCommand(DEFINITION));
    await world.ecs.send(
      new CreateServiceCommand({
        cluster: world.cluster,
        serviceName: 'shop',
        taskDefinition: 'shop',
        desiredCount: 0,
        launchType: 'FARGATE',
      }),
    );
  }, 120_000);
  afterAll(async () => {
    await verifier?.stop();
    await moto?.stop();
  });

  const change = async (request: SidecarRequest) =>
    applySidecars(await planSidecars({ cluster: world.cluster, services: ['shop'] }, request, deps), deps);

  /** What the service runs now. */
  const running = async () => {
    const { services } = await world.ecs.send(
      new DescribeServicesCommand({ cluster: world.cluster, services: ['shop'] }),
    );
    const taskDefinition = present(services?.[0]?.taskDefinition);
    return world.ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ['TAGS'] }));
  };

  const revisions = async (): Promise<readonly string[]> => {
    const { taskDefinitionArns = [] } = await world.ecs.send(new ListTaskDefinitionsCommand({ familyPrefix: 'shop' }));
    return taskDefinitionArns.map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  };

  const highsNow = async (): Promise<readonly string[]> => {
    const [task] = await world.runTasks('shop', 1);
    const event = eventOf({ ...present(task), lastStatus: 'RUNNING', desiredStatus: 'RUNNING' }, version++);
    const outcome = await verifier.invoke(event);
    if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
    return outcome.findings.flatMap(({ rule, severity }) => (severity === 'high' ? [rule] : []));
  };

  /** What runs is what was there, with the collector and its tag. */
  const expectAttached = async (revision: number): Promise<void> => {
    const { taskDefinition, tags } = await running();
    const {
      tags: former,
      containerDefinitions: [app],
      ...members
    } = DEFINITION;
    expect(taskDefinition).toMatchObject({ ...members, revision, status: 'ACTIVE' });
    expect(taskDefinition?.containerDefinitions).toMatchObject([
      { ...app, dependsOn: [{ containerName: 'aws-otel-collector', condition: 'START' }] },
      { name: 'aws-otel-collector', essential: false },
    ]);
    expect(tags).toEqual([...former, { key: 'taskwire:sidecar', value: 'adot' }]);
  };

  /** What runs is what was there at first. */
  const expectOriginal = async (): Promise<void> => {
    const before = await world.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: 'shop:1', include: ['TAGS'] }),
    );
    const now = await running();
    const { taskDefinitionArn: _, revision: __, registeredAt: ___, ...original } = present(before.taskDefinition);
    expect(now.taskDefinition).toMatchObject(original);
    expect(now.taskDefinition?.containerDefinitions).toEqual(original.containerDefinitions);
    expect(now.tags).toEqual(before.tags);
  };

  test('attach keeps every member and tag, and verify-xray then has nothing to say', async () => {
    expect(await highsNow()).toEqual(['XRY-1']);
    const results = await change(ATTACH);
    expect(results).toMatchObject([{ outcome: 'steady', reason: 'shop:2 runs and is steady.' }]);
    await expectAttached(2);
    expect(await highsNow()).toEqual([]);
  }, 60_000);

  test('the second time nothing is registered, nothing updated', async () => {
    clients.begin({ work: new AbortController().signal, hard: new AbortController().signal });
    expect(await change(ATTACH)).toMatchObject([{ outcome: 'unchanged' }]);
    expect(clients.calls()).toEqual({ 'ecs:DescribeServices': 1, 'ecs:DescribeTaskDefinition': 1 });
    expect(await revisions()).toEqual(['shop:1', 'shop:2']);
  });

  test('a later call tells that it runs', async () => {
    const reports = await reportRollouts({ cluster: world.cluster }, deps);
    expect(reports).toMatchObject([{ action: 'attach-sidecar', state: 'steady', reason: 'shop:2 runs.' }]);
  });

  test('detach gives back the original, by few calls', async () => {
    clients.begin({ work: new AbortController().signal, hard: new AbortController().signal });
    expect(await change(DETACH)).toMatchObject([{ outcome: 'steady', reason: 'shop:3 runs and is steady.' }]);
    expect(clients.calls()).toEqual({
      'ecs:DescribeServices': 5,
      'ecs:DescribeTaskDefinition': 3,
      'ecs:RegisterTaskDefinition': 1,
      'ecs:UpdateService': 1,
    });
    await expectOriginal();
    expect(await reportRollouts({ cluster: world.cluster }, deps)).toEqual([]);
  });

  test('the built remediate attaches, tells later that it is done, and detaches', async () => {
    const { taskRoleArn, executionRoleArn } = DEFINITION;
    const repairer = await startFunction('remediate', {
      ...environment,
      TASKWIRE_PASS_ROLES: `${taskRoleArn},${executionRoleArn}`,
    });
    try {
      const ask = async (action: string, more: object = {}) => {
        const outcome = await repairer.invoke({ action, cluster: world.cluster, service: 'shop', ...more });
        if (!isOutcome(outcome)) throw new Error(`not an Outcome: ${JSON.stringify(outcome)}`);
        return outcome;
      };
      expect(await highsNow()).toEqual(['XRY-1']);
      const shown = await ask('attach-sidecar');
      expect(JSON.stringify(shown)).not.toContain('hunter2');
      const begun = await ask('attach-sidecar', { apply: true, plan: present(shown.plan).id });
      expect(begun.changes).toMatchObject([{ action: 'attach-sidecar', applied: true }]);
      await expectAttached(4);
      expect(await highsNow()).toEqual([]);
      const later = await ask('attach-sidecar');
      expect(later).toMatchObject({ changes: [], plan: { changes: [] } });
      expect(later.notes).toContain('shop: steady. shop:4 runs.');
      const back = await ask('detach-sidecar');
      await ask('detach-sidecar', { apply: true, plan: present(back.plan).id });
      await expectOriginal();
    } finally {
      await repairer.stop();
    }
  }, 60_000);

  test('the built command line attaches and watches, and verify-xray agrees', async () => {
    const attach = async (): Promise<string> => {
      const scope = ['--cluster', world.cluster, '--service', 'shop'];
      const words = [CLI, 'remediate', 'attach-sidecar', ...scope, '--apply', '--yes'];
      const env = { PATH: process.env.PATH ?? '', ...environment };
      // Exit code 0, or this throws. Two looks at the rollout are ten seconds apart.
      const { stdout } = await promisify(execFile)(process.execPath, words, { env, timeout: 60_000 });
      return stdout.replace(/\s+/g, ' ');
    };
    expect(await highsNow()).toEqual(['XRY-1']);
    const attached = await attach();
    expect(attached).toMatch(/shop:6 runs and is steady\. The way back: aws ecs update-service \S.*\/shop:5\b/);
    expect(attached).not.toContain('hunter2');
    await expectAttached(6);
    expect(await highsNow()).toEqual([]);
    expect(await attach()).toContain('Nothing to do.');
    expect(await revisions()).toHaveLength(6);
  }, 120_000);
});
