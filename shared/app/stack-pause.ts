import type { Clock } from '../ports/clock.ts';
import type { StackSwitches } from '../ports/stack-switches.ts';
import { createKept } from './kept.ts';
import { listPauses, type Pause } from './pauses.ts';

/** A stack's pause is a matter of minutes. */
const KEPT_MS = 90_000;
const PAUSE = 'pause';

/** Whether the own stack stands still, as of the last minute and a half. */
export interface StackPause {
  /** What is known without asking; `undefined` where that is nothing, too. */
  known(): Pause | undefined;
  /** One call where it is not known. @returns `undefined` where it goes on. @throws {TaskwireError} If it could not be asked. */
  look(): Promise<Pause | undefined>;
}

/** @param tagPrefix Two stacks in one account have two, so the pause that carries it is the own one. */
export const createStackPause = (deps: {
  readonly stackSwitches: Pick<StackSwitches, 'marked'>;
  readonly timeOf: (text: string) => number | undefined;
  readonly clock: Clock;
  readonly tagPrefix: string;
}): StackPause => {
  const { clock, tagPrefix } = deps;
  const seen = createKept<{ readonly pause: Pause | undefined }>(KEPT_MS, 1);
  return {
    known: () => seen.get(PAUSE, clock.nowMs())?.pause,
    look: async () => {
      const kept = seen.get(PAUSE, clock.nowMs());
      if (kept !== undefined) return kept.pause;
      const pause = (await listPauses(tagPrefix, deps)).find(({ kind }) => kind === 'stack');
      seen.keep(PAUSE, { pause }, clock.nowMs());
      return pause;
    },
  };
};
