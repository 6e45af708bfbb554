import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { isWished, planOf } from './as-planned.ts';
import { nameOf } from './seen.ts';

/** As many are told; a wish has seven policies and schedules at most that a person tells apart. */
const MOST_TOLD = 5;

export const asTheTagsAsk: Rule<AuditedService> = {
  id: 'SCL-9',
  slug: 'scaling-is-as-the-tags-ask',
  severity: 'medium',
  requires: 'Bounds, policies and schedules are those that the tags ask for now.',
  risk: 'The service scales by older wishes, or by what somebody changed by hand.',
  fix: 'The next sweep of adjust-scaling repairs it; what stays is held or in the mode observe: taskwire plan --only scaling says why.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  check: (audited) => {
    const { target } = audited.service.scaling;
    // Without a target nothing can be as it should, and SCL-10 says so.
    if (!isWished(audited) || target === undefined) return NOT_APPLICABLE;
    const { changes, faults } = planOf(audited);
    if (changes.length === 0) return faults.length === 0 ? PASS : NOT_APPLICABLE;
    const told = changes.slice(0, MOST_TOLD).map(({ reason }) => printable(reason));
    const more = changes.length > MOST_TOLD ? [`and ${changes.length - MOST_TOLD} more`] : [];
    return fail(`The scaling of ${nameOf(audited)} differs from its tags: ${[...told, ...more].join('; ')}.`);
  },
};
