import { beforeAll, describe, expect, test } from '@jest/globals';
import { type AccessRequest, isAllowed, listOf } from '../../support/authorization.ts';
import { objectAt } from '../../support/free-form.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const ROLE = 'arn:aws:iam::111122223333:role/web';
const SERVICE = 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout';
const REVISION = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/checkout:7';
const GROUP = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/checkout/5f3a9c1e7d2b4680';

const of = (template: Template) => {
  const statements = statementsOf(template, 'RemediateRole');
  return (action: string, resource: string, context: AccessRequest['context'] = {}): boolean =>
    isAllowed(statements, { action, resource, context });
};
const onGroup = (mode: string) => ({
  'aws:ResourceTag/taskwire:service': 'production/checkout',
  'aws:ResourceTag/taskwire:mode': mode,
});
const toTasks = { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' };

describe('remediate in the stack with its defaults', () => {
  let template: Template;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  test('nothing but a person invokes it, and what a person was shown is never done twice', () => {
    expect(template.Resources.RemediateLambdaEvConf?.Properties.MaximumRetryAttempts).toBe(0);
    const others = Object.values(template.Resources).filter(({ Type }) =>
      /Lambda::Permission|EventSourceMapping|Events::Rule/.test(Type),
    );
    expect(JSON.stringify(others)).not.toContain('RemediateLambdaFunction');
  });

  test('it may wire a group, and take targets out of one that is only observed', () => {
    const allows = of(template);
    expect(allows('elasticloadbalancing:RegisterTargets', GROUP, onGroup('enforce'))).toBe(true);
    expect(allows('elasticloadbalancing:RegisterTargets', GROUP, onGroup('observe'))).toBe(false);
    expect(allows('elasticloadbalancing:DeregisterTargets', GROUP, onGroup('observe'))).toBe(true);
    expect(allows('elasticloadbalancing:DeregisterTargets', GROUP)).toBe(false);
  });

  test('it hands no role to ECS, registers nothing and brings no revision into a service', () => {
    const allows = of(template);
    expect(allows('iam:PassRole', ROLE, toTasks)).toBe(false);
    expect(allows('ecs:RegisterTaskDefinition', REVISION)).toBe(false);
    expect(allows('ecs:UpdateService', SERVICE, { 'ecs:task-definition': REVISION })).toBe(false);
  });
});

describe('remediate in the stack with roles that it may hand on', () => {
  test('hands on those and no others, to tasks and to nothing else', async () => {
    const template = await packagedTemplate({ passRoles: `${ROLE}, ${ROLE}-execution` });
    const allows = of(template);
    expect(allows('iam:PassRole', ROLE, toTasks)).toBe(true);
    expect(allows('iam:PassRole', `${ROLE}-execution`, toTasks)).toBe(true);
    expect(allows('iam:PassRole', 'arn:aws:iam::111122223333:role/admin', toTasks)).toBe(false);
    expect(allows('iam:PassRole', ROLE, { 'iam:PassedToService': 'lambda.amazonaws.com' })).toBe(false);
    expect(allows('ecs:RegisterTaskDefinition', REVISION)).toBe(true);
    expect(allows('ecs:UpdateService', SERVICE, { 'ecs:task-definition': REVISION })).toBe(true);
    expect(allows('ecs:TagResource', REVISION, { 'ecs:CreateAction': 'RegisterTaskDefinition' })).toBe(true);
    expect(allows('ecs:TagResource', REVISION, { 'aws:TagKeys': ['team'] })).toBe(false);
    const variables = objectAt(template.Resources, 'RemediateLambdaFunction', 'Properties', 'Environment', 'Variables');
    expect(variables.TASKWIRE_PASS_ROLES).toBe(`${ROLE}, ${ROLE}-execution`);
  });

  test('a pattern or a name stops the deployment', async () => {
    await expect(packagedTemplate({ passRoles: 'arn:aws:iam::111122223333:role/*,web' })).rejects.toThrow(
      /passRoles lists "arn:aws:iam::111122223333:role\/\*".*passRoles lists "web"/s,
    );
  });

  test('in observe it changes nothing, whatever is listed', async () => {
    const allows = of(await packagedTemplate({ mode: 'observe', passRoles: ROLE }));
    expect(allows('elasticloadbalancing:DeregisterTargets', GROUP, onGroup('enforce'))).toBe(false);
    expect(allows('ecs:UpdateService', SERVICE)).toBe(false);
    expect(allows('iam:PassRole', ROLE, toTasks)).toBe(false);
    expect(allows('ecs:RegisterTaskDefinition', REVISION)).toBe(false);
  });
});

describe('gate-deployment in the stack', () => {
  let template: Template;

  beforeAll(async () => {
    template = await packagedTemplate();
  });

  test('its role and the hook’s are the ones that the command line prints', () => {
    const { GateFunctionArn, GateHookRoleArn } = template.Outputs ?? {};
    expect(resolved(template, GateFunctionArn?.Value)).toBe(
      'arn:aws:lambda:eu-central-1:111122223333:function:taskwire-prod-gate-deployment',
    );
    const { RoleName } = template.Resources.GateHookRole?.Properties ?? {};
    expect(resolved(template, RoleName)).toBe('taskwire-prod-eu-central-1-gate-hook');
    expect(GateHookRoleArn?.Value).toEqual({ 'Fn::GetAtt': ['GateHookRole', 'Arn'] });
  });

  test('its role changes nothing', () => {
    const others = statementsOf(template, 'GateDeploymentRole')
      .flatMap(({ Action }) => listOf(Action))
      .filter((action) => !/^(?:logs|xray|events):/.test(action));
    expect(others.length).toBeGreaterThan(5);
    for (const action of others) expect(action).toMatch(/:(?:Describe|List|Get)/);
  });
});
