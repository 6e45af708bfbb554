import type { ServiceName } from '../shared/app/explain-scaling.ts';
import { clusterNameOf, clusterOfService, parseArn } from '../shared/core/task/arn.ts';
import { quote } from '../shared/core/text.ts';
import { UsageError } from './usage-error.ts';

const NAME = /^[\w-]{1,255}$/;

/**
 * The service that an ARN, or `<cluster>/<service>`, names; `undefined` where the text names something else.
 * @throws {UsageError} If the cluster cannot be told, or is told twice.
 */
export const parseServiceName = (text: string, cluster: string | undefined): ServiceName | undefined => {
  const arn = parseArn(text);
  if (arn?.service === 'ecs' && arn.resource.startsWith('service/')) {
    const named = clusterOfService(text) ?? cluster;
    if (named !== undefined) {
      // The old format names no cluster; by its name ECS knows the service there.
      const short = clusterOfService(text) === undefined;
      return { cluster: named, service: short ? arn.resource.slice('service/'.length) : text };
    }
    throw new UsageError(`${quote(text)} does not say its cluster. Add --cluster, or write <cluster>/<service>.`);
  }
  const [home = '', name = '', ...more] = text.split('/');
  if (arn !== undefined || more.length > 0 || !NAME.test(home) || !NAME.test(name)) return undefined;
  if (cluster !== undefined && clusterNameOf(cluster) !== home) {
    throw new UsageError(`${quote(text)} names the cluster ${home}. Leave out --cluster.`);
  }
  return { cluster: home, service: name };
};
