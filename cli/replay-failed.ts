import { withFailures } from '../shared/app/replay-failures.ts';
import type { IsShown } from '../shared/app/settle-group.ts';
import { shownOf } from '../shared/app/shown.ts';
import type { Parsed } from '../shared/contracts/envelope.ts';
import { type FailedWork, parseFailedMessage } from '../shared/contracts/failed-message.ts';
import { parseInput } from '../shared/contracts/input.ts';
import { parseScalingInput } from '../shared/contracts/scaling-input.ts';
import { parseTracingInput } from '../shared/contracts/tracing-input.ts';
import type { Message } from '../shared/core/message.ts';
import type { Mode, Severity } from '../shared/core/outcome.ts';
import { quote } from '../shared/core/text.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { FailedMessage, FailureQueue } from '../shared/ports/failure-queue.ts';
import type { Report } from '../shared/report/report.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { failureLines } from '../shared/report/terminal/replayed.ts';
import { EMPTY, type Line, line, paint } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli } from './cli.ts';
import { isAgreed, mustBeAskable } from './confirm.ts';
import { describeError } from './describe-error.ts';
import { exitCodeOf } from './exit-code.ts';
import { failuresOf, type ReplayReport, replayIn } from './replay-run.ts';
import { aboutOf, aboutOfScaling, type FailedReplayed, type Replayed } from './replayed.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools, type VerbTools } from './verb-tools.ts';

/** Of a stack that was deployed as it is. */
export const DEFAULT_QUEUE = 'taskwire-prod-register-targets-failures';
const DEFAULT_MOST = 100;
const MOST = 1_000;

/** `--max` @throws {UsageError} If it is no count. */
export const parseMost = (text: string | undefined): number => {
  if (text === undefined) return DEFAULT_MOST;
  const most = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (most >= 1 && most <= MOST) return most;
  throw new UsageError(`--max is ${quote(text)}: give a count from 1 to ${MOST}.`);
};

/** What `replay --failed` was asked to do. */
interface FailedOptions {
  /** Name or URL. */
  readonly queue?: string;
  readonly most: number;
  readonly apply: boolean;
  readonly yes: boolean;
  readonly failOn: Severity;
  readonly json: boolean;
}

/** What a function that follows events makes of one: what each message is about, in a few words. */
type Read = (batch: unknown, nowMs: number) => Parsed<string>;

/** A function whose messages go back to its own queue instead of being decided here. */
interface SentBack {
  readonly read: Read;
  /** How the name of its own queue ends. */
  readonly ending: '' | '.fifo';
}

const about = <I>({ messages, ...rest }: Parsed<I>, aboutOfOne: (input: I) => string): Parsed<string> => ({
  ...rest,
  messages: messages.map((message) => ({ ...message, input: aboutOfOne(message.input) })),
});

/** `adjust-scaling` has one writer; what `verify-xray` finds it tells to the bus, once. */
const SENT_BACK: ReadonlyMap<string, SentBack> = new Map([
  [
    'adjust-scaling',
    {
      read: (batch: unknown, nowMs: number) => about(parseScalingInput(batch, nowMs), aboutOfScaling),
      ending: '.fifo',
    },
  ],
  [
    'verify-xray',
    { read: (batch: unknown, nowMs: number) => about(parseTracingInput(batch, nowMs), aboutOf), ending: '' },
  ],
]);

const OWNED = /(register-targets|adjust-scaling|verify-xray)-(?:failures|undelivered)(?:\.fifo)?$/;

/**
 * Whose failure queue it is, which its name tells.
 * @throws {UsageError} If it does not.
 */
const ownerOf = (queue: string): string => {
  const [, owner] = OWNED.exec(queue) ?? [];
  if (owner !== undefined) return owner;
  throw new UsageError(
    `${quote(queue)} does not tell whose failure queue it is: its name should end with the function’s and -failures or -undelivered, such as register-targets-failures or adjust-scaling-failures.fifo. The alarm that led here names it.`,
  );
};

const openQueue = async (name: string, tools: VerbTools): Promise<FailureQueue> => {
  try {
    const queue = await tools.failureQueues.open(name);
    // A URL is taken for what it says until somebody asks it something.
    await queue.waiting();
    return queue;
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    throw new UsageError(
      `There is no queue ${quote(name)} in this account and Region. Name the stack’s with --queue or TASKWIRE_FAILURE_QUEUE_URL, such as ${DEFAULT_QUEUE}.`,
    );
  }
};

/** A message, opened. */
interface Opened {
  readonly failed: FailedMessage;
  readonly work: FailedWork;
}

/** What came of messages, before it is known which of them stay. */
type Came = Omit<ReplayReport, 'events'> & { readonly events: readonly (Opened & { readonly came: Replayed })[] };

