import { isOurs } from '../../../scaling/observed.ts';
import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const schedulesAreAhead: Rule<AuditedService> = {
  id: 'SCL-20',
  slug: 'schedules-are-ahead',
  severity: 'low',
  requires: 'Every scheduled action will strike again.',
  risk: 'Whoever reads the schedules believes that they are in force; two hundred of them fill the quota.',
  fix: 'Delete it, or give it a new time.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html',
  check: (audited) => {
    // Taskwire writes its own again when it needs it.
    const persons = audited.service.scaling.schedules.filter(({ name }) => !isOurs(name));
    if (persons.length === 0) return NOT_APPLICABLE;
    const over = persons.filter(
      ({ schedule, endsAtMs }) =>
        (schedule.kind === 'once' && schedule.atMs <= audited.takenAtMs) ||
        (endsAtMs !== undefined && endsAtMs <= audited.takenAtMs),
    );
    if (over.length === 0) return PASS;
    const names = over.map(({ name }) => quote(name)).join(', ');
    return fail(`Scheduled actions of ${nameOf(audited)} that are over: ${names}.`);
  },
};
