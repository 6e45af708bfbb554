import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, type JsonObject, jsonOf } from '../../../../shared/core/tracing/json.ts';
import { planSidecar, type SidecarWish, withTags } from '../../../../shared/core/tracing/plan-sidecar.ts';
import { type DeployedService, type Deployment, stageOf } from '../../../../shared/core/tracing/rollout.ts';
import { meansTheSame } from '../../../../shared/core/tracing/same-definition.ts';
import { wayBackOf } from '../../../../shared/core/tracing/way-back.ts';
import { TASK_DEFINITION } from '../../../support/definition-samples.ts';
import { definedTaskOf } from '../../../support/traced.ts';

const [APP] = TASK_DEFINITION.containerDefinitions;
const FORMER = 'arn:aws:ecs:eu-west-1:111122223333:task-definition/web:7';
const DEFINITION: JsonObject = { ...TASK_DEFINITION, containerDefinitions: [{ ...APP, dependsOn: [] }] };

const deployment = (more: Partial<Deployment> = {}): Deployment => ({
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  taskDefinition: FORMER,
  state: 'COMPLETED',
  failedTasks: 0,
  desired: 2,
  running: 2,
  pending: 0,
  ...more,
});
const service = (more: Partial<DeployedService> = {}): DeployedService => ({
  serviceArn: 'arn:aws:ecs:eu-west-1:111122223333:service/production/web',
  cluster: 'production',
  name: 'web',
  status: 'ACTIVE',
  controller: 'ECS',
  strategy: 'REPLICA',
  onFargate: true,
  inStages: false,
  taskDefinition: FORMER,
  deployments: [deployment()],
  tags: {},
  ...more,
});
const ATTACH: SidecarWish = { action: 'attach-sidecar', collector: 'adot', tagPrefix: 'taskwire' };
const DETACH: SidecarWish = { action: 'detach-sidecar', tagPrefix: 'taskwire' };

describe('where a rollout stands', () => {
  test.each<{ name: string; deployments: readonly Deployment[]; stage: string }>([
    { name: 'no deployment of ECS’s own', deployments: [], stage: 'steady' },
    { name: 'completed', deployments: [deployment()], stage: 'steady' },
    {
      name: 'completed, old tasks kept',
      deployments: [deployment(), deployment({ status: 'ACTIVE' })],
      stage: 'steady',
    },
    { name: 'in progress', deployments: [deployment({ state: 'IN_PROGRESS' })], stage: 'under way' },
    { name: 'failed by ECS', deployments: [deployment({ state: 'FAILED' })], stage: 'failed' },
    { name: 'three failed', deployments: [deployment({ state: 'IN_PROGRESS', failedTasks: 3 })], stage: 'failed' },
    {
      name: 'three failed of ten',
      deployments: [deployment({ state: 'IN_PROGRESS', failedTasks: 3, desired: 10 })],
      stage: 'under way',
    },
    {
      name: 'half failed',
      deployments: [deployment({ state: 'IN_PROGRESS', failedTasks: 5, desired: 10 })],
      stage: 'failed',
    },
    {
      name: 'two hundred of a thousand',
      deployments: [deployment({ state: 'IN_PROGRESS', failedTasks: 200, desired: 1000 })],
      stage: 'failed',
    },
    { name: 'some failed on the way to completion', deployments: [deployment({ failedTasks: 9 })], stage: 'steady' },
  ])('$name: $stage', ({ deployments, stage }) => {
    expect(stageOf({ deployments })).toBe(stage);
  });

  const { state: _, ...untold } = deployment();
  test.each<{ name: string; deployments: readonly Deployment[]; stage: string }>([
    { name: 'all run', deployments: [untold], stage: 'steady' },
    { name: 'one is missing', deployments: [{ ...untold, running: 1 }], stage: 'under way' },
    { name: 'one is coming', deployments: [{ ...untold, pending: 1 }], stage: 'under way' },
    { name: 'old ones run', deployments: [untold, { ...untold, status: 'ACTIVE' }], stage: 'under way' },
    { name: 'old ones are gone', deployments: [untold, { ...untold, status: 'ACTIVE', running: 0 }], stage: 'steady' },
  ])('behind a Classic Load Balancer, $name: $stage', ({ deployments, stage }) => {
    expect(stageOf({ deployments })).toBe(stage);
  });
});