/** The envelope in which Lambda hands over a message of a queue; as new, so that it has all its tries before it. */
const batchOf = ({ failed, work }: Opened) => ({
  Records: [{ messageId: failed.id, eventSource: 'aws:sqs', body: work.event }],
});

const dropped = (source: string, problem: string): Replayed => ({
  source,
  about: '',
  result: 'dropped',
  problem,
  changes: [],
});

/** A sweep that failed is made once, however many of them wait: each would look at the same. */
const keyOf = ({ id, input }: Message): string => (input.kind === 'sweep' ? 'sweep' : id);

/** Through what `register-targets` does, here and with the caller's own rights. */
const throughTargets = async (
  mode: Mode,
  all: readonly Opened[],
  tools: VerbTools,
  env: Cli['env'],
  isShown?: IsShown,
): Promise<Came> => {
  const nowMs = tools.deps.clock.nowMs();
  const read = all.map((opened) => ({ opened, parsed: parseInput(batchOf(opened), nowMs) }));
  const once = new Map(read.flatMap(({ parsed }) => parsed.messages.map((message) => [keyOf(message), message])));
  const messages = [...once.values()];
  const isByHand = ({ input }: Message): boolean => input.kind === 'by-hand';
  const runs = [messages.filter((message) => !isByHand(message)), ...messages.filter(isByHand).map((each) => [each])];
  const reports: ReplayReport[] = [];
  const came = new Map<string, Replayed>();
  for (const run of runs) {
    try {
      const sourced = run.map((message) => ({ source: message.id, message }));
      const report = await replayIn(mode, { messages: sourced, dropped: [] }, tools, isShown);
      reports.push(report);
      run.forEach((message, index) => {
        const event = report.events[index];
        if (event !== undefined) came.set(keyOf(message), event);
      });
    } catch (error) {
      // Only what a person asked for throws, of a scope that names nothing; the others have been told.
      const [first] = run;
      if (first === undefined || !isByHand(first)) throw error;
      const failed = { source: first.id, about: aboutOf(first.input), result: 'failed' as const, changes: [] };
      came.set(keyOf(first), { ...failed, problem: describeError(error, env) });
    }
  }
  const events = read.map(({ opened, parsed }) => {
    const source = opened.failed.id;
    const [wrong] = parsed.dropped;
    const [message] = parsed.messages;
    const known = message === undefined ? undefined : came.get(keyOf(message));
    const nothing: Replayed = { source, about: '', result: 'nothing', changes: [] };
    return { ...opened, came: wrong ? dropped(source, wrong.problem) : { ...(known ?? nothing), source } };
  });
  return {
    function: 'replay',
    mode,
    changes: reports.flatMap(({ changes }) => changes),
    held: reports.flatMap(({ held }) => held),
    findings: reports.flatMap(({ findings }) => findings),
    calls: tools.calls(),
    failures: failuresOf(events.map((event) => event.came)),
    events,
  };
};

/** Back to the function's own queue. */
const throughQueue = async (
  mode: Mode,
  all: readonly Opened[],
  read: Read,
  send: (bodies: readonly string[]) => ReturnType<FailureQueue['sendTo']>,
  tools: VerbTools,
): Promise<Came> => {
  const nowMs = tools.deps.clock.nowMs();
  const opened = all.map((each) => ({ opened: each, parsed: read(batchOf(each), nowMs) }));
  const right = opened.filter(({ parsed }) => parsed.messages.length > 0);
  const refused = new Map<string, string>();
  if (mode === 'enforce' && right.length > 0) {
    for (const { index, cause } of await send(right.map((each) => each.opened.work.event))) {
      const id = right[index]?.opened.failed.id;
      if (id !== undefined) refused.set(id, cause);
    }
  }
  const cameOf = ({ opened: { failed }, parsed }: (typeof opened)[number]): Replayed => {
    const source = failed.id;
    const [wrong] = parsed.dropped;
    if (wrong !== undefined) return dropped(source, wrong.problem);
    const [message] = parsed.messages;
    if (message === undefined) return { source, about: '', result: 'nothing', changes: [] };
    const { input: about } = message;
    const problem = refused.get(source);
    if (problem !== undefined) return { source, about, result: 'failed', problem, changes: [] };
    return { source, about, result: 'sent-back', changes: [] };
  };
  const events = opened.map((each) => ({ ...each.opened, came: cameOf(each) }));
  const failures = failuresOf(events.map(({ came }) => came));
  return { function: 'replay', mode, changes: [], held: [], findings: [], calls: tools.calls(), failures, events };
};

const isHandled = ({ result }: Replayed): boolean => result !== 'dropped' && result !== 'failed';

/** The report: an Outcome, and what came of each message. */
interface FailedReport extends Report {
  readonly events: readonly FailedReplayed[];
}

