import { printable } from '../../../text.ts';
import { NOT_APPLICABLE } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';

/** `production/web`, printable. */
export const nameOf = ({ service: { cluster, name } }: AuditedService): string => printable(`${cluster}/${name}`);

/** What the collector calls the scaling of a service, or of a cluster's services, that it could not read. */
const SCALING = 'auto scaling';

/** The same rule, silent where the scaling was not seen and for a service that is being deleted. */
export const whereSeen = (rule: Rule<AuditedService>): Rule<AuditedService> => ({
  ...rule,
  check: (audited) => {
    const isSeen = audited.service.status === 'ACTIVE' && !isUnseen(audited.unseen, SCALING);
    return isSeen ? rule.check(audited) : NOT_APPLICABLE;
  },
});
