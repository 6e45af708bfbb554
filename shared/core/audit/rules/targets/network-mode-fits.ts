import { plannedForTasks } from './as-planned.ts';

export const networkModeFits = plannedForTasks({
  id: 'TGT-6',
  slug: 'network-mode-fits-target-type',
  severity: 'high',
  requires:
    'Tasks with network mode awsvpc have a target group of type ip, tasks with bridge or host one of type instance.',
  risk: 'The tasks cannot be registered, so the group stays empty.',
  fix: 'Use a target group of the type that fits; the type of a group cannot be changed.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html',
});
