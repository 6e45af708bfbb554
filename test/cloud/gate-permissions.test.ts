import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Account, accessRequestsOf, isAllowed, type Statement } from '../support/authorization.ts';
import { listAt, textsByName } from '../support/free-form.ts';
import { loadEvent } from '../support/load-event.ts';
import { packagedTemplate, resolved, statementsOf } from '../support/packaged-stack.ts';
import { assumeCopyOf } from './assumed-role.ts';
import { addContainerInstance } from './container-instance.ts';
import { type FunctionInstance, startFunction } from './function-instance.ts';
import { type Moto, startMoto } from './moto.ts';
import { createMotoWorld } from './moto-world.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';
import { proveRole } from './role-proof.ts';
import { describeWithPython } from './with-python.ts';

const REGION = 'eu-central-1';
const ACCOUNT = '123456789012';
const CLUSTER = 'production';
const PORT = 8080;
/** Of the new revision, as the sample of a hook's call names it. */
const GREEN = '9313423515462893900';

// As permissions.test.ts. moto's tasks on an instance have no interface: a Fargate task says here that it is on one.
describeWithPython('the role of gate-deployment', (python) => {
  let moto: Moto;
  let proxy: RecordingProxy;
  let instance: FunctionInstance;
  let statements: readonly Statement[];
  const account: Account = { region: REGION, account: ACCOUNT, tagsOf: () => ({}) };
  const answers: unknown[] = [];

  const ask = async (hookDetails?: object): Promise<void> => {
    const text = JSON.stringify({ ...loadEvent('deployment-hook/post-scale-up'), hookDetails });
    await moto.requirePermissions(true);
    try {
      answers.push(await instance.invoke(JSON.parse(text.replaceAll('111122223333', ACCOUNT))));
    } finally {
      await moto.requirePermissions(false);
    }
  };

  beforeAll(async () => {
    const template = await packagedTemplate({ clusters: CLUSTER });
    statements = statementsOf(template, 'GateDeploymentRole', account);
    moto = await startMoto(python);
    proxy = await startRecordingProxy(moto.endpoint);
    const world = await createMotoWorld(moto, CLUSTER);
    const variables = textsByName(
      template.Resources,
      'GateDashdeploymentLambdaFunction',
      'Properties',
      'Environment',
      'Variables',
    );
    instance = await startFunction('gate-deployment', {
      ...(await assumeCopyOf(statements, moto.endpoint)),
      ...variables,
      AWS_ENDPOINT_URL: proxy.endpoint,
      AWS_REGION: REGION,
    });
    await world.createService('checkout', PORT);
    await world.createTargetGroup('checkout', { 'taskwire:service': `${CLUSTER}/checkout` });
    await world.runTasks('checkout', 1, GREEN);
    const { containerInstanceArn } = await addContainerInstance(world, CLUSTER);
    proxy.amend('DescribeTasks', (text) => {
      const answer = JSON.parse(text);
      return JSON.stringify({
        ...answer,
        tasks: answer.tasks.map((task: object) => ({ ...task, containerInstanceArn })),
      });
    });
    await ask();
    // What it tells the bus is why it ended a deployment.
    await ask({ timeLimitMinutes: 5, startedAt: '2026-01-01T00:00:00Z' });
  }, 180_000);
  afterAll(async () => {
    await instance?.stop();
    await proxy?.close();
    await moto?.stop();
  });

  test('the scenarios reach what they are about', () => {
    expect(answers).toMatchObject([{ hookStatus: 'IN_PROGRESS' }, { hookStatus: 'FAILED' }]);
  });

  proveRole(() => ({
    statements,
    requests: proxy.calls.flatMap((call) => accessRequestsOf(call, account)),
    refused: proxy.refused,
  }));

  test('it refuses other clusters and every change', () => {
    const here = (resource: string) => `arn:aws:ecs:${REGION}:${ACCOUNT}:${resource}`;
    const allows = (action: string, resource: string) => isAllowed(statements, { action, resource, context: {} });
    expect(allows('ecs:DescribeTasks', here(`task/${CLUSTER}/1`))).toBe(true);
    expect(allows('ecs:DescribeTasks', here('task/staging/1'))).toBe(false);
    expect(allows('ecs:UpdateService', here(`service/${CLUSTER}/checkout`))).toBe(false);
    expect(allows('elasticloadbalancing:RegisterTargets', '*')).toBe(false);
  });

  test('ECS may invoke the gate with the hook’s role, and nothing else', async () => {
    const template = await packagedTemplate({ clusters: CLUSTER });
    const gate = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:taskwire-prod-gate-deployment`;
    const own = statementsOf(template, 'GateHookRole', account);
    expect(own).toMatchObject([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: gate }]);
    const trust = listAt(template.Resources, 'GateHookRole', 'Properties', 'AssumeRolePolicyDocument', 'Statement');
    expect(resolved(template, trust, account)).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'ecs.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEqualsIfExists: { 'aws:SourceAccount': ACCOUNT } },
      },
    ]);
  });
});
