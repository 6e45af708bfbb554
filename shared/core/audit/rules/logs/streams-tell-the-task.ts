import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf } from '../containers.ts';

export const streamsTellTheTask: Rule<AuditedRevision> = {
  id: 'LOG-2',
  slug: 'log-streams-tell-the-task',
  severity: 'low',
  requires: 'The log driver awslogs has a stream prefix.',
  risk: 'The log stream is named after Docker’s own id of the container: nobody finds the stream of a task, and the ECS console shows no logs.',
  fix: 'Set awslogs-stream-prefix, for instance to the name of the service. (On Fargate ECS refuses a definition without it.)',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html',
  check: (audited) => {
    const { applications, ofBeanstalk } = castOf(audited);
    if (ofBeanstalk) return NOT_APPLICABLE;
    return together(
      applications.map(({ name, path, logDriver, logOptions }) => {
        if (logDriver !== 'awslogs' || logOptions === undefined) return NOT_APPLICABLE;
        if ('awslogs-stream-prefix' in logOptions) return PASS;
        return fail(`The log streams of container ${quote(name)} have no prefix.`, {
          container: name,
          path: [...path, 'logConfiguration', 'options'],
        });
      }),
    );
  },
};
