import type { TargetGroup } from '../core/targets/binding.ts';
import { clusterNameOf } from '../core/task/arn.ts';
import { printable } from '../core/text.ts';
import { NotFoundError } from '../errors.ts';
import type { Fillers, Service, Services } from '../ports/services.ts';
import { sideBySide } from './side-by-side.ts';

/** The services that were looked at, and who else fills a group as far as that tells. */
export interface Surveyed {
  readonly known: readonly Service[];
  readonly fillerOf: (group: TargetGroup) => string | undefined;
}

/** The services by the target groups that ECS itself fills for them. */
export const nativeFillers = (known: readonly Service[]): Map<string, string> =>
  new Map(
    known.flatMap(({ targetGroupArns, clusterArn, name }) =>
      targetGroupArns.map((arn): [string, string] => [arn, `ECS service ${clusterNameOf(clusterArn)}/${name}`]),
    ),
  );

/**
 * Everything that may fill a group: all services of these clusters with their revisions, Auto Scaling, CodeDeploy.
 * @param clusters Names or ARNs.
 * @throws {TaskwireError} If any of it could not be read: a part would make a filled group look free.
 */
export const surveyFillers = async (
  clusters: readonly string[],
  { services, fillers }: { readonly services: Services; readonly fillers: Fillers },
): Promise<Surveyed> => {
  const servicesOfCluster = async (cluster: string): Promise<readonly Service[]> => {
    try {
      return await services.describe(cluster, await services.list(cluster));
    } catch (error) {
      // A mistyped cluster has no services; the sweep reports it.
      if (error instanceof NotFoundError) return [];
      throw error;
    }
  };
  const [known, autoScaling, codeDeploy] = await Promise.all([
    sideBySide(clusters, 4, servicesOfCluster).then((answers) => answers.flat()),
    fillers.autoScaling(),
    fillers.codeDeploy(),
  ]);
  const native = nativeFillers(known);
  const ofRevisions = await services.targetGroupsOfRevisions(known.flatMap(({ revisionArns }) => revisionArns));
  for (const arn of ofRevisions) if (!native.has(arn)) native.set(arn, 'a running service revision');
  const fillerOf: Surveyed['fillerOf'] = ({ arn, name }) => {
    const group = autoScaling.get(arn);
    const deployment = codeDeploy.get(name);
    if (native.has(arn)) return native.get(arn);
    // Both may hold any text.
    if (group !== undefined) return `Auto Scaling group ${printable(group)}`;
    return deployment === undefined ? undefined : `CodeDeploy deployment group ${printable(deployment)}`;
  };
  return { known, fillerOf };
};