/** @param removed Whether what was handled is gone from the queue. */
const reportOf = ({ events, ...came }: Came, removed: boolean): FailedReport => ({
  ...came,
  events: events.map(({ work: { from, cause }, came: event }) => ({
    ...event,
    from,
    ...(cause !== undefined && { cause }),
    stays: !(removed && isHandled(event)),
  })),
});

/** What was seen and done, for the person to read. */
interface Told {
  readonly report: FailedReport;
  readonly made: boolean;
  /** It was told already, before the person was asked. */
  readonly shown: boolean;
  readonly words: readonly Line[];
}

/** Hands what could not be handled to what the function does with it: shows what would come of it, or does it. */
export const runReplayFailed = async (options: FailedOptions, cli: Cli): Promise<Answer> => {
  const { most, apply, yes, failOn, json } = options;
  const { terminal, env } = cli;
  const tools = await createVerbTools(cli);
  const stack = tools.settings.mode;
  const name = options.queue ?? tools.settings.failureQueueUrl ?? DEFAULT_QUEUE;
  const owner = ownerOf(name);
  if (apply && stack === 'enforce') mustBeAskable('replay --failed --apply', yes, cli);
  const queue = await openQueue(name, tools);
  const short = name.slice(name.lastIndexOf('/') + 1);

  const back = SENT_BACK.get(owner);
  const through = (mode: Mode, all: readonly Opened[], isShown?: IsShown): Promise<Came> => {
    if (back === undefined) return throughTargets(mode, all, tools, env, isShown);
    const ownUrl = queue.url.replace(OWNED, owner + back.ending);
    return throughQueue(mode, all, back.read, (bodies) => queue.sendTo(ownUrl, bodies), tools);
  };
  const linesOf = (report: FailedReport, made: boolean): readonly Line[] => {
    const told = report.changes.length + report.held.length + report.findings.length;
    return [
      ...failureLines(short, report.events, made),
      ...(told > 0 ? changeLines({ ...report, failures: [] }, [], made) : []),
      callLine(report),
    ];
  };
  const tell = (lines: readonly Line[]): void => {
    if (json) terminal.note(paint(lines, terminal.noteLook));
    else terminal.out(paint(lines, terminal.outLook));
  };

  const { result, stuck } = await withFailures(queue, most, async (taken) => {
    const all = taken.map((failed) => ({ failed, work: parseFailedMessage(failed.body, failed.attributes) }));
    const shown = reportOf(await through('observe', all), false);
    const leave = (words: readonly Line[] = [], told = false): { handled: readonly FailedMessage[]; result: Told } => ({
      handled: [],
      result: { report: shown, made: false, shown: told, words },
    });
    if (!apply || all.length === 0) return leave();
    if (stack === 'observe') {
      const words = 'TASKWIRE_MODE is observe: nothing was changed. Set it to enforce to apply this.';
      return leave([EMPTY, line(words, 'warn')]);
    }
    tell([...linesOf(shown, false), EMPTY]);
    const changes = shown.changes.length > 0 ? `, and make ${count(shown.changes.length, 'change')}` : '';
    if (!(await isAgreed(`Send ${count(all.length, 'message')} through the function again${changes}?`, yes, cli))) {
      return leave([line('Nothing was changed.')], true);
    }
    terminal.progress('Looking again, and making the changes …');
    const came = await through('enforce', all, shownOf(shown.changes));
    return {
      handled: came.events.filter((event) => isHandled(event.came)).map(({ failed }) => failed),
      result: { report: reportOf(came, true), made: true, shown: false, words: [] },
    };
  });

  const { report: seen, made, shown, words } = result;
  const report: FailedReport = {
    ...seen,
    calls: tools.calls(),
    events: seen.events.map((event) =>
      stuck.some(({ message }) => message.id === event.source) ? { ...event, stays: true } : event,
    ),
    failures: [...seen.failures, ...stuck.map(({ message, cause }) => ({ resource: message.id, message: cause }))],
  };
  const more = made ? await queue.waiting() : 0;
  const staying = report.events.filter(({ stays }) => stays).length;
  const waits = more > staying;
  const refused = made ? report.changes.filter(({ applied }) => !applied).length : 0;
  const code = exitCodeOf(report, failOn, refused);
  return {
    report,
    lines: [
      ...(made ? [line('Done:', 'strong'), EMPTY] : []),
      ...(shown ? [] : linesOf(report, made)),
      ...stuck.map(({ message, cause }) =>
        line(`${message.id} could not be taken from the queue or put back: ${cause}`, 'bad'),
      ),
      ...(waits ? [line(`About ${more - staying} more wait in the queue: run it again.`)] : []),
      ...words,
    ],
    code: code === 0 && (waits || staying > 0) ? 1 : code,
  };
};
