import { TaskwireError } from '../../shared/errors.ts';
import { createRandom } from '../../simulator/random.ts';
import { mutated } from './mutate.ts';
import { SUBJECTS } from './subjects.ts';

/** What a run reports to whoever watches it. */
export type FuzzMessage =
  | { readonly kind: 'at'; readonly run: number }
  | { readonly kind: 'fault'; readonly run: number; readonly what: string; readonly input: string }
  | {
      readonly kind: 'done';
      readonly runs: number;
      readonly refused: number;
      readonly slowestMs: number;
      readonly heapMb: number;
    };

// What moves a cursor or shows another text than is there; a line break would at least be seen.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
/** Of the processor, so that a busy machine fails nothing. Inputs have at most 70,000 characters. */
const MOST_MS = 2_000;
const MOST_HEAP_MB = 64;
const TELL_EVERY_MS = 200;
const MB = 1_000_000;

const [, , name = '', seed = '1', seconds = '20', from = '0'] = process.argv;
const subject = SUBJECTS.find((each) => each.name === name);
if (subject === undefined) throw new Error(`no parser is called ${name}`);

const tell = (message: FuzzMessage): Promise<void> =>
  new Promise((resolve) => {
    if (process.send === undefined) {
      console.log(JSON.stringify(message));
      resolve();
    } else process.send(message, () => resolve());
  });

const heapMb = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / MB;
};

/** What is wrong with how one input was met, in words; `refused` where it was told that it is wrong. */
const faultOf = (input: string): { readonly refused: boolean; readonly fault?: string; readonly tookMs: number } => {
  const before = process.cpuUsage();
  let refused = false;
  let shown: readonly string[] = [];
  let fault: string | undefined;
  try {
    shown = subject.read(input);
  } catch (error) {
    refused = true;
    if (error instanceof TaskwireError) shown = [error.message];
    else
      fault = `an error that is not its own: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const { user, system } = process.cpuUsage(before);
  const tookMs = (user + system) / 1_000;
  const unprintable = shown.find((text) => UNPRINTABLE.test(text));
  if (unprintable !== undefined) fault ??= `it would show ${JSON.stringify(unprintable.slice(0, 300))}`;
  if (tookMs > MOST_MS) fault ??= `it took ${Math.round(tookMs)} ms`;
  if (Object.hasOwn(Object.prototype, 'polluted') || 'polluted' in {})
    fault ??= 'every object has a member polluted now';
  return { refused, tookMs, ...(fault !== undefined && { fault }) };
};

const untilMs = performance.now() + Number(seconds) * 1_000;
const first = Number(from);
let toldMs = 0;
let refusedCount = 0;
let slowestMs = 0;
let run = first;
for (const right of subject.seeds) subject.read(right);
const beforeMb = heapMb();
while (performance.now() < untilMs) {
  // Each run has numbers of its own, so that one can be replayed without those before it.
  const input = mutated(subject.seeds, createRandom(Number(seed) * 1_000_003 + run));
  if (performance.now() - toldMs > TELL_EVERY_MS) {
    await tell({ kind: 'at', run });
    toldMs = performance.now();
  }
  const { refused, fault, tookMs } = faultOf(input);
  if (refused) refusedCount++;
  slowestMs = Math.max(slowestMs, tookMs);
  if (fault !== undefined) {
    await tell({ kind: 'fault', run, what: fault, input });
    process.exit(1);
  }
  run++;
}
const grownMb = heapMb() - beforeMb;
if (grownMb > MOST_HEAP_MB) {
  await tell({ kind: 'fault', run, what: `it keeps ${Math.round(grownMb)} MB`, input: '' });
  process.exit(1);
}
await tell({ kind: 'done', runs: run - first, refused: refusedCount, slowestMs, heapMb: grownMb });
process.exit(0);