describe('what is to be done for a service', () => {
  test.each<{
    name: string;
    running?: Partial<DeployedService>;
    wish?: SidecarWish;
    definition?: JsonObject;
    kind: string;
    words: string;
  }>([
    { name: 'no collector', kind: 'change', words: 'no container of web:7 is a collector' },
    {
      name: 'a collector of that kind',
      wish: { ...ATTACH, collector: 'xray' },
      definition: { ...TASK_DEFINITION },
      kind: 'unchanged',
      words: 'already',
    },
    {
      name: 'another collector',
      definition: { ...TASK_DEFINITION },
      kind: 'refused',
      words: 'the X-Ray daemon already',
    },
    { name: 'nothing to detach', wish: DETACH, kind: 'unchanged', words: 'No container' },
    {
      name: 'a person’s collector to detach',
      wish: DETACH,
      definition: { ...TASK_DEFINITION },
      kind: 'refused',
      words: 'Taskwire attached it',
    },
    { name: 'a service that goes', running: { status: 'DRAINING' }, kind: 'refused', words: 'DRAINING' },
    { name: 'CodeDeploy', running: { controller: 'CODE_DEPLOY', deployments: [] }, kind: 'manual', words: 'AppSpec' },
    {
      name: 'an external controller',
      running: { controller: 'EXTERNAL', deployments: [] },
      kind: 'manual',
      words: 'task set',
    },
    {
      name: 'a rollout under way',
      running: { deployments: [deployment({ state: 'IN_PROGRESS' })] },
      kind: 'refused',
      words: 'under way',
    },
    {
      name: 'a rollout that failed',
      running: { deployments: [deployment({ state: 'FAILED' })] },
      kind: 'refused',
      words: 'no way back',
    },
    {
      name: 'no execution role',
      definition: { ...DEFINITION, executionRoleArn: null },
      kind: 'refused',
      words: 'XRY-14',
    },
  ])('$name: $kind', ({ running = {}, wish = ATTACH, definition = DEFINITION, kind, words }) => {
    const planned = planSidecar(service(running), definition, wish, definedTaskOf);
    expect(planned.kind).toBe(kind);
    expect(JSON.stringify(planned)).toContain(words);
    expect(planned).toMatchObject({ cluster: 'production', service: 'web' });
  });

  test('no definition, no decision', () => {
    expect(planSidecar(service(), undefined, ATTACH, definedTaskOf).kind).toBe('refused');
    const { taskDefinition: _, ...none } = service();
    expect(planSidecar(none, DEFINITION, ATTACH, definedTaskOf).kind).toBe('refused');
  });
});

test('tags come into the definition, AWS’s own stay out, and no list is made for none', () => {
  const described = { taskDefinitionArn: FORMER, revision: 7, registeredBy: 'me', family: 'web' };
  expect(withTags(described, {})).toEqual({ family: 'web' });
  expect(withTags(described, { team: 'a', 'aws:cloudformation:stack-name': 's' })).toEqual({
    family: 'web',
    tags: [{ key: 'team', value: 'a' }],
  });
});

test.each<{ name: string; cluster?: string; former?: string; command: string }>([
  {
    name: 'with its Region',
    command: `aws ecs update-service --cluster production --service web --task-definition ${FORMER} --region eu-west-1`,
  },
  {
    name: 'without',
    former: 'web:7',
    command: 'aws ecs update-service --cluster production --service web --task-definition web:7',
  },
  {
    name: 'of a hostile name',
    former: 'web:7',
    cluster: "a'; rm -rf /\n",
    command: String.raw`aws ecs update-service --cluster 'a'\''; rm -rf /\u000a' --service web --task-definition web:7`,
  },
])('the way back $name', ({ cluster = 'production', former = FORMER, command }) => {
  expect(wayBackOf({ cluster, service: 'web', former }).command).toBe(command);
});

describe('the same definition', () => {
  const filled: JsonObject = {
    ...DEFINITION,
    volumes: [],
    placementConstraints: [],
    containerDefinitions: [
      {
        cpu: 0,
        mountPoints: [],
        systemControls: [],
        ...APP,
        dependsOn: [],
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
      },
    ],
  };

  test('what ECS fills in makes no difference, what somebody wrote does', () => {
    expect(meansTheSame(DEFINITION, filled)).toBe(true);
    expect(meansTheSame(DEFINITION, { ...filled, cpu: '1024' })).toBe(false);
    expect(meansTheSame(DEFINITION, { ...filled, tags: [{ key: 'team', value: 'a' }] })).toBe(false);
    expect(meansTheSame({ ...DEFINITION, networkMode: 'bridge' }, { ...filled, networkMode: 'bridge' })).toBe(false);
  });

  test('the order of variables makes no difference, that of containers and commands does', () => {
    const [one, two] = [
      { name: 'A', value: '1' },
      { name: 'B', value: '2' },
    ];
    const of = (environment: readonly JsonObject[], command: readonly string[]): JsonObject => ({
      family: 'web',
      containerDefinitions: [{ name: 'app', environment, command }],
    });
    expect(meansTheSame(of([one, two], ['a', 'b']), of([two, one], ['a', 'b']))).toBe(true);
    expect(meansTheSame(of([one, two], ['a', 'b']), of([one, two], ['b', 'a']))).toBe(false);
  });
});

test('the canonical text is JSON, and the same whatever the order of members', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, each]) => [key, shuffled(each)]),
          )
        : value;
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(jsonOf(value) ?? null);
      expect(JSON.stringify(JSON.parse(text))).toHaveLength(text.length);
      expect(canonicalJson(jsonOf(shuffled(value)) ?? null)).toBe(text);
    }),
  );
});

test('what JSON cannot say is left out, moments become text', () => {
  const given = {
    at: new Date(0),
    nothing: undefined,
    run: () => 1,
    list: [undefined, Number.NaN],
    deep: { text: 'a' },
  };
  expect(jsonOf(given)).toEqual({ at: '1970-01-01T00:00:00.000Z', list: [null, null], deep: { text: 'a' } });
  expect(jsonOf(undefined)).toBeUndefined();
});
