import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const notSuspended: Rule<AuditedService> = {
  id: 'SCL-13',
  slug: 'scaling-is-not-suspended',
  severity: 'medium',
  requires: 'No part of a service’s scaling is suspended for good.',
  risk: 'What is suspended does not happen: load is not answered, idle tasks stay, or the hours pass without effect.',
  fix: 'Resume it: aws application-autoscaling register-scalable-target with --suspended-state, all three false. Taskwire resumes only what it held itself.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-suspend-resume-scaling.html',
  check: (audited) => {
    const { target, hold } = audited.service.scaling;
    if (target === undefined) return NOT_APPLICABLE;
    const { scaleIn, scaleOut, scheduled } = target.suspended;
    // What a hold suspended is the hold's affair; what was suspended before it is not.
    const isHeld = hold !== undefined && !hold.former.scaleOut;
    const parts = [
      ...(scaleIn ? ['scale-in'] : []),
      ...(scaleOut && !isHeld ? ['scale-out'] : []),
      ...(scheduled ? ['scheduled scaling'] : []),
    ];
    if (parts.length === 0) return PASS;
    return fail(`Somebody suspended ${parts.join(' and ')} of ${nameOf(audited)}.`);
  },
};
