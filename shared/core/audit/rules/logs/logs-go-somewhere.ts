import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf } from '../containers.ts';

export const logsGoSomewhere: Rule<AuditedRevision> = {
  id: 'LOG-1',
  slug: 'logs-go-somewhere',
  severity: 'medium',
  requires: 'Every container of an application has a log configuration.',
  risk: 'When a task stops, nobody can read why: on Fargate its output is gone, on EC2 it stays with Docker on the instance.',
  fix: 'Give the container a logConfiguration, such as awslogs with awslogs-group, awslogs-region and awslogs-stream-prefix.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html',
  check: (audited) => {
    const { runsOn, applications, ofBeanstalk } = castOf(audited);
    if (ofBeanstalk) return NOT_APPLICABLE;
    return together(
      applications.map(({ name, path, logDriver }) => {
        if (logDriver !== undefined && logDriver !== 'none') return PASS;
        const where = runsOn.fargate || logDriver === 'none' ? 'go nowhere' : 'stay with Docker on the instance';
        return fail(`The logs of container ${quote(name)} ${where}.`, {
          container: name,
          path: [...path, 'logConfiguration'],
        });
      }),
    );
  },
};
