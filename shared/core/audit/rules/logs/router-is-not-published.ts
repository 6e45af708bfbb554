import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf } from '../containers.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html */
const FIRELENS_PORT = 24_224;

export const routerIsNotPublished: Rule<AuditedRevision> = {
  id: 'LOG-6',
  slug: 'log-router-is-not-published',
  severity: 'medium',
  requires: 'On bridge networking no container maps port 24224, where FireLens listens.',
  risk: 'Whoever reaches the instance can write into the logs.',
  fix: 'Take the port mapping away; FireLens needs none.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html',
  check: (audited) => {
    const { task, routers } = castOf(audited);
    if (task.networkMode !== 'bridge') return NOT_APPLICABLE;
    return together(
      routers.map(({ name, path, ports }) => {
        if (ports.every(({ containerPort }) => containerPort !== FIRELENS_PORT)) return PASS;
        return fail(`The log router ${quote(name)} maps port ${FIRELENS_PORT}.`, {
          container: name,
          path: [...path, 'portMappings'],
        });
      }),
    );
  },
};
