import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

export const noStepsBesideTracking: Rule<AuditedService> = {
  id: 'SCL-18',
  slug: 'no-steps-beside-tracking',
  severity: 'low',
  requires: 'A service scales by target tracking or by steps, not by both.',
  risk: 'One adds what the other takes away: a step scales in before target tracking agrees, which then scales out again.',
  fix: 'Leave it to target tracking, or give the steps another direction: target tracking out, with scale-in disabled, and steps in.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html',
  check: (audited) => {
    const { policies } = audited.service.scaling;
    const steps = policies.filter(({ kind }) => kind === 'step');
    const tracking = policies.filter((policy) => policy.tracking !== undefined);
    if (steps.length === 0 && tracking.length === 0) return NOT_APPLICABLE;
    // Steps that scale in where target tracking does not are what AWS describes.
    const fights = tracking.some((policy) => policy.tracking?.scaleInDisabled === false);
    if (steps.length === 0 || !fights) return PASS;
    const names = steps.map(({ name }) => quote(name)).join(', ');
    return fail(`${nameOf(audited)} scales by steps (${names}) beside target tracking.`);
  },
};
