import type { Change } from '../core/outcome.ts';
import { serviceNameOf } from '../core/task/arn.ts';
import type { CollectorImage } from '../core/tracing/collectors.ts';
import type { DiffLine } from '../core/tracing/diff.ts';
import type { PlannedSidecar, SidecarChange } from '../core/tracing/plan-sidecar.ts';
import { InputError, TaskwireError } from '../errors.ts';
import type { Definitions } from '../ports/definitions.ts';
import {
  applySidecars,
  planSidecars,
  type SidecarDeps,
  type SidecarOptions,
  type SidecarPlan,
  type SidecarRequest,
  type SidecarResult,
} from './change-sidecars.ts';
import type { Repaired, RunRepair } from './repair.ts';
import { type RolloutReport, reportRollouts } from './report-rollouts.ts';

/** What a repair of sidecars came to. */
export interface RepairedSidecars extends Repaired {
  readonly kind: 'sidecars';
  readonly planned: readonly PlannedSidecar[];
  /** The difference of each revision that would be registered, with secrets masked. */
  readonly diffs: readonly { readonly resource: string; readonly diff: readonly DiffLine[] }[];
  /** Where the rollouts stand that earlier calls began; of a look only. */
  readonly rollouts: readonly RolloutReport[];
  /** What became of each service; empty for a look. */
  readonly results: readonly SidecarResult[];
}

/** What repairing sidecars needs from outside. */
export interface RepairSidecarsDeps extends SidecarDeps {
  /** ARNs of the roles that may be handed to ECS. `undefined`: whoever calls may, as far as AWS lets them. */
  readonly passRoles?: readonly string[];
  /** Images that are collectors by setting. */
  readonly collectorImages?: readonly CollectorImage[];
}

/** How a repair of sidecars goes on. */
export type RepairSidecarsOptions = Pick<SidecarOptions, 'parallel' | 'signal' | 'onProgress' | 'watch'>;

/** A definition hands roles to ECS that its caller may not hand on. */
class PassRoleError extends TaskwireError {
  override readonly name = 'PassRole';

  constructor(message: string) {
    super('fail', message);
  }
}

const textOf = ({ serviceArn, former, canonical, change }: SidecarChange): string =>
  JSON.stringify([change.action, serviceArn, former, canonical]);

const rolesOf = ({ definition }: SidecarChange): readonly string[] =>
  [definition.taskRoleArn, definition.executionRoleArn].filter((role) => typeof role === 'string');

/**
 * Whoever may invoke a function must not be able to hand any role to a task by it.
 * @throws {PassRoleError} Before anything is registered.
 */
const mustPass = (changes: readonly SidecarChange[], passRoles: readonly string[] | undefined): void => {
  if (passRoles === undefined) return;
  const cure = (action: string): string =>
    `do it on the command line with your own rights: taskwire remediate ${action}`;
  for (const change of changes) {
    const { action } = change.change;
    if (passRoles.length === 0) {
      throw new PassRoleError(
        `Nothing was registered: registering a revision hands its roles to ECS, and TASKWIRE_PASS_ROLES of the stack lists none. List them there, or ${cure(action)}.`,
      );
    }
    const role = rolesOf(change).find((each) => !passRoles.includes(each));
    if (role === undefined) continue;
    throw new PassRoleError(
      `Nothing was registered: the definition of ${change.service} hands ${role} to ECS, which TASKWIRE_PASS_ROLES of the stack does not list. List it there, or ${cure(action)}.`,
    );
  }
};

const isChange = (planned: PlannedSidecar): planned is PlannedSidecar & SidecarChange =>
  planned.kind === 'change' || planned.kind === 'manual';

/** What a person cannot have now, and what they must do themselves. */
const failureOf = (planned: PlannedSidecar): Repaired['failures'] =>
  planned.kind === 'refused'
    ? [{ resource: planned.serviceArn, error: new TaskwireError('fail', planned.reasons.join(' ')) }]
    : [];

/** Why a service that was named is as it should be; of a whole cluster these would be as many as it has services. */
const noteOf = (planned: PlannedSidecar, isNamed: boolean): readonly string[] =>
  planned.kind === 'manual' || (planned.kind === 'unchanged' && isNamed)
    ? [`${planned.service}: ${planned.reason}`]
    : [];

