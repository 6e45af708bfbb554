import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { parseAudit } from '../../../shared/contracts/fleet-input.ts';
import { isAllowed, listOf } from '../../support/authorization.ts';
import { at, type FreeForm, numberAt, objectAt, objectsAt, textAt } from '../../support/free-form.ts';
import { packagedTemplate, resolved, statementsOf, type Template } from '../../support/packaged-stack.ts';

const ROLE = 'taskwire-fleet-member';
const PARAMETERS = { reportBucket: 'create', fleetRole: ROLE, fleetExternalId: 'abc123' };
const BUCKET = 'arn:aws:s3:::taskwire-prod-reportbucket';

const mayAssume = (template: Template, name: string): boolean =>
  isAllowed(statementsOf(template, 'AuditRole'), {
    action: 'sts:AssumeRole',
    resource: `arn:aws:iam::444455556666:role/${name}`,
    context: {},
  });

test('without a role for the fleet there is no state machine, and audit assumes no role', async () => {
  const template = await packagedTemplate();
  expect(Object.values(template.Resources).map(({ Type }) => Type)).not.toContain('AWS::StepFunctions::StateMachine');
  expect(mayAssume(template, ROLE)).toBe(false);
});

describe('the stack with a fleet', () => {
  let template: Template;
  /** By name. */
  let states: FreeForm;

  beforeAll(async () => {
    template = await packagedTemplate(PARAMETERS);
    states = objectAt(resolved(template, template.Resources.FleetStateMachine?.Properties.Definition), 'States');
  });

  test('audit may assume the role of that name in any account, and no other', () => {
    expect(mayAssume(template, ROLE)).toBe(true);
    expect(mayAssume(template, 'admin')).toBe(false);
  });

  test('every step asks audit in words that it understands', () => {
    const filled = (step: string): FreeForm =>
      Object.fromEntries(
        Object.entries(objectAt(states, step, 'Parameters', 'Payload')).map(([key, value]) => [
          key.replace(/\.\$$/, ''),
          value === '$$.Execution.Name' ? 'nightly-1' : value === '$' ? {} : value,
        ]),
      );
    expect(parseAudit(filled('Begin')).messages[0]?.fleet).toEqual({
      step: 'begin',
      run: 'nightly-1',
      role: ROLE,
      externalId: 'abc123',
    });
    expect(parseAudit(filled('Reduce')).messages[0]?.fleet).toEqual({
      step: 'reduce',
      run: 'nightly-1',
    });
    expect(at(states, 'AuditEach', 'ItemProcessor', 'States', 'Audit', 'Parameters', 'Payload.$')).toBe('$');
  });

  test('a target that fails stops no other, and leaves why', () => {
    expect(states.AuditEach).toMatchObject({
      ToleratedFailurePercentage: 100,
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } },
    });
    const each = objectAt(states, 'AuditEach', 'ItemProcessor', 'States');
    expect(at(each, 'Audit', 'Catch')).toMatchObject([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'NoteWhy' },
    ]);
    expect(each.NoteWhy).toMatchObject({
      Parameters: { Payload: { fleet: 'failed', 'output.$': '$.output', 'failure.$': '$.failure' } },
      Next: 'NotAudited',
    });
    expect(at(each, 'NotAudited', 'Type')).toBe('Fail');
  });

  test('a step waits a little longer than the function may work', () => {
    const works = numberAt(template.Resources, 'AuditLambdaFunction', 'Properties', 'Timeout');
    expect(at(states, 'Begin', 'TimeoutSeconds')).toBeGreaterThan(works);
  });

  test('the state machine reads lists, and runs nothing but audit', () => {
    const statements = statementsOf(template, 'FleetRole');
    const allows = (action: string, resource: string) => isAllowed(statements, { action, resource, context: {} });
    const place = 'eu-central-1:111122223333';
    expect(allows('lambda:InvokeFunction', `arn:aws:lambda:${place}:function:taskwire-prod-audit`)).toBe(true);
    expect(allows('lambda:InvokeFunction', `arn:aws:lambda:${place}:function:taskwire-prod-remediate`)).toBe(false);
    expect(allows('states:StartExecution', `arn:aws:states:${place}:stateMachine:taskwire-prod-fleet`)).toBe(true);
    expect(allows('states:StartExecution', `arn:aws:states:${place}:stateMachine:other`)).toBe(false);
    expect(allows('s3:GetObject', `${BUCKET}/audit/fleet/nightly-1/targets.json`)).toBe(true);
    expect(allows('s3:GetObject', `${BUCKET}/audit/latest.json`)).toBe(false);
    expect(allows('s3:PutObject', `${BUCKET}/audit/fleet/nightly-1/report.json`)).toBe(false);
  });

  test('the role of a member may read what audit reads in its own account, and nothing else', () => {
    const file = readFileSync('infrastructure/fleet-member-role.yml', 'utf8');
    const member: unknown = parse(file, { logLevel: 'silent' });
    const role = objectAt(member, 'Resources', 'FleetMemberRole', 'Properties');
    const actionsOf = (policy: unknown): readonly string[] =>
      objectsAt(policy, 'PolicyDocument', 'Statement').flatMap((statement) =>
        listOf(statement.Action).map((action) => textAt(action)),
      );
    const reads = actionsOf(at(role, 'Policies', 0));
    const own = objectsAt(template.Resources, 'AuditRole', 'Properties', 'Policies');
    const audits = actionsOf(own.find(({ PolicyName }) => PolicyName === 'look'));
    // Roles are read by hand only, in one's own account.
    expect([...reads].sort()).toEqual(audits.filter((action) => !action.startsWith('iam:')).sort());
    const [trust, ...others] = objectsAt(role, 'AssumeRolePolicyDocument', 'Statement');
    expect(others).toEqual([]);
    expect(trust?.Condition).toEqual({
      ArnEquals: { 'aws:PrincipalArn': 'AuditRoleArn' },
      StringEquals: { 'sts:ExternalId': 'ExternalId' },
    });
    expect(at(member, 'Parameters', 'RoleName', 'Default')).toBe(ROLE);
  });
});

test.each([
  [{ fleetRole: 'taskwire-*', reportBucket: 'create' }, /fleetRole is "taskwire-\*"/],
  [{ fleetRole: ROLE }, /fleetRole needs reportBucket/],
  [{ fleetRole: ROLE, reportBucket: 'create', fleetExternalId: 'a b' }, /fleetExternalId is "a b"/],
])('%j stops the deployment', async (parameters, says) => {
  await expect(packagedTemplate(parameters)).rejects.toThrow(says);
});
