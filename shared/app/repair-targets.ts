import { groupBy } from '../core/group-by.ts';
import type { Scope } from '../core/message.ts';
import type { Change } from '../core/outcome.ts';
import { planUnknown, planUnwire } from '../core/targets/by-hand.ts';
import type { Target } from '../core/targets/target.ts';
import { createPatientSweep } from './patient-sweep.ts';
import type { Repaired, RunRepair } from './repair.ts';
import { changeKeyOf, isAmong } from './shown.ts';
import type { SweepDeps, Swept } from './sweep-targets.ts';

/** What a repair of targets came to. */
export interface RepairedTargets extends Repaired {
  readonly kind: 'targets';
  readonly swept: Swept;
}

/** The repairs that are about targets. */
export type TargetRepair = 'sync-targets' | 'unwire' | 'remove-unknown-targets';

const HOW = {
  'sync-targets': {},
  unwire: { plan: planUnwire, observedOnly: true },
  'remove-unknown-targets': { plan: planUnknown },
} as const;

/**
 * Repairs the targets of a scope. What an exclusive group's brake holds stays held.
 * @throws {InputError} If the scope names nothing, or asks to unwire a group that the next event would wire again.
 */
export const repairTargets = (
  action: TargetRepair,
  scope: Scope,
  deps: SweepDeps & { readonly brakePercent: number },
  signal?: AbortSignal,
): RunRepair<RepairedTargets> => {
  const sweep = createPatientSweep({ scope, ...HOW[action], ...(signal !== undefined && { signal }) }, deps);
  const limits = { brakePercent: deps.brakePercent, brakeReleased: false };
  return async (agreed) => {
    const swept = await sweep(
      agreed === undefined
        ? { mode: 'observe', limits }
        : { mode: 'enforce', limits, isShown: isAmong(new Set(agreed.map(({ text }) => text))) },
    );
    const observed = swept.settled.filter(({ binding }) => action !== 'unwire' && binding.wiring.mode === 'observe');
    const mayNot = new Set(observed.map(({ binding }) => binding.group.arn));
    const changes = swept.settled.flatMap((each) => each.changes);
    const may = changes.filter(({ resource }) => !mayNot.has(resource));
    return {
      kind: 'targets',
      swept,
      changes,
      held: swept.settled.flatMap(({ held }) => held),
      findings: swept.findings,
      failures: swept.failures,
      offers: agreed === undefined ? may.map((change) => ({ text: changeKeyOf(change), extent: 0, change })) : [],
      notes: agreed === undefined ? notesOf(changes, mayNot, observed) : wayBack(action, changes),
    };
  };
};

/** How what was removed comes back; what was synchronised is as the tags want it. */
const wayBack = (action: TargetRepair, changes: readonly Change[]): readonly string[] => {
  const groups = groupBy(
    changes.filter((change) => change.applied && change.action === 'deregister'),
    ({ resource }) => resource,
  );
  if (action === 'sync-targets' || groups.size === 0) return [];
  if (action === 'unwire') {
    return ['The way back: set the mode tag of the target group to enforce, and the next sweep wires it again.'];
  }
  return [...groups].map(([arn, of]) => {
    const targets = of.flatMap(({ target }) => (target === undefined ? [] : [targetArgument(target)]));
    return `The way back: aws elbv2 register-targets --target-group-arn ${arn} --targets ${targets.join(' ')}`;
  });
};

const targetArgument = ({ id, port, zone }: Target): string =>
  `Id=${id},Port=${port}${zone === undefined ? '' : `,AvailabilityZone=${zone}`}`;

const notesOf = (
  changes: readonly Change[],
  mayNot: ReadonlySet<string>,
  observed: Swept['settled'],
): readonly string[] => {
  const pending = new Set(changes.map(({ resource }) => resource).filter((resource) => mayNot.has(resource)));
  const names = observed
    .filter(({ binding }) => pending.has(binding.group.arn))
    .map(({ binding }) => binding.group.name)
    .toSorted();
  if (names.length === 0) return [];
  return [
    `The mode of ${names.join(', ')} is observe: what is shown for ${names.length === 1 ? 'it' : 'them'} is not part of the plan. Set the mode tag to enforce to have it done.`,
  ];
};
