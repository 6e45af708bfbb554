import type { Scope } from '../core/message.ts';
import type { Offer } from '../core/plan-id.ts';
import type { ScalingWrite } from '../core/scaling/shown.ts';
import type { Services } from '../ports/services.ts';
import { type SweepScalingDeps, sweepScaling } from './adjust-scaling.ts';
import { releaseHolds } from './release-holds.ts';
import type { Repaired, RunRepair } from './repair.ts';
import { describeScope, pinnedScope } from './scope.ts';
import type { ScalingSettled } from './settle-scaling.ts';

/** What a repair of scaling came to. */
export interface RepairedScaling extends Repaired {
  readonly kind: 'scaling';
  readonly settled: readonly ScalingSettled[];
}

/** What repairing scaling needs from outside. */
export interface RepairScalingDeps extends SweepScalingDeps {
  readonly services: Services;
  readonly brakePercent: number;
}

const textOf = ({ action, resource, what }: ScalingWrite): string => JSON.stringify([action, resource, what]);

/**
 * Brings the auto scaling of a scope in line with its tags, or ends the holds of scale-out. It begins no hold, and what
 * the brake holds stays held. It writes beside the deployed function, as a command line does: both write only what
 * differs from the tags, on a look of two seconds, so the worst that comes of it is the same write twice.
 */
export const repairScaling = (
  action: 'sync-scaling' | 'resume-scaling',
  scope: Scope,
  deps: RepairScalingDeps,
  signal?: AbortSignal,
): RunRepair<RepairedScaling> => {
  const settle = async (shown: readonly ScalingWrite[] | undefined): Promise<readonly ScalingSettled[]> => {
    const how = {
      mode: shown === undefined ? ('observe' as const) : ('enforce' as const),
      ...(shown !== undefined && { shown }),
      ...(signal !== undefined && { signal }),
    };
    if (action === 'resume-scaling') return releaseHolds(deps, { ...how, scope });
    const limits = { brakePercent: deps.brakePercent, brakeReleased: false };
    // A hold must be ended by whoever begins it, and nobody comes back for this one.
    return sweepScaling({ scope: await pinnedScope(scope, deps.services), limits, mayHold: false, ...how }, deps);
  };
  let looked: readonly ScalingWrite[] = [];
  return async (agreed) => {
    const settled = await settle(agreed && shownOf(agreed, looked));
    const offers = settled.flatMap(({ changes, writes }) =>
      writes.flatMap((write, index) => {
        const change = changes[index];
        return change === undefined ? [] : [{ text: textOf(write), extent: write.jump, change }];
      }),
    );
    if (agreed === undefined) looked = settled.flatMap(({ writes }) => writes);
    return {
      kind: 'scaling',
      settled,
      changes: settled.flatMap(({ changes }) => changes),
      held: settled.flatMap(({ held }) => held),
      findings: settled.flatMap(({ findings }) => findings),
      failures: settled.flatMap(({ serviceArn, error }) =>
        error === undefined ? [] : [{ resource: serviceArn, error }],
      ),
      offers: agreed === undefined ? offers : [],
      notes: [],
      ...(action === 'sync-scaling' && settled.length === 0 && { nothing: nothingScales(scope) }),
    };
  };
};

const nothingScales = (scope: Scope): string =>
  `No service carries the scaling tag in ${describeScope(scope)}. Check the name, or tag a service, such as taskwire:scaling = min=2 max=20 cpu=60.`;

/** The writes that were agreed to, each as far as it was shown to move the count. */
const shownOf = (agreed: readonly Offer[], looked: readonly ScalingWrite[]): readonly ScalingWrite[] => {
  const extents = new Map(agreed.map(({ text, extent }) => [text, extent]));
  return looked.flatMap((write) => {
    const jump = extents.get(textOf(write));
    return jump === undefined ? [] : [{ ...write, jump }];
  });
};
