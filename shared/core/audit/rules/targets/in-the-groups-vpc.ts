import { plannedForTasks } from './as-planned.ts';

export const inTheGroupsVpc = plannedForTasks({
  id: 'TGT-7',
  slug: 'tasks-in-the-groups-vpc',
  severity: 'high',
  requires: 'Tasks run in the VPC of their target group and have an address of its family.',
  risk: 'The tasks are not registered: in the group’s VPC their address may be a stranger’s.',
  fix: 'Run the tasks in subnets of the group’s VPC, or, where networks are peered, set the zone tag to all.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-register-targets.html',
});
