import type { Scope } from '../core/message.ts';
import { clusterNameOf, clusterOfService, serviceNameOf, targetGroupNameOf } from '../core/task/arn.ts';
import type { Services } from '../ports/services.ts';

/** A scope in words; empty where it means everything. */
export const describeScope = ({ cluster, service, targetGroup }: Scope): string =>
  [
    cluster && `cluster ${clusterNameOf(cluster)}`,
    service && `service ${serviceNameOf(service)}`,
    targetGroup && `target group ${targetGroupNameOf(targetGroup)}`,
  ]
    .filter(Boolean)
    .join(', ');

/** A scope that names its service by the ARN, where that can be found out: then only that one is read. */
export const pinnedScope = async (scope: Scope, services: Services): Promise<Scope> => {
  const { cluster, service } = scope;
  if (cluster === undefined || service === undefined || clusterOfService(service) !== undefined) return scope;
  const [known] = await services.describe(cluster, [service]);
  return known === undefined ? scope : { ...scope, service: known.serviceArn };
};
