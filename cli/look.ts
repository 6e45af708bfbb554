import { type ScalingSweep, sweepScaling } from '../shared/app/adjust-scaling.ts';
import { createPatientSweep } from '../shared/app/patient-sweep.ts';
import { pinnedScope } from '../shared/app/scope.ts';
import type { IsShown } from '../shared/app/settle-group.ts';
import type { Scope } from '../shared/core/message.ts';
import type { Mode } from '../shared/core/outcome.ts';
import type { ScalingWrite } from '../shared/core/scaling/shown.ts';
import { InputError } from '../shared/errors.ts';
import { describeError } from './describe-error.ts';
import type { Half } from './halves.ts';
import { scopeText } from './options.ts';
import { NOTHING, type Seen, seenScaling, seenTargets, together } from './seen.ts';
import type { VerbTools } from './verb-tools.ts';

/** How a look is to be made. */
export interface Look {
  readonly mode: Mode;
  readonly brakeReleased: boolean;
  /** Which changes may be made: those that a person was shown. `undefined`: all. */
  readonly shown?: { readonly isShown: IsShown; readonly writes: readonly ScalingWrite[] };
}

/** Looks, and does what may be done. */
export type Run = (how: Look) => Promise<Seen>;

/** What a look at a scope is made with. */
interface Looking {
  readonly scope: Scope;
  readonly halves: readonly Half[];
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const targetsRun = ({ scope, signal }: Looking, { settings, deps }: VerbTools): Run => {
  const sweep = createPatientSweep({ scope, signal }, deps);
  return async ({ mode, brakeReleased, shown }) => {
    const limits = { brakePercent: settings.brakePercent, brakeReleased };
    const swept = await sweep({ mode, limits, ...(shown !== undefined && { isShown: shown.isShown }) });
    return seenTargets(swept, deps.clock.nowMs());
  };
};

const scalingRun =
  ({ scope, signal }: Looking, { settings, deps }: VerbTools): Run =>
  async ({ mode, brakeReleased, shown }) => {
    const sweep: ScalingSweep = {
      scope: await pinnedScope(scope, deps.services),
      mode,
      limits: { brakePercent: settings.brakePercent, brakeReleased },
      // A hold must be ended by whoever begins it, and a command line does not come back.
      mayHold: false,
      ...(shown !== undefined && { shown: shown.writes }),
      signal,
    };
    return seenScaling(await sweepScaling(sweep, deps), settings.tagPrefix);
  };

const NAMES: Readonly<Record<Half, string>> = { targets: 'target groups', scaling: 'auto scaling' };

const nothingScales = (scope: Scope): InputError =>
  new InputError(
    `No service carries the scaling tag in ${scopeText(scope)}. Check the name, or tag a service, such as taskwire:scaling = min=2 max=20 cpu=60.`,
  );

/**
 * A look at target groups, at the scaling of services, or at both side by side: what keeps one of them from being seen
 * is told, and the other one goes on.
 * @returns Throws what it throws where nothing at all could be seen, or an `InputError` where a scope names nothing.
 */
export const createRun = (looking: Looking, tools: VerbTools): Run => {
  const { halves, scope, env } = looking;
  const runs: Readonly<Record<Half, Run>> = {
    targets: targetsRun(looking, tools),
    scaling: scalingRun(looking, tools),
  };
  return async (how) => {
    const settled = await Promise.allSettled(halves.map((half) => runs[half](how)));
    const seen = settled.map((each) => (each.status === 'fulfilled' ? each.value : NOTHING));
    const errors = settled.flatMap((each, index) =>
      each.status === 'rejected' ? [{ resource: NAMES[halves[index] ?? 'targets'], error: each.reason }] : [],
    );
    const all = seen.reduce(together, NOTHING);
    const nothing = all.looked.length === 0 && all.findings.length === 0;
    const wrongScope = errors.find(({ error }) => error instanceof InputError);
    const failed = errors.filter(({ error }) => !(error instanceof InputError));
    if (failed.length === 0) {
      // A service need not be wired to have its scaling looked at, nor the other way round.
      if (wrongScope !== undefined && nothing) throw wrongScope.error;
      if (nothing && scope.targetGroup === undefined && !halves.includes('targets') && scopeText(scope) !== '')
        throw nothingScales(scope);
      return all;
    }
    const [first] = failed;
    const words = new Set(errors.map(({ error }) => describeError(error, env)));
    if (first !== undefined && errors.length === halves.length && words.size === 1) throw first.error;
    return { ...all, failures: [...all.failures, ...failed] };
  };
};
