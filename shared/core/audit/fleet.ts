/** An account, Region and cluster that an audit of a fleet looks at; what is left out is the auditor's own, or all. */
export interface FleetTarget {
  /** Twelve digits. */
  readonly account?: string;
  readonly region?: string;
  /** Name; left out: all clusters. */
  readonly cluster?: string;
  /** ARN of the role to look with; left out: the auditor's own. */
  readonly roleArn?: string;
  /** What the role asks of who assumes it. */
  readonly externalId?: string;
}

/** A target with the folder where its report is put. */
export interface PlacedTarget extends FleetTarget {
  readonly output: string;
}

/** Why an audit of a target ended without a report. */
export interface FleetFailure {
  /** The error's name, such as `States.Timeout`. */
  readonly error?: string;
  /** What it said; of a function that threw, a JSON of its own. */
  readonly cause?: string;
}

/** Where audits of fleets keep what they write. */
export const FLEET_FOLDER = 'audit/fleet';
/** The list of targets that is read where none is given. */
export const FLEET_LIST = `${FLEET_FOLDER}/targets.json`;

/** `cluster production in 111122223333, eu-central-1`: how people are told of it. */
export const fleetTargetName = ({ account, region, cluster }: FleetTarget): string =>
  `${cluster === undefined ? 'all clusters' : `cluster ${cluster}`} in ${account ?? 'this account'}, ${region ?? 'this Region'}`;

const placeOf = ({ account, region }: FleetTarget): string => `${account ?? ''} ${region ?? ''}`;

/**
 * Targets that would be looked at twice: named more than once, or by their name and among all clusters of their place.
 * Their figures would count double.
 */
export const repeatedTargets = (targets: readonly FleetTarget[]): readonly FleetTarget[] => {
  const whole = new Set(targets.filter(({ cluster }) => cluster === undefined).map(placeOf));
  const seen = new Set<string>();
  return targets.filter((target) => {
    const key = `${placeOf(target)} ${target.cluster ?? ''}`;
    const repeated = seen.has(key) || (target.cluster !== undefined && whole.has(placeOf(target)));
    seen.add(key);
    return repeated;
  });
};
