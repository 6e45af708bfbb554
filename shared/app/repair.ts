import type { Change, Finding, HeldChange, Mode } from '../core/outcome.ts';
import { type Digest, MOST_CHANGES, type Offer, planIdOf, readPlanId, type ShownPlan } from '../core/plan-id.ts';
import type { Remediation } from '../core/remediation.ts';
import { serviceNameOf, targetGroupNameOf } from '../core/task/arn.ts';
import { printable } from '../core/text.ts';
import { InputError, TaskwireError } from '../errors.ts';

/** A change that can be agreed to. */
export interface Offered extends Offer {
  readonly change: Change;
}

/** What a repair saw and would do, or did. */
export interface Repaired {
  readonly changes: readonly Change[];
  readonly held: readonly HeldChange[];
  readonly findings: readonly Finding[];
  /** What could not be looked at or done; nothing was decided about it. */
  readonly failures: readonly { readonly resource: string; readonly error: unknown }[];
  /** What would be done, of `changes`: without what is only observed. Empty where it was done. */
  readonly offers: readonly Offered[];
  /** What a person should know besides, in sentences. */
  readonly notes: readonly string[];
  /** Why there was nothing to look at: what was asked for is probably mistyped. */
  readonly nothing?: string;
}

/**
 * One kind of repair: looks, and does what was agreed to and is still needed.
 * @param agreed Left out: looks only.
 */
export type RunRepair<R extends Repaired> = (agreed?: readonly Offer[]) => Promise<R>;

/** A look with its plan. */
interface PlannedRepair<R> {
  readonly seen: R;
  readonly plan: { readonly id: string; readonly changes: readonly Change[] };
}

/** What became of a plan that was shown. */
interface AppliedRepair<R> {
  readonly seen: R;
  /** Whether changes were made: not in a stack that only observes; its notes say so. */
  readonly made: boolean;
}

/** What a stack that only observes answers to whoever applies. */
export const OBSERVED_ONLY = 'TASKWIRE_MODE is observe: nothing was changed. Set it to enforce to apply this.';

const unmadeNote = (unmade: number, seenWhole: boolean): readonly string[] => {
  if (unmade === 0) return [];
  const what = unmade === 1 ? '1 change that was shown' : `${unmade} changes that were shown`;
  const is = unmade === 1 ? 'is' : 'are';
  // What could not be looked at may still be needed.
  return [seenWhole ? `${what} ${is} no longer needed.` : `${what} ${is} not made: no longer needed, or not seen.`];
};

/** A person asked to apply, and did not say what was shown. */
export class PlanRequiredError extends TaskwireError {
  override readonly name = 'PlanRequired';

  constructor() {
    super(
      'drop',
      'PlanRequired: apply does what was shown, so it needs the id of the plan. Ask without apply first, then again with apply and the plan’s id.',
    );
  }
}

/** Something would be done that was not shown. */
class PlanChangedError extends TaskwireError {
  override readonly name = 'PlanChanged';

  constructor(message: string) {
    super('drop', message);
  }
}

/** A repair that first shows what it will do. */
export interface Repair<R extends Repaired> {
  /** @throws {InputError} If there are more changes than a plan can hold, or the scope names nothing. */
  plan(): Promise<PlannedRepair<R>>;
  /**
   * Looks again, and does what was shown and is still needed. Repeating is safe: what is done is no longer needed.
   * @throws {InputError} If the id is none, or was made for another request.
   * @throws {PlanChangedError} If something would be done that was not shown; then nothing is.
   */
  apply(id: string): Promise<AppliedRepair<R>>;
}

const requestOf = ({ action, cluster, service, targetGroup, collector }: Remediation): string =>
  JSON.stringify([action, cluster, service, targetGroup, collector]);

const CHANGES_NAMED = 3;

const described = ({ action, resource, target, reason }: Change): string => {
  const what = target === undefined ? '' : ` ${target.id}:${target.port}`;
  const name = target === undefined ? serviceNameOf(resource) : targetGroupNameOf(resource);
  return printable(`${action}${what} (${name}: ${reason})`);
};

const changed = (news: readonly Offered[]): PlanChangedError => {
  const some = news.slice(0, CHANGES_NAMED).map(({ change }) => described(change));
  const more = news.length > CHANGES_NAMED ? `; and ${news.length - CHANGES_NAMED} more` : '';
  const what = news.length === 1 ? '1 change is needed that was' : `${news.length} changes are needed that were`;
  return new PlanChangedError(
    `PlanChanged: ${what} not shown, so nothing was done: ${some.join('; ')}${more}. Ask for the plan again, without apply, and look at it.`,
  );
};

/** A repair over one kind of run. Nothing is kept between calls but what the run itself keeps: the id says what was shown. */
export const createRepair = <R extends Repaired>(
  remediation: Remediation,
  run: RunRepair<R>,
  { mode, sha256 }: { readonly mode: Mode; readonly sha256: Digest },
): Repair<R> => {
  const request = requestOf(remediation);

  const read = (id: string): ShownPlan => {
    const shown = readPlanId(id, sha256);
    if (typeof shown === 'string') throw new InputError(`The plan is not understood: ${shown}`);
    if (shown.isFor(request)) return shown;
    throw new InputError(
      'The plan was made for another request. Give action, cluster, service, target group and collector as they were when it was shown, or ask for a new plan.',
    );
  };

  return {
    plan: async () => {
      const seen = await run();
      if (seen.nothing !== undefined) throw new InputError(seen.nothing);
      if (seen.offers.length > MOST_CHANGES) {
        throw new InputError(
          `${seen.offers.length} changes are needed, and a plan holds at most ${MOST_CHANGES}. Narrow it with service or target group.`,
        );
      }
      const id = planIdOf(request, seen.offers, sha256);
      return { seen, plan: { id, changes: seen.offers.map(({ change }) => change) } };
    },
    apply: async (id) => {
      const shown = read(id);
      const now = await run();
      const agreed = now.offers.flatMap((each) => shown.shownAs(request, each) ?? []);
      const news = now.offers.filter((each) => shown.shownAs(request, each) === undefined);
      if (news.length > 0) throw changed(news);
      const made = mode !== 'observe';
      const seen = made && agreed.length > 0 ? await run(agreed) : now;
      const notes = [
        ...(made ? [] : [OBSERVED_ONLY]),
        ...unmadeNote(shown.size - agreed.length, now.failures.length === 0),
        ...seen.notes,
      ];
      return { seen: { ...seen, offers: made ? [] : now.offers, notes }, made };
    },
  };
};
