import type { Scope } from '../core/message.ts';
import type { Mode } from '../core/outcome.ts';
import { clusterNameOf, clusterOfService, parseArn, serviceNameOf } from '../core/task/arn.ts';
import { IncompleteError } from '../errors.ts';
import { arnFromResourceId, type SweepScalingDeps } from './adjust-scaling.ts';
import type { Bindings } from './bindings.ts';
import { holdTag, type ScalingLookDeps } from './look-at-scaling.ts';
import { type ScalingJob, type ScalingSettled, settleScaling } from './settle-scaling.ts';
import { sideBySide } from './side-by-side.ts';

/** What releasing needs: nothing of wishes, and nothing of target groups' tags. */
export type ReleaseDeps = Omit<SweepScalingDeps, 'bindings' | 'parseScalingTags' | 'holdMinutes'>;

const SERVICES_AT_ONCE = 4;

const unasked = (): Promise<never> => Promise.reject(new IncompleteError('A release looks at no bindings.'));
const NO_BINDINGS: Bindings = { current: unasked, refresh: unasked, survey: unasked, forget: () => undefined };

/** Which holds end, and how. */
export interface Release extends Pick<ScalingJob, 'shown' | 'signal'> {
  /** Left out: of all clusters that are watched. */
  readonly scope?: Scope;
  /** Default `enforce`. */
  readonly mode?: Mode;
}

const isWithin = (resourceId: string, { cluster, service }: Scope): boolean => {
  const [, inCluster, name] = resourceId.split('/');
  const named = service === undefined ? undefined : clusterOfService(service);
  return (
    [cluster === undefined ? undefined : clusterNameOf(cluster), named].every(
      (each) => each === undefined || each === inCluster,
    ) &&
    (service === undefined || serviceNameOf(service) === name)
  );
};

/**
 * Ends every hold of scale-out, as when the stack goes and nobody would end it later: resumes what Taskwire suspended,
 * then takes the tag that remembers it away. What a person suspended, and all else of scaling, stays. Repeating is safe.
 * @returns One entry per service that was looked at; `look.hold` tells which were held. Where a release would move the
 * running count it is not made, and a finding says so.
 * @throws {TaskwireError} If the scalable targets cannot be listed.
 */
export const releaseHolds = async (
  deps: ReleaseDeps,
  { scope = {}, mode = 'enforce', ...rest }: Release = {},
): Promise<readonly ScalingSettled[]> => {
  // The tagging API lags: a hold of a moment ago is found by what it suspended, and its tag is read from the target.
  const [targets, tagged] = await Promise.all([deps.scaling.targets(), deps.scaling.tagged(holdTag(deps.tagPrefix))]);
  const watched = (cluster: string | undefined): boolean =>
    deps.clusters.length === 0 || (cluster !== undefined && deps.clusters.includes(cluster));
  const arns = targets
    .filter(({ arn, suspended }) => suspended.scaleOut || tagged.has(arn))
    .filter(({ resourceId }) => watched(resourceId.split('/')[1]) && isWithin(resourceId, scope))
    .flatMap(({ arn, resourceId }) => (parseArn(arn) === undefined ? [] : (arnFromResourceId(resourceId, arn) ?? [])));
  const lookDeps: ScalingLookDeps = {
    ...deps,
    bindings: NO_BINDINGS,
    parseScalingTags: () => ({ understood: true, findings: [] }),
  };
  const settled = await sideBySide([...new Set(arns)].toSorted(), SERVICES_AT_ONCE, (serviceArn) =>
    settleScaling(
      {
        serviceArn,
        trigger: { impaired: false, steady: false, spot: false },
        mode,
        limits: { brakePercent: 0, brakeReleased: false },
        holdMinutes: 0,
        onlyRelease: true,
        ...rest,
      },
      lookDeps,
    ),
  );
  return settled.filter(
    ({ changes, findings, error }) => changes.length > 0 || findings.length > 0 || error !== undefined,
  );
};
