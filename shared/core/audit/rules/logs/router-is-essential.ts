import { quote } from '../../../text.ts';
import { fail, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf } from '../containers.ts';

export const routerIsEssential: Rule<AuditedRevision> = {
  id: 'LOG-5',
  slug: 'log-router-is-essential',
  severity: 'medium',
  requires: 'The log router of FireLens is essential.',
  risk: 'When it stops, the task goes on without logs, and nobody replaces it.',
  fix: 'Set essential to true on the container with the firelensConfiguration.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html',
  check: (audited) =>
    together(
      castOf(audited).routers.map(({ name, path, essential }) => {
        if (essential) return PASS;
        return fail(`The log router ${quote(name)} is not essential.`, {
          container: name,
          path: [...path, 'essential'],
        });
      }),
    ),
};
