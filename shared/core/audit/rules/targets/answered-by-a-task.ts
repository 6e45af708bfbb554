import { plannedForTargets } from './as-planned.ts';

export const answeredByATask = plannedForTargets(
  {
    id: 'TGT-12',
    slug: 'healthy-ports-are-tasks',
    severity: 'high',
    requires: 'Where a port of an EC2 instance answers as a healthy target, a task listens there.',
    risk: 'Requests are answered by a program that no task is: a left-over container, or another service of the instance.',
    fix: 'Find out what listens on that port of the instance. Deregister the target if it is not meant.',
    page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html',
  },
  'instance',
);