const rolloutNote = ({ serviceArn, state, reason, wayBack }: RolloutReport): string =>
  `${serviceNameOf(serviceArn)}: ${state}. ${reason}${wayBack === undefined ? '' : ` The way back: ${wayBack.command}`}`;

const DONE: readonly SidecarResult['outcome'][] = ['steady', 'begun', 'unchanged', 'manual'];

const resultNote = ({ serviceArn, outcome, reason, wayBack }: SidecarResult): readonly string[] =>
  outcome === 'unchanged' || outcome === 'manual'
    ? []
    : [
        `${serviceNameOf(serviceArn)}: ${reason}${wayBack === undefined || outcome === 'rolled-back' ? '' : ` The way back: ${wayBack.command}`}`,
      ];

/** Plan and report look at the same revisions. */
const describedOnce = (definitions: Definitions): Definitions => {
  const described = new Map<string, ReturnType<Definitions['describe']>>();
  return {
    describe: (revision) => {
      const known = described.get(revision) ?? definitions.describe(revision);
      described.set(revision, known);
      return known;
    },
  };
};

/**
 * Attaches or detaches sidecars of a cluster's services, or of one.
 * @throws {InputError} If the service does not exist. @throws {PassRoleError} As `passRoles` says.
 */
export const repairSidecars = (
  asked: SidecarRequest,
  { cluster, service }: { readonly cluster: string; readonly service?: string },
  deps: RepairSidecarsDeps,
  options: RepairSidecarsOptions = {},
): RunRepair<RepairedSidecars> => {
  const { collectorImages } = deps;
  const known = collectorImages === undefined ? {} : { known: { collectorImages } };
  const request = asked.action === 'attach-sidecar' ? { ...asked, ...known } : asked;
  const scope = { cluster, ...(service !== undefined && { services: [service] }) };
  let last: SidecarPlan | undefined;

  const look = async (): Promise<RepairedSidecars> => {
    const once = { ...deps, definitions: describedOnce(deps.definitions) };
    const [plan, rollouts] = await Promise.all([planSidecars(scope, request, once), reportRollouts(scope, once)]);
    const [missing] = plan.missing;
    if (missing !== undefined) {
      throw new InputError(`ECS knows no service ${missing} in cluster ${cluster}. Check both names.`);
    }
    const told = new Set(rollouts.map(({ serviceArn }) => serviceArn));
    const underWay = new Set(rollouts.filter(({ state }) => state === 'under way').map(({ serviceArn }) => serviceArn));
    // Of a whole cluster, only what has a sidecar can lose one; a rollout of ours that goes on is told, and no failure.
    const services = plan.services.filter(
      (each) => service !== undefined || request.action === 'attach-sidecar' || told.has(each.serviceArn),
    );
    last = { ...plan, services: services.filter(({ kind }) => kind === 'change') };
    const changes = services.filter(isChange);
    return {
      kind: 'sidecars',
      planned: services,
      diffs: changes.map(({ serviceArn, diff }) => ({ resource: serviceArn, diff })),
      rollouts,
      results: [],
      changes: changes.map(({ change }) => change),
      held: [],
      findings: [],
      failures: services.filter(({ serviceArn }) => !underWay.has(serviceArn)).flatMap(failureOf),
      offers: changes
        .filter(({ kind }) => kind === 'change')
        .map((each) => ({ text: textOf(each), extent: 0, change: each.change })),
      notes: [...services.flatMap((each) => noteOf(each, service !== undefined)), ...rollouts.map(rolloutNote)],
    };
  };

  return async (agreed) => {
    if (agreed === undefined || last === undefined) return look();
    const texts = new Set(agreed.map(({ text }) => text));
    const isShown = (change: SidecarChange): boolean => texts.has(textOf(change));
    mustPass(last.services.filter(isChange).filter(isShown), deps.passRoles);
    const results = await applySidecars(last, deps, { ...options, isShown });
    return {
      kind: 'sidecars',
      planned: last.services,
      diffs: [],
      rollouts: [],
      results,
      changes: results.flatMap(({ change }): readonly Change[] => (change === undefined ? [] : [change])),
      held: [],
      findings: [],
      failures: results
        .filter(({ outcome }) => !DONE.includes(outcome))
        .map(({ serviceArn, reason, error }) => ({
          resource: serviceArn,
          error: error ?? new TaskwireError('fail', reason),
        })),
      offers: [],
      notes: results.flatMap(resultNote),
    };
  };
};
