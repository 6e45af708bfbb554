import { NotFoundError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { FailureQueues } from '../ports/failure-queue.ts';
import type { StackSwitches } from '../ports/stack-switches.ts';
import { pausedTag } from './pauses.ts';

/** What a stack is switched off or on with. */
export interface SwitchDeps {
  readonly stackSwitches: StackSwitches;
  readonly failureQueues: FailureQueues;
  readonly clock: Clock;
}

export interface StackSwitch {
  /** As it was deployed: `prod`. */
  readonly stage: string;
  readonly tagPrefix: string;
  readonly on: boolean;
  /** How long to wait until the mappings have come to rest. */
  readonly waitMs: number;
  /** A time as the mark's value, and back. */
  readonly renderTime: (timeMs: number) => string;
  readonly parseTime: (text: string) => number | undefined;
  /** Told what is waited for. */
  readonly tell: (text: string) => void;
  readonly signal?: AbortSignal;
}

/** What became of one part of a stack. */
export interface SwitchedPart {
  readonly kind: 'mapping' | 'rule' | 'mark';
  /** Name of the function that is fed, of the rule, of the queue. */
  readonly name: string;
  /** `changed`: by this run. `already`: it was so. `under way`: asked for, and not yet so. */
  readonly is: 'changed' | 'already' | 'under way' | 'failed';
  readonly error?: unknown;
}

/** What became of a stack. */
export interface SwitchedStack {
  readonly parts: readonly SwitchedPart[];
  /** Since when the stack is marked as paused, epoch milliseconds; of one that goes on, since when it was. */
  readonly sinceMs?: number;
  /** Messages that waited in the queues when it went on, or wait now, about; of a queue that could not be asked none. */
  readonly waiting: number;
}

/** What changes something by itself; the others only tell, or are asked by a person. */
const FUNCTIONS = [
  { name: 'register-targets', queue: 'register-targets' },
  { name: 'adjust-scaling', queue: 'adjust-scaling.fifo' },
] as const;
const LOOK_EVERY_MS = 2_000;
const AT_REST = { true: 'Enabled', false: 'Disabled' } as const;

/** The resources of a stack by the names that its deployment gives them (infrastructure/settings.cjs). */
const partsOf = (stage: string) =>
  FUNCTIONS.map(({ name, queue }) => ({
    functionName: `taskwire-${stage}-${name}`,
    queue: `taskwire-${stage}-${queue}`,
    rule: `taskwire-${stage}-${name}-sweep`,
  }));

/**
 * Switches the sources of a stack's functions: the mappings that hand them messages, and the rules of their sweeps. The
 * queues keep what comes meanwhile, uncounted; what is under way ends by itself. The mark goes on first and off last, so
 * that no pause stands unseen. What failed is told by part, and repeating does the rest.
 * @throws {NotFoundError} If there is no such stack. @throws {DeniedError | TaskwireError} If its mark could not be read.
 */
export const switchStack = async (asked: StackSwitch, deps: SwitchDeps): Promise<SwitchedStack> => {
  const { stage, on, signal } = asked;
  const { stackSwitches, clock } = deps;
  const stack = partsOf(stage);
  const key = pausedTag(asked.tagPrefix);
  const markedName = `taskwire-${stage}-register-targets`;
  const queue = await stackSwitches.queue(markedName).catch((error: unknown) => {
    if (!(error instanceof NotFoundError)) throw error;
    throw new NotFoundError(
      `There is no stack of the stage ${stage} here: no queue is called ${markedName}. Give the stage that was deployed with --stage, and check account and Region.`,
      { cause: error },
    );
  });
  const countWaiting = async (): Promise<number> => {
    const counts = await Promise.all(
      stack.map(async (each) => {
        try {
          return await (await deps.failureQueues.open(each.queue)).waiting();
        } catch {
          return 0;
        }
      }),
    );
    return counts.reduce((sum, each) => sum + each, 0);
  };
  // Switched on again, the functions take them faster than they can be counted.
  const waited = on ? await countWaiting() : undefined;
  const parts: SwitchedPart[] = [];
  const attempt = async (
    part: Pick<SwitchedPart, 'kind' | 'name'>,
    work: () => Promise<SwitchedPart['is']>,
  ): Promise<void> => {
    try {
      parts.push({ ...part, is: await work() });
    } catch (error) {
      parts.push({ ...part, is: 'failed', error });
    }
  };

  const marked = Object.hasOwn(queue.tags, key) ? queue.tags[key] : undefined;
  const before = marked === undefined ? undefined : asked.parseTime(marked);
  const mark = { kind: 'mark', name: markedName } as const;
  const sinceMs = on ? before : (before ?? clock.nowMs());
  if (!on) {
    await attempt(mark, async () => {
      if (before !== undefined) return 'already';
      await stackSwitches.mark(queue.url, { [key]: asked.renderTime(clock.nowMs()) });
      return 'changed';
    });
  }

  // A pause that nothing tells of would be worse than none.
  const mayGoOn = on || parts.every(({ is }) => is !== 'failed');
  const untilMs = clock.nowMs() + asked.waitMs;
  const switchRule = ({ rule }: (typeof stack)[number]) =>
    attempt({ kind: 'rule', name: rule }, async () => {
      if ((await stackSwitches.isRuleEnabled(rule)) === on) return 'already';
      await stackSwitches.switchRule(rule, on);
      return 'changed';
    });
  const switchMapping = ({ functionName }: (typeof stack)[number]) =>
    attempt({ kind: 'mapping', name: functionName }, async () => {
      let changed = false;
      for (;;) {
        const mappings = await stackSwitches.mappings(functionName);
        if (mappings.length === 0) {
          throw new NotFoundError(
            `No queue feeds the function ${functionName}: Lambda knows no event source mapping of it. Deploy the stack again.`,
          );
        }
        const wrong = mappings.filter(({ state }) => state !== AT_REST[`${on}`]);
        if (wrong.length === 0) return changed ? 'changed' : 'already';
        if (clock.nowMs() >= untilMs) return 'under way';
        for (const { id, state } of wrong) {
          // On its way already; another update would be refused.
          if (state.endsWith('ing')) continue;
          if (await stackSwitches.switchMapping(id, on)) changed = true;
        }
        asked.tell(`Waiting until ${functionName} is ${on ? 'fed again' : 'no longer fed'} …`);
        await clock.sleep(LOOK_EVERY_MS, signal);
      }
    });
  if (mayGoOn) await Promise.all(stack.flatMap((each) => [switchRule(each), switchMapping(each)]));

  if (on && parts.every(({ is }) => is === 'changed' || is === 'already')) {
    await attempt(mark, async () => {
      if (marked === undefined) return 'already';
      await stackSwitches.unmark(queue.url, [key]);
      return 'changed';
    });
  }
  return {
    parts: parts.toSorted((a, b) => (`${a.kind} ${a.name}` < `${b.kind} ${b.name}` ? -1 : 1)),
    ...(sinceMs !== undefined && { sinceMs }),
    waiting: waited ?? (await countWaiting()),
  };
};
