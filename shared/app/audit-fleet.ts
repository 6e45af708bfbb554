import { FLEET_FOLDER, FLEET_LIST, type FleetTarget, fleetTargetName, type PlacedTarget } from '../core/audit/fleet.ts';
import { judgeSnapshot } from '../core/audit/judge-snapshot.ts';
import type { AuditReport } from '../core/audit/report.ts';
import { NotFoundError } from '../errors.ts';
import type { Reports } from '../ports/reports.ts';
import { collectRemembering, type RevisionsFormat } from './collect-remembering.ts';
import type { CollectDeps } from './collect-snapshot.ts';
import { createSighting } from './sighting.ts';

/** What the first step of an audit of a fleet is given. */
export interface FleetRun {
  /** Name of the execution. */
  readonly run: string;
  readonly targets?: readonly FleetTarget[];
  readonly key?: string;
  readonly role?: string;
  readonly externalId?: string;
}

/** Where the run's children find their targets. */
export interface BegunFleet {
  readonly run: string;
  readonly key: string;
  readonly targets: number;
}

/** Of the run's list of targets, each with its folder. */
export const keyOfTargets = (run: string): string => `${FLEET_FOLDER}/${run}/targets.json`;
/** Of a target's report. */
export const keyOfReport = ({ output }: PlacedTarget): string => `${output}/report.json`;
/** Of what audits of this place saw of revisions, whichever run they belong to. */
const keyOfRevisions = ({ account = 'here', region = 'here', cluster = 'all' }: FleetTarget): string =>
  `${FLEET_FOLDER}/revisions/${account}/${region}/${cluster}.json`;
/** Of why there is no report. */
export const keyOfFailure = ({ output }: Pick<PlacedTarget, 'output'>): string => `${output}/failed.json`;

const roleIn = ({ account, region }: FleetTarget, role: string): string => {
  const partition = region?.startsWith('cn-') ? 'aws-cn' : region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  return `arn:${partition}:iam::${account}:role/${role}`;
};

/**
 * Reads the list and puts it into the run's folder, so that whoever edits it meanwhile changes nothing of this run.
 * A target of a named account gets the role that the fleet's accounts have, unless it names its own. Repeating is safe.
 * @throws {TaskwireError} If there is no list, or what it says is wrong.
 */
export const beginFleet = async (
  { run, targets: given, key = FLEET_LIST, role, externalId }: FleetRun,
  {
    reports,
    readList,
  }: { readonly reports: Reports; readonly readList: (text: string, what: string) => readonly FleetTarget[] },
): Promise<BegunFleet> => {
  let targets = given;
  if (targets === undefined) {
    const text = await reports.read(key);
    if (text === undefined) {
      throw new NotFoundError(
        `There is no list of targets: put one at ${key} in the report bucket, such as [{"account": "111122223333", "region": "eu-central-1"}], or give "targets" to the execution.`,
      );
    }
    targets = readList(text, key);
  }
  const placed = targets.map((target, index): PlacedTarget => {
    const roleArn =
      target.roleArn ?? (target.account === undefined || role === undefined ? undefined : roleIn(target, role));
    const id = target.externalId ?? externalId;
    return {
      ...target,
      ...(roleArn !== undefined && { roleArn, ...(id !== undefined && { externalId: id }) }),
      output: `${FLEET_FOLDER}/${run}/${index}`,
    };
  });
  await reports.write(keyOfTargets(run), `${JSON.stringify(placed)}\n`, 'application/json');
  return { run, key: keyOfTargets(run), targets: placed.length };
};

/** What auditing one target needs. */
export interface AuditTargetDeps {
  readonly reports: Reports;
  /** Looks at the target's place, with its role. @throws {TaskwireError} If the role may not be assumed. */
  readonly connect: (target: FleetTarget) => Promise<CollectDeps>;
  readonly renderJson: (report: AuditReport) => string;
  readonly archive: RevisionsFormat;
}

/** What became of one target: little, since Step Functions bounds what all children answer together. */
export interface AuditedTarget {
  readonly report: string;
  readonly findings: AuditReport['summary']['findings'];
  readonly unseen: number;
}

/**
 * Looks at one target, judges it and keeps its report in its folder. Repeating is safe: the report is written anew.
 * @throws {TaskwireError} If its role may not be assumed, its cluster does not exist, or the report could not be kept.
 */
export const auditTarget = async (
  target: PlacedTarget,
  { reports, connect, renderJson, archive }: AuditTargetDeps,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<AuditedTarget & { readonly calls: AuditReport['summary']['calls'] }> => {
  const deps = await connect(target);
  const scope = target.cluster === undefined ? {} : { cluster: target.cluster };
  const memory = { reports, key: keyOfRevisions(target), format: archive };
  const ending = signal === undefined ? {} : { signal };
  const snapshot = await collectRemembering(scope, deps, memory, createSighting(signal), ending);
  const judged = judgeSnapshot(snapshot, [], { brakePercent: deps.settings.brakePercent });
  const report: AuditReport = {
    // A place without a cluster tells neither.
    ...(target.account !== undefined && { account: target.account }),
    ...(target.region !== undefined && { region: target.region }),
    ...judged,
    by: `audit of ${fleetTargetName(target)}`,
  };
  const key = keyOfReport(target);
  await reports.write(key, renderJson(report), 'application/json');
  return { report: key, findings: report.summary.findings, unseen: report.unseen.length, calls: report.summary.calls };
};
