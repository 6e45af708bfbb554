import { groupBy } from '../../../group-by.ts';
import { isOurs, type TrackedMetric } from '../../../scaling/observed.ts';
import { metricKeyOf } from '../../../scaling/policies.ts';
import { printable, quote } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

/** What is measured, whichever of its names a policy uses; `undefined` where that cannot be told. */
const measureOf = (metric: TrackedMetric): string | undefined => {
  if (metric.kind === 'predefined') return metricKeyOf(metric)?.replace('HighResolution', '');
  const key = metricKeyOf(metric);
  if (metric.kind === 'other' || metric.namespace !== 'AWS/ECS' || metric.statistic !== 'Average') return key;
  if (metric.name === 'CPUUtilization') return 'ECSServiceAverageCPUUtilization';
  return metric.name === 'MemoryUtilization' ? 'ECSServiceAverageMemoryUtilization' : key;
};

export const onePolicyPerMeasure: Rule<AuditedService> = {
  id: 'SCL-17',
  slug: 'one-policy-per-measure',
  severity: 'medium',
  requires: 'Each target-tracking policy of a service follows a measure of its own.',
  risk: 'Two policies pull the same measure to two targets: the count follows the lower one and comes down late or never.',
  fix: 'Keep one of them, with the target that is meant.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html',
  check: (audited) => {
    // Taskwire's own policy beside a person's is SCL-2.
    const persons = audited.service.scaling.policies.flatMap(({ name, tracking }) =>
      tracking === undefined || isOurs(name) ? [] : [{ name, measure: measureOf(tracking.metric) }],
    );
    if (persons.length === 0) return NOT_APPLICABLE;
    const known = persons.filter(({ measure }) => measure !== undefined);
    const double = [...groupBy(known, ({ measure = '' }) => measure)].filter(([, policies]) => policies.length > 1);
    if (double.length === 0) return PASS;
    return double.map(([measure, policies]) =>
      fail(
        `${policies.map(({ name }) => quote(name)).join(' and ')} of ${nameOf(audited)} both follow ${printable(measure)}.`,
      ),
    );
  },
};
