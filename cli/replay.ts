import { Argument, Command, Option } from '@commander-js/extra-typings';
import { type RegisterTargetsDeps, registerTargets } from '../shared/app/register-targets.ts';
import { createTold } from '../shared/app/told.ts';
import { parseEventFile } from '../shared/contracts/event-file.ts';
import { parseInput } from '../shared/contracts/input.ts';
import { renderLaterWork } from '../shared/contracts/later-work.ts';
import type { Mode, Severity } from '../shared/core/outcome.ts';
import { InputError } from '../shared/errors.ts';
import type { Report } from '../shared/report/report.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { replayedLines } from '../shared/report/terminal/replayed.ts';
import { EMPTY, type Line, line, paint } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, mustBeAskable } from './confirm.ts';
import { exitCodeOf } from './exit-code.ts';
import { failOnOption, jsonOption, yesOption } from './options.ts';
import { createRecordingQueue, type Replayed, type SourcedMessage, whatCameOf } from './replayed.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools, type VerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire replay events/task-state-change/running.json
  $ taskwire replay lost.jsonl --apply      for real, after asking
  $ gunzip -c lost.gz | taskwire replay -   events from stdin

A file holds one event, a JSON list of events, JSON lines, or an SQS batch. An
event only says what to look at: what is done follows from what AWS says now, so
replaying is safe, and free where nothing is left to do.
Exit code: 0 nothing to do, 1 changes pending or held or findings,
  2 wrong usage, 3 an event was dropped or failed.`;

/** What replay was asked to do. */
interface ReplayOptions {
  readonly files: readonly string[];
  /** Make the changes, instead of showing them. */
  readonly apply: boolean;
  readonly yes: boolean;
  readonly failOn: Severity;
  readonly json: boolean;
}

interface Read {
  readonly messages: readonly SourcedMessage[];
  readonly dropped: readonly Replayed[];
}

const readOne = async (file: string, nowMs: number, { readFile }: Cli): Promise<Read> => {
  const name = file === '-' ? 'stdin' : file;
  let text: string;
  try {
    text = await readFile(file);
  } catch (error) {
    throw new UsageError(`${name} could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const messages: SourcedMessage[] = [];
  const dropped: Replayed[] = [];
  const drop = (source: string, problem: string): void => {
    dropped.push({ source, about: '', result: 'dropped', problem, changes: [] });
  };
  let events: ReturnType<typeof parseEventFile>;
  try {
    events = parseEventFile(text);
  } catch (error) {
    if (error instanceof InputError) throw new UsageError(`${name}: ${error.message}`);
    throw error;
  }
  for (const each of events) {
    const source = [name, each.place].filter(Boolean).join(' ');
    if ('problem' in each) {
      drop(source, each.problem);
      continue;
    }
    try {
      const parsed = parseInput(each.event, nowMs);
      const of = (id: string): string => (parsed.wrapped ? `${source} ${id}` : source);
      for (const { id, problem } of parsed.dropped) drop(of(id), problem);
      for (const message of parsed.messages) messages.push({ source: of(message.id), message });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      drop(source, error.message);
    }
  }
  return { messages, dropped };
};

/** Ids of messages are told apart across files, since what failed is told by id. */
const numbered = (messages: readonly SourcedMessage[]): readonly SourcedMessage[] =>
  messages.map(({ source, message }, index) => ({ source, message: { ...message, id: `${index} ${message.id}` } }));

/** The report of a replay: an Outcome, and what came of each event. */
interface ReplayReport extends Report {
  readonly events: readonly Replayed[];
}

const replayIn = async (mode: Mode, read: Read, { deps, settings, calls }: VerbTools): Promise<ReplayReport> => {
  const queue = createRecordingQueue();
  const messages = numbered(read.messages);
  const all: RegisterTargetsDeps = {
    ...deps,
    queue,
    // What a person does by hand is told to that person.
    events: { send: async () => [] },
    told: createTold(),
    mode,
    brakePercent: settings.brakePercent,
    renderLaterWork,
    calls,
  };
  const { outcome, failed } = await registerTargets(
    messages.map(({ message }) => message),
    all,
  );
  const came = whatCameOf(messages, outcome.changes, failed, queue.unfinished);
  const events = [...read.dropped, ...came];
  return {
    ...outcome,
    function: 'replay',
    mode,
    events,
    failures: events.flatMap(({ source, problem }) =>
      problem === undefined ? [] : [{ resource: source, message: problem }],
    ),
  };
};

const linesOf = (report: ReplayReport, made: boolean): readonly Line[] => {
  const told = report.changes.length + report.held.length + report.findings.length;
  return [
    ...replayedLines(report.events),
    // What failed is told with its event.
    ...(told > 0 ? changeLines({ ...report, failures: [] }, [], made) : []),
    callLine(report),
  ];
};

/** Hands events from files to what the function does with them: shows what would come of them, or does it. */
const runReplay = async (options: ReplayOptions, cli: Cli): Promise<Answer> => {
  const { apply, yes, failOn, json } = options;
  const tools = await createVerbTools(cli);
  const stack = tools.settings.mode;
  if (apply && stack === 'enforce') mustBeAskable('replay --apply', yes, cli);
  const parts: Read[] = [];
  for (const file of options.files) parts.push(await readOne(file, tools.deps.clock.nowMs(), cli));
  const read: Read = {
    messages: parts.flatMap(({ messages }) => messages),
    dropped: parts.flatMap(({ dropped }) => dropped),
  };

  const shown = await replayIn('observe', read, tools);
  const code = exitCodeOf(shown, failOn);
  if (!apply) return { report: shown, lines: linesOf(shown, false), code };
  if (stack === 'observe') {
    const words = 'TASKWIRE_MODE is observe: nothing was changed. Set it to enforce to apply this.';
    return { report: shown, lines: [...linesOf(shown, false), EMPTY, line(words, 'warn')], code };
  }
  if (shown.changes.length === 0) return { report: shown, lines: linesOf(shown, false), code };

  const { terminal } = cli;
  const told = [...linesOf(shown, false), EMPTY];
  if (json) terminal.note(paint(told, terminal.noteLook));
  else terminal.out(paint(told, terminal.outLook));
  if (!(await isAgreed(`Make ${count(shown.changes.length, 'change')}?`, yes, cli))) {
    return { report: shown, lines: [line('Nothing was changed.')], code };
  }
  terminal.progress('Looking again, and making the changes …');
  const report = await replayIn('enforce', read, tools);
  const refused = report.changes.filter(({ applied }) => !applied).length;
  return {
    report,
    lines: [line('Done:', 'strong'), EMPTY, ...linesOf(report, true)],
    code: exitCodeOf(report, failOn, refused),
  };
};

/** `taskwire replay` */
export const replay: Verb = ({ cli, answer }) =>
  new Command('replay')
    .summary('send events from files through the decision again')
    .description(
      'Reads ECS task state changes and the other events of register-targets from files, and shows what would come of each now; with --apply it is done.',
    )
    .addArgument(new Argument('<files...>', 'files of events; - for stdin'))
    .addOption(new Option('--apply', 'make the changes, after asking'))
    .addOption(yesOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (files, { json = false, yes = false, apply = false, failOn }) => {
      await answer('replay', json, async () => runReplay({ files, apply, yes, failOn, json }, cli));
    });
