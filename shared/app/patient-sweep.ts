import { type Sweep, type SweepDeps, type Swept, sweepTargets } from './sweep-targets.ts';

/** Sweeps of one scope, one after the other, for a person who waits. */
export type PatientSweep = (how: Pick<Sweep, 'mode' | 'limits' | 'isShown'>) => Promise<Swept>;

/** Sweeps wait for their second looks; what was seen twice before it was shown is not waited for again. */
export const createPatientSweep = (
  of: Pick<Sweep, 'scope' | 'plan' | 'observedOnly' | 'signal'>,
  deps: SweepDeps,
): PatientSweep => {
  let firstSeenMs: ReadonlyMap<string, number> = new Map();
  return async (how) => {
    const swept = await sweepTargets({ ...of, ...how, survey: true, patient: true, firstSeenMs }, deps);
    firstSeenMs = new Map([...firstSeenMs, ...swept.firstSeenMs]);
    return swept;
  };
};
