import type { TrackedMetric } from '../../../scaling/observed.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { nameOf } from './seen.ts';

/** Whether the metric has no data while no task runs; `undefined` where that cannot be told. */
const endsWithTasks = (metric: TrackedMetric): boolean =>
  metric.kind === 'predefined' ||
  (metric.kind === 'customized' &&
    ((metric.namespace === 'AWS/ECS' && /^(CPU|Memory)Utilization$/.test(metric.name)) ||
      (metric.namespace === 'AWS/ApplicationELB' && metric.name === 'RequestCountPerTarget')));

export const zeroWakesUp: Rule<AuditedService> = {
  id: 'SCL-23',
  slug: 'zero-wakes-up',
  severity: 'high',
  requires: 'A service that may scale to zero has something that brings it back.',
  risk: 'At zero tasks there is no CPU, no memory and no requests to measure; target tracking does nothing without data, so it stays at zero.',
  fix: 'Set min to 1, write hours with a min of 1 or more, or scale by a metric that is there without tasks, such as the length of a queue.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html',
  check: (audited) => {
    const { service } = audited;
    const { target, policies, schedules } = service.scaling;
    if (target === undefined || target.min > 0 || target.max === 0 || policies.length === 0) return NOT_APPLICABLE;
    const wakes =
      policies.some(({ tracking }) => tracking === undefined || !endsWithTasks(tracking.metric)) ||
      schedules.some(({ min = 0, schedule }) => min > 0 && schedule.kind === 'recurring');
    if (wakes) return PASS;
    const state = service.desired === 0 ? 'is at zero tasks' : 'may scale to zero tasks';
    return fail(`${nameOf(audited)} ${state}, and all its policies follow what only running tasks have.`);
  },
};
