import { plannedForTargets } from './as-planned.ts';

export const heldByItsOwn = plannedForTargets({
  id: 'TGT-2',
  slug: 'targets-held-by-own-workloads',
  severity: 'high',
  requires: 'Every registered target is held by a task of the workloads that the group names.',
  risk: 'Requests reach somebody else: another service, with other data and other rights.',
  fix: 'If it does not belong there, run taskwire remediate remove-unknown-targets, or set the targets tag to exclusive. If it does, name its workload in the tags.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html',
});
