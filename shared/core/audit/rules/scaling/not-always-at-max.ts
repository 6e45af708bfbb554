import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

const HOUR_MS = 3_600_000;
/** A day, less what a daily schedule may come early. */
const LEAST_MS = 23 * HOUR_MS;

/** Since when it stood at its max in every audit without a break, epoch milliseconds. */
const sinceMs = ({ earlier, service, takenAtMs }: AuditedService): number => {
  const newestFirst = earlier
    .filter((each) => each.takenAtMs < takenAtMs)
    .toSorted((a, b) => b.takenAtMs - a.takenAtMs);
  const broken = newestFirst.findIndex(({ atMax }) => !atMax.includes(service.serviceArn));
  const streak = broken === -1 ? newestFirst : newestFirst.slice(0, broken);
  return streak.at(-1)?.takenAtMs ?? takenAtMs;
};

export const notAlwaysAtMax: Rule<AuditedService> = {
  id: 'SCL-15',
  slug: 'not-always-at-max',
  severity: 'medium',
  requires: 'A service that scales does not stand at its max for a day and longer.',
  risk: 'It cannot answer more load; the tasks that it has may be overloaded already.',
  fix: 'Raise max, or find out why the count does not come down: a target value that is too low, a policy without scale-in.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html',
  check: (audited) => {
    const { service, takenAtMs } = audited;
    const { target, policies } = service.scaling;
    if (target === undefined || policies.length === 0 || target.min === target.max) return NOT_APPLICABLE;
    if (service.desired < target.max) return PASS;
    const lastedMs = takenAtMs - sinceMs(audited);
    // One audit alone cannot tell a peak from a habit.
    if (lastedMs < LEAST_MS) return NOT_APPLICABLE;
    const hours = Math.round(lastedMs / HOUR_MS);
    return fail(
      `${nameOf(audited)} stood at its max of ${target.max} tasks in every audit of the last ${hours} hours.`,
    );
  },
};
