import type { Fleet } from '../targets/fleet.ts';
import type { TargetPlan } from '../targets/plan.ts';
import type { Sight } from '../targets/sight.ts';
import type { CollectorImage } from '../tracing/collectors.ts';
import type { AuditSummary } from './report.ts';
import type { SeenEnvironment, SeenGroup, SeenRevision, SeenService, SeenTask, Snapshot, Unseen } from './snapshot.ts';
import type { TargetStates } from './target-states.ts';

/** A snapshot, indexed by what the rules ask. Built once. */
export interface SnapshotIndex {
  readonly snapshot: Snapshot;
  readonly fleet: Fleet;
  /** By ARN. */
  readonly revisions: ReadonlyMap<string, SeenRevision>;
  /** By `<cluster name>/<service name>`. */
  readonly services: ReadonlyMap<string, SeenService>;
  /** Bound groups by `workloadKeyOf`. */
  readonly groupsOfWorkload: ReadonlyMap<string, readonly AuditedGroup[]>;
  /** Facts of an earlier audit, where there was one. */
  readonly earlier: readonly EarlierAudit[];
}

/** What an audit leaves for the rules of the next ones. */
export type EarlierAudit = Pick<AuditSummary, 'takenAtMs' | 'atMax'>;

/** What the rules about target groups judge. */
export interface AuditedGroup {
  readonly seen: SeenGroup;
  /** Where it is bound: what a sweep would do to it, with all that it rests on, and what is wrong with its targets. */
  readonly planned?: { readonly sight: Sight; readonly plan: TargetPlan; readonly states: TargetStates };
  /** The group's own live tasks. */
  readonly tasks: readonly SeenTask[];
  /** The services that it is wired to. */
  readonly services: readonly SeenService[];
  /** Revisions of those tasks and services. */
  readonly revisions: readonly SeenRevision[];
  /** Targets of all tagged groups behind its load balancer, its own included; its own where it is behind none. */
  readonly behindLoadBalancer: number;
  /** What was not seen of it, or of the clusters of its workloads. */
  readonly unseen: readonly Unseen[];
}

/** What the rules about services, their scaling included, judge. */
export interface AuditedService {
  readonly service: SeenService;
  /** Of the revision that it deploys; absent where it could not be read. */
  readonly revision?: SeenRevision;
  /** Target groups that are wired to it by tags. */
  readonly groups: readonly AuditedGroup[];
  /** What was not seen of it, or of its cluster. */
  readonly unseen: readonly Unseen[];
  readonly takenAtMs: number;
  readonly tagPrefix: string;
  /** As the stack has it; absent where that is not known. */
  readonly holdMinutes?: number;
  readonly earlier: readonly EarlierAudit[];
}

/** What the rules about revisions judge: logs and roles. */
export interface AuditedRevision {
  readonly revision: SeenRevision;
  /**
   * Where its tasks run: many definitions are made for both. Where it has none, where its service would run them; else
   * what the definition is made for.
   */
  readonly runsOn: { readonly fargate: boolean; readonly instances: boolean };
  /** Images that are collectors by setting. */
  readonly collectorImages?: readonly CollectorImage[];
}

/** What the rules about Elastic Beanstalk judge. */
export interface AuditedEnvironment {
  readonly environment: SeenEnvironment;
  /** Revisions of the tasks on its instances. */
  readonly revisions: readonly SeenRevision[];
  /** Target groups that are wired to it by tags. */
  readonly groups: readonly AuditedGroup[];
  /** What was not seen of it, or of its clusters. */
  readonly unseen: readonly Unseen[];
  readonly takenAtMs: number;
}
