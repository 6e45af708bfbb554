import { isOurs } from '../../../scaling/observed.ts';
import { quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { planOf } from './as-planned.ts';
import { nameOf } from './seen.ts';

export const nothingLeftBehind: Rule<AuditedService> = {
  id: 'SCL-11',
  slug: 'nothing-left-without-a-tag',
  severity: 'medium',
  requires: 'Policies and schedules named taskwire-* belong to a service with a scaling tag.',
  risk: 'They go on scaling the service by a wish that nobody has any more, and nobody updates them.',
  fix: 'Put the scaling tag back, or remove them: taskwire apply --only scaling for this service.',
  page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_DeleteScalingPolicy.html',
  check: (audited) => {
    const { tagged, policies, schedules } = audited.service.scaling;
    const ours = [...policies, ...schedules].filter(({ name }) => isOurs(name));
    if (tagged || ours.length === 0) return NOT_APPLICABLE;
    const left = planOf(audited).changes.flatMap((change) => ('name' in change ? [quote(change.name)] : []));
    return left.length === 0 ? PASS : fail(`${nameOf(audited)} has no scaling tag, and still ${left.join(', ')}.`);
  },
};
