import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';
import { castOf } from '../containers.ts';

export const loggingDoesNotBlock: Rule<AuditedRevision> = {
  id: 'LOG-3',
  slug: 'logging-does-not-block',
  severity: 'low',
  requires: 'An essential container does not log in the mode blocking.',
  risk: 'Where logs cannot be sent, writing to the output waits: the application answers no more, fails its health checks and is replaced.',
  fix: 'Take the option mode out (non-blocking is the default since June 2025), or leave it where a lost line is worse than an outage.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html',
  check: (audited) =>
    together(
      castOf(audited).applications.map(({ name, path, essential, logDriver, logOptions }) => {
        if (!essential || logDriver === undefined || logOptions === undefined) return NOT_APPLICABLE;
        if (logOptions.mode !== 'blocking') return PASS;
        return fail(`Container ${quote(name)} waits for its log driver (mode blocking).`, {
          container: name,
          path: [...path, 'logConfiguration', 'options', 'mode'],
        });
      }),
    ),
};
