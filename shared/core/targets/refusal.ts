import { keyOf, type Target } from './target.ts';

/** What one call that registers targets came to. */
export type Attempt =
  | { readonly kind: 'accepted' }
  /** The group's quota is reached. */
  | { readonly kind: 'full' }
  /** AWS refuses the whole call because of some of its targets. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** What came of all calls together; a target in neither list had no turn, or did not fit. */
export interface Registration {
  readonly accepted: readonly Target[];
  readonly refused: readonly { readonly target: Target; readonly code: string; readonly message: string }[];
  readonly full: boolean;
}

const ID = /i-[0-9a-f]{8,17}|\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}/g;

/**
 * The targets that an error's message quotes: all targets, whatever their port, whose address or instance id stands
 * in it as a whole (`10.0.0.1` is not quoted by `10.0.0.12`). IPv6 addresses are compared as they are written.
 */
export const quotedTargets = (targets: readonly Target[], message: string): readonly Target[] => {
  const quoted = new Set((message.match(ID) ?? []).map((id) => id.toLowerCase()));
  return targets.filter((target) => quoted.has(target.id.toLowerCase()));
};

/**
 * Registers targets although AWS refuses some of them: it refuses a call as a whole, so the culprits are taken out and
 * the rest is sent again. The culprits are the ones that the error quotes; only when it quotes none are they sought by
 * halves. Either way at most 2·⌈log₂ n⌉ more calls are sent (AWS quotes one address at a time), and a search in which
 * both halves fail refuses what is left as a whole: then not one target but the group is at fault, and finding every
 * one would eat the account's budget.
 * @param send One AWS call. What it throws ends the whole; what was accepted before is registered (look again).
 * @param mayGoOn Asked before each call but the first, with its targets; when false, what is left is in neither list.
 */
export async function registerAround(
  targets: readonly Target[],
  send: (targets: readonly Target[]) => Promise<Attempt>,
  mayGoOn: (targets: readonly Target[]) => Promise<boolean> = async () => true,
): Promise<Registration> {
  const accepted: Target[] = [];
  const refused: { target: Target; code: string; message: string }[] = [];
  let full = false;
  let sent = 0;

  const attempt = async (part: readonly Target[]): Promise<Attempt | undefined> => {
    if (sent > 0 && !(await mayGoOn(part))) return undefined;
    sent++;
    const outcome = await send(part);
    if (outcome.kind === 'accepted') accepted.push(...part);
    if (outcome.kind === 'full') full = true;
    return outcome;
  };
  const refuse = (part: readonly Target[], { code, message }: { code: string; message: string }) => {
    refused.push(...part.map((target) => ({ target, code, message })));
  };

  /** `part` was refused and the error quotes none of it: the culprit is in one half, or the group is at fault. */
  const searchHalves = async (part: readonly Target[], error: { code: string; message: string }): Promise<void> => {
    let suspects = part;
    let last = error;
    let concluded = false;
    while (suspects.length > 1) {
      const middle = Math.ceil(suspects.length / 2);
      const [left, right] = [suspects.slice(0, middle), suspects.slice(middle)];
      const first = await attempt(left);
      if (!first || first.kind === 'full') return;
      // The culprit is in the other half then: no call is spent on being told so.
      concluded = first.kind === 'accepted';
      if (first.kind === 'accepted') {
        suspects = right;
        continue;
      }
      const second = await attempt(right);
      if (!second || second.kind === 'full') return;
      if (second.kind === 'refused') return refuse(suspects, second);
      suspects = left;
      last = first;
    }
    if (concluded) {
      // It was never refused by itself, and what was wrong may be right by now (an instance started meanwhile).
      const outcome = await attempt(suspects);
      if (outcome?.kind !== 'refused') return;
      last = outcome;
    }
    refuse(suspects, last);
  };

  const mostCalls = 1 + 2 * Math.ceil(Math.log2(Math.max(2, targets.length)));
  let rest = targets;
  while (rest.length > 0) {
    const outcome = await attempt(rest);
    if (outcome?.kind !== 'refused') break;
    const culprits = quotedTargets(rest, outcome.message);
    if (culprits.length === 0) {
      await searchHalves(rest, outcome);
      break;
    }
    refuse(culprits, outcome);
    const gone = new Set(culprits.map(keyOf));
    rest = rest.filter((target) => !gone.has(keyOf(target)));
    if (sent >= mostCalls) {
      refuse(rest, outcome);
      break;
    }
  }
  return { accepted, refused, full };
}
