import type { AuditedService } from '../../subject.ts';

/**
 * Whether ECS replaces the tasks of a wired service one after the other and looks at no load balancer meanwhile. Where
 * it has a group of its own it waits for that one, which is as good: the same tasks are in both.
 */
export const deploysByRolling = ({ service, groups }: AuditedService): boolean =>
  groups.length > 0 &&
  service.targetGroupArns.length === 0 &&
  service.controller === 'ECS' &&
  service.deploymentStrategy === 'ROLLING' &&
  !service.hookStages.includes('POST_SCALE_UP');
