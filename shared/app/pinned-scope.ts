import type { Scope } from '../core/message.ts';
import { clusterOfService } from '../core/task/arn.ts';
import type { Services } from '../ports/services.ts';

/** A scope that names its service by the ARN, where that can be found out: then only that one is read. */
export const pinnedScope = async (scope: Scope, services: Services): Promise<Scope> => {
  const { cluster, service } = scope;
  if (cluster === undefined || service === undefined || clusterOfService(service) !== undefined) return scope;
  const [known] = await services.describe(cluster, [service]);
  return known === undefined ? scope : { ...scope, service: known.serviceArn };
};
