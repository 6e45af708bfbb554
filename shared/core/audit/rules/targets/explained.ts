import { plannedForTargets } from './as-planned.ts';

export const explained = plannedForTargets({
  id: 'TGT-3',
  slug: 'targets-are-explained',
  severity: 'medium',
  requires: 'Every registered target is explained by a task, or by whoever holds its address.',
  risk: 'Nobody knows where a part of the requests goes, and who takes the target away when it ends.',
  fix: 'Find out whose it is. If it is left over, run taskwire remediate remove-unknown-targets, or set the targets tag to exclusive.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html',
});
