import type { Hold } from '../../../scaling/hold.ts';
import { isOverdue } from '../../../scaling/hold.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

/** The default of TASKWIRE_HOLD_MINUTES. */
const HOLD_MINUTES = 30;
/** Between two sweeps; an event that got lost is made good by then. */
const SWEEP_MINUTES = 15;

const whyLeft = (
  { service, takenAtMs, holdMinutes = HOLD_MINUTES }: AuditedService,
  hold: Hold,
): string | undefined => {
  const minutes = Math.floor((takenAtMs / 1000 - hold.sinceSeconds) / 60);
  if (!service.scaling.tagged) return 'the service has no scaling tag any more';
  if (isOverdue(hold, takenAtMs, holdMinutes + 2 * SWEEP_MINUTES)) return `it began ${minutes} minutes ago`;
  const onlyDeploy = hold.reasons.every((reason) => reason === 'deploy');
  if (onlyDeploy && service.deployingSinceMs === undefined && isOverdue(hold, takenAtMs, SWEEP_MINUTES)) {
    return 'no deployment is under way';
  }
  return undefined;
};

export const holdEnds: Rule<AuditedService> = {
  id: 'SCL-12',
  slug: 'hold-ends',
  severity: 'high',
  requires: 'A hold of scale-out ends with its reason, and after TASKWIRE_HOLD_MINUTES at the latest.',
  risk: 'The service does not scale out under load.',
  fix: 'See in its alarms and its log why adjust-scaling does not run; taskwire explain <cluster>/<service> says what holds.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html',
  check: (audited) => {
    const { hold, target } = audited.service.scaling;
    if (hold === undefined || target === undefined) return NOT_APPLICABLE;
    const why = whyLeft(audited, hold);
    if (why === undefined) return PASS;
    const reasons = hold.reasons.join(' and ') || 'a reason that is not told';
    const what = target.suspended.scaleOut ? 'Scale-out' : 'The tag of a hold, though not scale-out,';
    return fail(`${what} of ${nameOf(audited)} is still held for ${reasons}: ${why}.`);
  },
};
