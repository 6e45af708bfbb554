import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf, hasRole } from '../containers.ts';

/** Outputs of Fluent Bit that call AWS. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html */
const TO_AWS: ReadonlySet<string> = new Set([
  'cloudwatch',
  'cloudwatch_logs',
  'firehose',
  'kinesis_firehose',
  'kinesis',
  'kinesis_streams',
  's3',
]);

export const logRouterRole: Rule<AuditedRevision> = {
  id: 'ROL-5',
  slug: 'log-router-has-a-role',
  severity: 'high',
  requires: 'On Fargate a task that sends logs to an AWS service by FireLens has a task role.',
  risk: 'The log router has no credentials, and all logs are lost; only its own log says so.',
  fix: 'Set taskRoleArn to a role that may write to the destination.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html',
  check: (audited) => {
    const { task, runsOn, applications } = castOf(audited);
    if (!runsOn.fargate) return NOT_APPLICABLE;
    return together(
      applications.map(({ name, path, logDriver, logOptions }) => {
        const output = (logOptions?.Name ?? logOptions?.name ?? '').toLowerCase();
        if (logDriver !== 'awsfirelens' || !TO_AWS.has(output)) return NOT_APPLICABLE;
        if (hasRole(task.taskRole)) return PASS;
        return fail(`Container ${quote(name)} sends its logs to ${output} by FireLens, and there is no task role.`, {
          container: name,
          path: [...path, 'logConfiguration'],
        });
      }),
    );
  },
};
