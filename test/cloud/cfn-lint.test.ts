import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { packageStack, templateIn } from '../support/packaged-stack.ts';
import { describeWithPython } from './with-python.ts';

const run = promisify(execFile);

interface Match {
  readonly Rule: { readonly Id: string };
  readonly Level: string;
  readonly Message: string;
}

/** What cfn-lint may say, and why it is left. */
const EXPLAINED: readonly Pick<Match, 'Message'>[] = [
  // osls adds the dependency on the role that it was named, and the role's ARN says the same.
  {
    Message:
      "'AdjustScalingRole' dependency already enforced by a 'GetAtt' at 'Resources/AdjustDashscalingLambdaFunction/Properties/Role'",
  },
  {
    Message: "'AuditRole' dependency already enforced by a 'GetAtt' at 'Resources/AuditLambdaFunction/Properties/Role'",
  },
  {
    Message:
      "'GateDeploymentRole' dependency already enforced by a 'GetAtt' at 'Resources/GateDashdeploymentLambdaFunction/Properties/Role'",
  },
  {
    Message:
      "'RegisterTargetsRole' dependency already enforced by a 'GetAtt' at 'Resources/RegisterDashtargetsLambdaFunction/Properties/Role'",
  },
  {
    Message:
      "'RemediateRole' dependency already enforced by a 'GetAtt' at 'Resources/RemediateLambdaFunction/Properties/Role'",
  },
  {
    Message:
      "'VerifyXrayRole' dependency already enforced by a 'GetAtt' at 'Resources/VerifyDashxrayLambdaFunction/Properties/Role'",
  },
];

/** cfn-lint ends with other codes than 0 where it has something to say. */
const lint = async (python: string, template: string): Promise<readonly Match[]> => {
  const args = [
    '-m',
    'cfnlint.runner.cli',
    '--format',
    'json',
    '--regions',
    'eu-central-1',
    'us-east-1',
    '--template',
    template,
  ];
  const { stdout } = await run(python, args).catch((error: { stdout?: string; stderr?: string }) => {
    if (!error.stdout) throw new Error(`cfn-lint did not run: ${error.stderr}`);
    return { stdout: error.stdout };
  });
  return JSON.parse(stdout);
};

describeWithPython('the packaged templates', (python) => {
  test.each<{ name: string; parameters: Record<string, string> }>([
    { name: 'with the defaults', parameters: {} },
    {
      name: 'with every parameter that shapes them',
      parameters: {
        clusters: 'production,staging',
        mode: 'observe',
        tagPrefix: 'team',
        tracing: 'off',
        alarmTopic: 'arn:aws:sns:eu-central-1:111122223333:alarms',
        reservedConcurrency: '0',
        reportBucket: 'create',
        fleetRole: 'taskwire-fleet-member',
        fleetExternalId: 'abc123',
        passRoles: 'arn:aws:iam::111122223333:role/web',
      },
    },
  ])(
    'pass cfn-lint $name',
    async ({ parameters }) => {
      await packageStack(parameters, async (folder) => {
        const explained = EXPLAINED.map(({ Message }) => Message);
        const matches = await lint(python, templateIn(folder));
        expect(matches.filter(({ Message }) => !explained.includes(Message))).toEqual([]);
        // An explanation that nothing needs any more would hide the next one.
        expect(matches.map(({ Message }) => Message).sort()).toEqual(explained);
        expect(await lint(python, join(folder, 'cloudformation-template-create-stack.json'))).toEqual([]);
      });
    },
    90_000,
  );

  test('the role of an account of a fleet passes, too', async () => {
    expect(await lint(python, 'infrastructure/fleet-member-role.yml')).toEqual([]);
  }, 90_000);

  test('cfn-lint looks into the definition of the state machine', async () => {
    await packageStack({ reportBucket: 'create', fleetRole: 'taskwire-fleet-member' }, async (folder) => {
      const template = JSON.parse(await readFile(templateIn(folder), 'utf8'));
      const { States } = template.Resources.FleetStateMachine.Properties.Definition;
      States.AuditEach.ItemProcessor.States.Audit.TimeoutSeconds = 'long';
      delete States.WasAnythingSeen.Choices;
      await writeFile(templateIn(folder), JSON.stringify(template));
      const matches = await lint(python, templateIn(folder));
      const ids = matches.filter(({ Level }) => Level === 'Error').map(({ Rule }) => Rule.Id);
      expect(new Set(ids)).toEqual(new Set(['E3601']));
      expect(ids.length).toBeGreaterThanOrEqual(2);
    });
  }, 90_000);

  test('cfn-lint finds what is wrong, so that its silence means something', async () => {
    await packageStack({}, async (folder) => {
      const template = JSON.parse(await readFile(templateIn(folder), 'utf8'));
      template.Resources.RegisterTargetsQueue.Properties.VisibilityTimeout = 50_000;
      await writeFile(templateIn(folder), JSON.stringify(template));
      const matches = await lint(python, templateIn(folder));
      expect(matches.filter(({ Level }) => Level === 'Error')).toHaveLength(1);
    });
  }, 90_000);
});
