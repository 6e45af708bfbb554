import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedRevision } from '../../subject.ts';

/** `splunk-token`, `apikey`, `license_key`, `HTTP_Passwd`, `Shared_Key`; not `Log_Key`, `key_file`. */
const SECRET = /(?:token|passwo?r?d|secret|api[-_]?key|license[-_]?key|shared[-_]?key|access[-_]?key)$/i;

export const noTokenInOptions: Rule<AuditedRevision> = {
  id: 'LOG-4',
  slug: 'no-token-in-log-options',
  severity: 'high',
  requires: 'Tokens and passwords of a log destination come from a secret.',
  risk: 'Whoever may describe task definitions reads them, in every revision that was ever made.',
  fix: 'Move the option into secretOptions, with the ARN of a secret, and give out a new token.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-logconfig.html',
  // Collectors and companions, too: a token is one wherever it stands.
  check: ({ revision: { task } }) =>
    together(
      task.containers.map(({ name, path, logOptions }) => {
        const options = Object.keys(logOptions ?? {});
        const [secret] = options.filter((option) => SECRET.test(option));
        if (secret !== undefined) {
          return fail(`The log option ${quote(secret)} of container ${quote(name)} stands in the task definition.`, {
            container: name,
            path: [...path, 'logConfiguration', 'options', secret],
          });
        }
        return options.length === 0 ? NOT_APPLICABLE : PASS;
      }),
    ),
};
