import type { Suspension } from './observed.ts';
import type { Reaction } from './wish.ts';

/** Why scale-out is held. */
export type HoldReason = Exclude<Reaction, 'spot'>;

/** A hold of scale-out, as the scalable target's own tag remembers it: what was suspended before, and why it is now. */
export interface Hold {
  readonly former: Suspension;
  readonly reasons: readonly HoldReason[];
  /** Epoch seconds of its begin. */
  readonly sinceSeconds: number;
}

/** The next step of a hold. A tag is written before anything is suspended, and taken away after it is resumed. */
export type HoldStep =
  | { readonly kind: 'tag'; readonly hold: Hold }
  | { readonly kind: 'suspend'; readonly suspension: Suspension; readonly reason: string }
  | { readonly kind: 'resume'; readonly suspension: Suspension; readonly reason: string }
  | { readonly kind: 'untag' };

const REASONS: readonly HoldReason[] = ['crash', 'deploy'];

/** The tag's value; letters that AWS allows everywhere. */
export const renderHold = ({ former, reasons, sinceSeconds }: Hold): string =>
  `in=${former.scaleIn} out=${former.scaleOut} scheduled=${former.scheduled} for=${reasons.join('+')} since=${sinceSeconds}`;

const HOLD = /^in=(true|false) out=(true|false) scheduled=(true|false) for=([a-z+]*) since=(\d{1,12})$/;

/** Reads the tag. `undefined` where it is none that Taskwire wrote: then nobody's suspension is undone. */
export const parseHold = (value: string): Hold | undefined => {
  const [, scaleIn, scaleOut, scheduled, reasons = '', since = ''] = HOLD.exec(value) ?? [];
  if (scaleIn === undefined) return undefined;
  const named = new Set(reasons.split('+'));
  return {
    former: { scaleIn: scaleIn === 'true', scaleOut: scaleOut === 'true', scheduled: scheduled === 'true' },
    reasons: REASONS.filter((reason) => named.has(reason)),
    sinceSeconds: Number(since),
  };
};

const isSame = (a: readonly HoldReason[], b: readonly HoldReason[]): boolean => a.join() === b.join();

/**
 * The steps from the hold that is to the hold that should be; none where both agree. A hold whose suspension never
 * came, or whose tag outlived it, is carried to its end, so a function that died between two steps leaves nothing.
 * @param hold What the tag remembers; `undefined` where there is none.
 * @param now What is suspended now, by whomever.
 * @param reasons Why scale-out should be held now; empty: it should not.
 * @param nowSeconds Epoch seconds.
 */
export const stepsOf = (
  hold: Hold | undefined,
  now: Suspension,
  reasons: readonly HoldReason[],
  nowSeconds: number,
): readonly HoldStep[] => {
  const wanted = REASONS.filter((reason) => reasons.includes(reason));
  if (wanted.length === 0) {
    if (hold === undefined) return [];
    // What a person suspended meanwhile stays: only scale-out was ours, and only as far as it was free before. What a
    // person resumed meanwhile stays too: an end suspends nothing.
    const resumes = now.scaleOut && !hold.former.scaleOut;
    const suspension = { ...now, scaleOut: false };
    return [
      ...(resumes
        ? [{ kind: 'resume' as const, suspension, reason: `the hold for ${hold.reasons.join(' and ')} is over` }]
        : []),
      { kind: 'untag' },
    ];
  }
  const former = hold?.former ?? now;
  const steps: HoldStep[] = [];
  if (hold === undefined || !isSame(hold.reasons, wanted)) {
    steps.push({ kind: 'tag', hold: { former, reasons: wanted, sinceSeconds: hold?.sinceSeconds ?? nowSeconds } });
  }
  if (!now.scaleOut) {
    steps.push({
      kind: 'suspend',
      suspension: { ...now, scaleOut: true },
      reason: `scale-out is held for ${wanted.join(' and ')}`,
    });
  }
  return steps;
};

/** Whether a hold has lasted longer than any may. */
export const isOverdue = (hold: Hold, nowMs: number, mostMinutes: number): boolean =>
  nowMs - hold.sinceSeconds * 1000 > mostMinutes * 60_000;
