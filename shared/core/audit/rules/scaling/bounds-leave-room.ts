import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const boundsLeaveRoom: Rule<AuditedService> = {
  id: 'SCL-14',
  slug: 'bounds-leave-room',
  severity: 'low',
  requires: 'Where policies scale a service, its max is above its min.',
  risk: 'The policies can do nothing: the count stays where it is, whatever the load.',
  fix: 'Raise max, or take the policies away where the count is meant to be fixed.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  check: (audited) => {
    const { target, policies, schedules } = audited.service.scaling;
    // Zero to zero is a service that somebody switched off.
    if (target === undefined || target.max === 0 || policies.length === 0) return NOT_APPLICABLE;
    if (target.min < target.max) return PASS;
    const opens = schedules.some(({ min = target.min, max = target.max }) => min < max);
    return opens
      ? PASS
      : fail(`${nameOf(audited)} has policies, and min and max are both ${target.max}, so they can do nothing.`);
  },
};
