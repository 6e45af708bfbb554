import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseHookInput } from '../../../shared/contracts/hook-input.ts';
import { plainWords, taskwire } from '../../support/command-line.ts';
import { createGateStage, GATE_ARN, type GateStage } from '../../support/gate-stage.ts';
import { loadEvent } from '../../support/load-event.ts';

const ROLE_ARN = 'arn:aws:iam::111122223333:role/taskwire-prod-eu-central-1-gate-hook';

/** Blue/green, wired to one group; its deployments ask nobody yet. */
const stageWith = (spec: Parameters<GateStage['gated']>[2] = {}): GateStage => {
  const stage = createGateStage();
  stage.group('web', { 'taskwire:service': 'production/web' });
  stage.group('inside', { 'taskwire:service': 'production/web', 'taskwire:mode': 'observe' });
  stage.service('web', 1, { deploymentStrategy: 'BLUE_GREEN', ...spec });
  return stage;
};

describe('taskwire gate', () => {
  test('tells how the service is deployed, what it is wired to, and the hook for every tool; 0', async () => {
    const { code, out, err } = await taskwire(stageWith(), ['gate', 'production/web']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(plainWords(out)).toBe(`Service production/web
  deployed by ECS, strategy BLUE_GREEN
  wired to web, inside (observe: not waited for)

CloudFormation
# In the AWS::ECS::Service:
DeploymentConfiguration:
  Strategy: BLUE_GREEN
  LifecycleHooks:
    - HookTargetArn: arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment
      RoleArn: arn:aws:iam::111122223333:role/taskwire-prod-eu-central-1-gate-hook
      LifecycleStages: [POST_SCALE_UP]
      HookDetails: '{"timeLimitMinutes":15}'
      TimeoutConfiguration: { TimeoutInMinutes: 30, Action: ROLLBACK }

Terraform
# In the resource "aws_ecs_service":
deployment_configuration {
  strategy = "BLUE_GREEN"

  lifecycle_hook {
    hook_target_arn  = "arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment"
    role_arn         = "arn:aws:iam::111122223333:role/taskwire-prod-eu-central-1-gate-hook"
    lifecycle_stages = ["POST_SCALE_UP"]
    hook_details     = jsonencode({ timeLimitMinutes = 15 })
  }
}

CDK
// With \`service\` an ecs.FargateService or ecs.Ec2Service that has
// deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN
service.addLifecycleHook(
  new ecs.DeploymentLifecycleLambdaTarget(
    lambda.Function.fromFunctionArn(this, 'TaskwireGate', 'arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment'),
    'TaskwireGateHook',
    {
      role: iam.Role.fromRoleArn(this, 'TaskwireGateRole', 'arn:aws:iam::111122223333:role/taskwire-prod-eu-central-1-gate-hook'),
      lifecycleStages: [ecs.DeploymentLifecycleStage.POST_SCALE_UP],
      hookDetails: { timeLimitMinutes: 15 },
    },
  ),
);

AWS command line
aws ecs update-service --cluster production --service web --deployment-configuration '{
  "strategy": "BLUE_GREEN",
  "maximumPercent": 200,
  "minimumHealthyPercent": 100,
  "deploymentCircuitBreaker": {
    "enable": false,
    "rollback": false
  },
  "lifecycleHooks": [
    {
      "targetType": "AWS_LAMBDA",
      "hookTargetArn": "arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment",
      "roleArn": "arn:aws:iam::111122223333:role/taskwire-prod-eu-central-1-gate-hook",
      "lifecycleStages": [
        "POST_SCALE_UP"
      ],
      "hookDetails": {
        "timeLimitMinutes": 15
      },
      "timeoutConfiguration": {
        "timeoutInMinutes": 30,
        "action": "ROLLBACK"
      }
    }
  ]
}'
`);
  });

  test('for one tool, prints the hook and nothing else, so that it can go into a file', async () => {
    const { code, out, err } = await taskwire(stageWith(), [
      'gate',
      'production/web',
      '--format',
      'cloudformation',
      '--minutes',
      '20',
    ]);
    expect(code).toBe(0);
    const { DeploymentConfiguration } = parse(out);
    expect(DeploymentConfiguration).toEqual({
      Strategy: 'BLUE_GREEN',
      LifecycleHooks: [
        {
          HookTargetArn: GATE_ARN,
          RoleArn: ROLE_ARN,
          LifecycleStages: ['POST_SCALE_UP'],
          HookDetails: '{"timeLimitMinutes":20}',
          TimeoutConfiguration: { TimeoutInMinutes: 35, Action: 'ROLLBACK' },
        },
      ],
    });
    expect(err).toContain('Service production/web\n  deployed by ECS, strategy BLUE_GREEN\n');
    // What CloudFormation hands on is what the gate understands.
    const [{ HookDetails: hookDetails }] = DeploymentConfiguration.LifecycleHooks;
    const [{ input }] = parseHookInput({ ...loadEvent('deployment-hook/post-scale-up'), hookDetails }, 0).messages;
    expect(input.details).toEqual({ timeLimitMinutes: 20 });
  });

  test('keeps what else the deployments are configured with in the command', async () => {
    const other = { arn: 'arn:aws:lambda:eu-central-1:111122223333:function:smoke', invoke: async () => ({}) };
    const stage = stageWith({ hooks: [other], circuitBreaker: 'rollback' });
    const { out } = await taskwire(stage, ['gate', 'production/web', '--format', 'cli']);
    const [, words = '', json = ''] = /^(.*) '(\{.*\})'\n$/s.exec(out) ?? [];
    expect(words).toBe('aws ecs update-service --cluster production --service web --deployment-configuration');
    expect(JSON.parse(json)).toEqual({
      strategy: 'BLUE_GREEN',
      maximumPercent: 200,
      minimumHealthyPercent: 100,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      lifecycleHooks: [
        { hookTargetArn: other.arn, lifecycleStages: ['POST_SCALE_UP'] },
        {
          targetType: 'AWS_LAMBDA',
          hookTargetArn: GATE_ARN,
          roleArn: ROLE_ARN,
          lifecycleStages: ['POST_SCALE_UP'],
          hookDetails: { timeLimitMinutes: 15 },
          timeoutConfiguration: { timeoutInMinutes: 30, action: 'ROLLBACK' },
        },
      ],
    });
  });

  test('a hook that is there already is replaced, not doubled, and told', async () => {
    const stage = stageWith({ hooks: [{ arn: GATE_ARN, invoke: async () => ({}) }] });
    const { out } = await taskwire(stage, ['gate', 'production/web', '--json']);
    const { formats } = JSON.parse(out);
    expect(formats.cli.split(GATE_ARN)).toHaveLength(2);
    const shown = await taskwire(stage, ['gate', 'production/web']);
    expect(shown.out).toContain('  Its deployments ask this gate already.\n');
  });

  test('a rolling service is told that its deployments know no hook, what that means, and what helps', async () => {
    const { code, out } = await taskwire(stageWith({ deploymentStrategy: 'ROLLING' }), ['gate', 'production/web']);
    expect(code).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'GAT-7 medium production/web is deployed by the strategy ROLLING, which knows no such hook: ECS stops old tasks as soon as new ones run and pass their container health checks, whether they are healthy in the target groups or not. Cure: Change the strategy to BLUE_GREEN, LINEAR or CANARY',
    );
    expect(out).toContain('  Strategy: BLUE_GREEN\n');
    const strict = await taskwire(stageWith({ deploymentStrategy: 'ROLLING' }), [
      'gate',
      'production/web',
      '--fail-on',
      'medium',
    ]);
    expect(strict.code).toBe(1);
  });

  test('a service of CodeDeploy is told where to wait instead', async () => {
    const { out } = await taskwire(stageWith({ controller: 'CODE_DEPLOY' }), ['gate', 'production/web', '--json']);
    expect(JSON.parse(out)).toMatchObject({
      function: 'gate',
      controller: 'CODE_DEPLOY',
      hooks: false,
      findings: [{ rule: 'GAT-7', severity: 'medium' }],
    });
  });

  test('a service that no group names is told that the gate would let everything pass', async () => {
    const stage = createGateStage();
    const { arn } = stage.service('alone', 1, { deploymentStrategy: 'CANARY' });
    const { code, out } = await taskwire(stage, ['gate', arn, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      strategy: 'CANARY',
      hooks: true,
      findings: [{ rule: 'GAT-1', resource: arn, fix: 'Tag a target group with taskwire:service = production/alone.' }],
    });
  });

  test('names function and role as they are called', async () => {
    const functionArn = 'arn:aws:lambda:eu-central-1:111122223333:function:my-gate';
    const argv = ['gate', 'production/web', '--format', 'terraform', '--function', functionArn, '--stage', 'test'];
    const { out } = await taskwire(stageWith(), argv);
    expect(out).toContain(`hook_target_arn  = "${functionArn}"\n`);
    expect(out).toContain('role_arn         = "arn:aws:iam::111122223333:role/taskwire-test-eu-central-1-gate-hook"\n');
  });

  test.each([
    { argv: ['web'], code: 2, words: '"web" is neither the ARN of an ECS service nor <cluster>/<service>.' },
    { argv: ['production/web', '--minutes', '0'], code: 2, words: 'It must be a whole number from 1 to 1440.' },
    { argv: ['production/web', '--minutes', 'ten'], code: 2, words: 'It must be a whole number from 1 to 1440.' },
    {
      argv: ['production/web', '--format', 'pulumi'],
      code: 2,
      words: 'Allowed choices are cloudformation, terraform, cdk, cli.',
    },
    { argv: ['production/web', '--role', 'my-role'], code: 2, words: 'It must be an ARN of it.' },
    { argv: ['production/nobody'], code: 3, words: 'Service nobody in cluster production does not exist.' },
  ])('gate $argv is $code, and says why', async ({ argv, code, words }) => {
    const result = await taskwire(stageWith(), ['gate', ...argv]);
    expect(result.code).toBe(code);
    expect(result.err.replace(/\s+/g, ' ')).toContain(words);
  });
});
