import { Argument, Command, Option } from '@commander-js/extra-typings';
import { shownOf } from '../shared/app/shown.ts';
import { parseEventFile } from '../shared/contracts/event-file.ts';
import { parseInput } from '../shared/contracts/input.ts';
import type { Severity } from '../shared/core/outcome.ts';
import { InputError } from '../shared/errors.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { replayedLines } from '../shared/report/terminal/replayed.ts';
import { EMPTY, type Line, line, paint } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, mustBeAskable } from './confirm.ts';
import { exitCodeOf } from './exit-code.ts';
import { fileReason } from './file-reason.ts';
import { failOnOption, jsonOption, yesOption } from './options.ts';
import { DEFAULT_QUEUE, parseMost, runReplayFailed } from './replay-failed.ts';
import { type Read, type ReplayReport, replayIn } from './replay-run.ts';
import type { Replayed, SourcedMessage } from './replayed.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire replay events/task-state-change/running.json
  $ taskwire replay lost.jsonl --apply      for real, after asking
  $ gunzip -c lost.gz | taskwire replay -   events from stdin
  $ taskwire replay --failed                what waits in the failure queue, and
                                            what would come of it now
  $ taskwire replay --failed --apply --max 20
                                            for real, after asking
  $ taskwire replay --failed --queue taskwire-prod-adjust-scaling-failures.fifo

A file holds one event, a JSON list of events, JSON lines, or an SQS batch. An
event only says what to look at: what is done follows from what AWS says now, so
replaying is safe, and free where nothing is left to do.
A message of a failure queue that was handled is removed; what fails again
stays. Those of adjust-scaling and verify-xray go back to the function's queue.
The queue: --queue, else TASKWIRE_FAILURE_QUEUE_URL, else
  ${DEFAULT_QUEUE}.
Exit code: 0 nothing to do, 1 changes or messages pending or held or findings,
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

const readOne = async (file: string, nowMs: number, { readFile }: Cli): Promise<Read> => {
  const name = file === '-' ? 'stdin' : file;
  let text: string;
  try {
    text = await readFile(file);
  } catch (error) {
    throw new UsageError(`${name} could not be read: ${fileReason(error)}`);
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
  const report = await replayIn('enforce', read, tools, shownOf(shown.changes));
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
    .summary('send events from files or from a failure queue through the decision again')
    .description(
      'Reads ECS task state changes and the other events of register-targets from files, or with --failed what could not be handled from a failure queue, and shows what would come of each now; with --apply it is done.',
    )
    .addArgument(new Argument('[files...]', 'files of events; - for stdin'))
    .addOption(new Option('--failed', 'the messages of a failure queue, instead of files'))
    .addOption(new Option('--queue <queue>', 'with --failed: name or URL of the failure queue'))
    .addOption(new Option('--max <count>', 'with --failed: at most so many messages (100 unless told)'))
    .addOption(new Option('--apply', 'make the changes, after asking'))
    .addOption(yesOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (files, { json = false, yes = false, apply = false, failed = false, failOn, queue, max }) => {
      await answer('replay', json, async () => {
        if (!failed && (queue !== undefined || max !== undefined)) {
          throw new UsageError('--queue and --max go with --failed.');
        }
        if (failed === files.length > 0) {
          throw new UsageError(
            'Name files of events, or add --failed for the messages of a failure queue: one of both.',
          );
        }
        if (!failed) return runReplay({ files, apply, yes, failOn, json }, cli);
        const most = parseMost(max);
        return runReplayFailed({ most, apply, yes, failOn, json, ...(queue !== undefined && { queue }) }, cli);
      });
    });
