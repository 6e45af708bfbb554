import type { AuditedService } from '../../subject.ts';

/**
 * Whether ECS looks at no load balancer while it deploys a wired service. Where it has a group of its own it waits for
 * that one, which is as good: the same tasks are in both.
 */
const isWiredOnly = ({ service, groups }: AuditedService): boolean =>
  groups.length > 0 && service.targetGroupArns.length === 0 && service.controller === 'ECS';

/** Whether ECS replaces the tasks of such a service one after the other. Rolling deployments ask no lifecycle hooks. */
export const rollsUnseen = (audited: AuditedService): boolean =>
  isWiredOnly(audited) && audited.service.deploymentStrategy === 'ROLLING';

/** Whether ECS deploys such a service in stages, which do ask hooks: BLUE_GREEN, LINEAR, CANARY. */
export const stagesUnseen = (audited: AuditedService): boolean =>
  isWiredOnly(audited) && audited.service.deploymentStrategy !== 'ROLLING';
