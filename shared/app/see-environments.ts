import type { SeenEnvironment } from '../core/audit/snapshot.ts';
import type { Environments } from '../ports/environments.ts';
import { sideBySide } from './side-by-side.ts';
import type { Sighting } from './sighting.ts';

const ENVIRONMENTS_AT_ONCE = 2;

/**
 * Looks at Elastic Beanstalk environments.
 * @param clustersOf ARNs of the clusters that an environment's instances belong to.
 * @param isMeant Whether an environment is looked at.
 */
export const seeEnvironments = async (
  clustersOf: (environment: string) => readonly string[],
  isMeant: (environment: string) => boolean,
  sighting: Sighting,
  environments: Environments,
): Promise<readonly SeenEnvironment[]> => {
  const listed = await sighting.at({ resource: 'Elastic Beanstalk', what: 'environments' }, () => environments.list());
  const meant = (listed?.value ?? []).filter(({ name }) => isMeant(name));
  return sideBySide(meant, ENVIRONMENTS_AT_ONCE, async ({ application, ...environment }): Promise<SeenEnvironment> => {
    const { name } = environment;
    const option = await sighting.at({ resource: name, what: 'the option XRayEnabled' }, () =>
      environments.xrayEnabled({ application, name }),
    );
    const xrayEnabled = option?.value;
    return { ...environment, ...(xrayEnabled !== undefined && { xrayEnabled }), clusterArns: clustersOf(name) };
  });
};
