import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedGroup } from '../../subject.ts';
import { countOf } from './said.ts';

/** A deployment with a slow start is over by then. */
const LONG_MS = 15 * 60_000;

const lastFor = (ms: number): string => {
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} minutes` : `${Math.floor(minutes / 60)} hours`;
};

export const notUnhealthyForLong: Rule<AuditedGroup> = {
  id: 'TGT-15',
  slug: 'not-unhealthy-for-long',
  severity: 'high',
  requires: 'No target group has unhealthy targets for 15 minutes without a break.',
  risk: 'Tasks run and cost money but serve nobody; where all are unhealthy, requests are sent to all of them.',
  fix: 'Compare path, port and codes of the health check with what the container answers, and see that its security group lets the load balancer in.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html',
  check: ({ seen: { group, unhealthy = [] } }) => {
    const last = unhealthy.at(-1);
    if (last === undefined) return NOT_APPLICABLE;
    const since = unhealthy.findLastIndex(({ count }) => count === 0) + 1;
    const first = unhealthy[since];
    if (first === undefined || last.atMs - first.atMs < LONG_MS) return PASS;
    const least = unhealthy.slice(since).reduce((fewest, { count }) => Math.min(fewest, count), last.count);
    return fail(
      `${group.name} has had at least ${countOf(least, 'unhealthy target')} for ${lastFor(last.atMs - first.atMs)}, ${last.count} at the end.`,
    );
  },
};
