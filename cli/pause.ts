import { Argument, Command, Option } from '@commander-js/extra-typings';
import { type SwitchedGroup, switchGroup } from '../shared/app/switch-group.ts';
import { type SwitchedPart, type SwitchedStack, switchStack } from '../shared/app/switch-stack.ts';
import { parsePausedTime, renderPausedTime } from '../shared/contracts/paused-tag.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import { quote } from '../shared/core/text.ts';
import type { Report } from '../shared/report/report.ts';
import { callLine, failureLines } from '../shared/report/terminal/footer.ts';
import { minuteText } from '../shared/report/terminal/paused.ts';
import { EMPTY, type Line, line } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { describeError } from './describe-error.ts';
import { jsonOption } from './options.ts';
import { UsageError } from './usage-error.ts';

const PAUSE_EXAMPLES = `
Examples:
  $ taskwire pause                   the stack of the stage prod
  $ taskwire pause --stage staging   another one
  $ taskwire pause checkout-blue     one target group; the others go on
  $ taskwire resume                  go on

Nothing is lost: the queues keep events for 14 days, and the sweep repairs the
rest. What has begun ends by itself, events within 20 s, a sweep within 5 min.
While a stack is paused no stopped task leaves its target groups, and new tasks
get no traffic: deployments behind the gate fail at its time limit. Every
command says that something is paused, and an alarm does after 60 minutes.
Exit code: 0 paused, 2 wrong usage, 3 not or only partly paused: repeat it.`;

const RESUME_EXAMPLES = `
Examples:
  $ taskwire resume                   the stack of the stage prod
  $ taskwire resume --stage staging   another one
  $ taskwire resume checkout-blue     one target group

What waits in the queues is worked off, and the next sweep (5 min, of scaling
15) repairs the rest. A group is compared at once, by the event of its tag.
Exit code: 0 goes on, 2 wrong usage, 3 not or only partly: repeat it.`;

/** A minute is what Lambda takes at the worst; a second one for a throttled call. */
const WAIT_SECONDS = 120;
const STAGE = /^[a-z][a-z0-9-]{0,19}$/;

type PauseVerb = 'pause' | 'resume';

interface PauseOptions {
  readonly verb: PauseVerb;
  /** Name or ARN; left out: the stack. */
  readonly group: string | undefined;
  readonly stage: string;
}

/** An Outcome, and what was paused or goes on. */
interface PauseReport extends Report {
  readonly pause: {
    readonly kind: 'stack' | 'group';
    readonly name: string;
    /** Whether it stands still now. */
    readonly paused: boolean;
    /** ISO 8601. */
    readonly since?: string;
    /** Messages that wait in the queues, about. */
    readonly waiting?: number;
    readonly parts?: readonly { readonly kind: string; readonly name: string; readonly is: string }[];
  };
}

const isDone = ({ is }: SwitchedPart): boolean => is === 'changed' || is === 'already';

const PART_WORDS: Readonly<Record<SwitchedPart['kind'], string>> = {
  mapping: 'events to',
  rule: 'schedule',
  mark: 'mark on queue',
};

const partLine = ({ kind, name, is }: SwitchedPart, on: boolean): Line => {
  const state = kind === 'mark' ? (on ? 'taken away' : 'set') : on ? 'on' : 'off';
  const words = { changed: state, already: `${state} already`, 'under way': 'under way', failed: 'FAILED' }[is];
  return {
    spans: [
      { text: `${words.padEnd(15)} `, tone: isDone({ kind, name, is }) ? 'good' : 'bad' },
      { text: `${PART_WORDS[kind]} ${name}` },
    ],
    indent: 2,
    hang: 18,
  };
};

const stackLines = ({ stage, verb }: PauseOptions, { parts, sinceMs, waiting }: SwitchedStack): readonly Line[] => {
  const on = verb === 'resume';
  const whole = parts.every(isDone);
  const since = sinceMs === undefined ? '' : ` since ${minuteText(sinceMs)}`;
  const title = on
    ? whole
      ? `The stack taskwire-${stage} goes on.${sinceMs === undefined ? '' : ` It was paused${since}.`}`
      : `The stack taskwire-${stage} goes on only partly.`
    : whole
      ? `The stack taskwire-${stage} is paused${since}.`
      : `The stack taskwire-${stage} is NOT paused, or only partly.`;
  const command = `taskwire ${verb} --stage ${stage}`;
  const messages = `about ${count(waiting, 'message')}`;
  return [
    line(title, whole ? 'strong' : 'bad'),
    EMPTY,
    ...parts.map((part) => partLine(part, on)),
    EMPTY,
    ...(whole
      ? on
        ? [
            line(
              `${messages.replace('about', 'About')} waited in its queues; the next sweep repairs what they do not tell.`,
            ),
          ]
        : [
            line('What has begun ends by itself: events within 20 s, a sweep within 5 minutes.'),
            line(`Events wait in the queues, ${messages} now. Scaling that is held stays so until it goes on.`),
            { spans: [{ text: 'To go on: ' }, { text: `taskwire resume --stage ${stage}`, tone: 'strong' as const }] },
          ]
      : [{ spans: [{ text: 'Mend what failed, and repeat: ' }, { text: command, tone: 'strong' as const }], hang: 2 }]),
  ];
};

const groupLines = (verb: PauseVerb, { name, changed, sinceMs }: SwitchedGroup): readonly Line[] => {
  const since = sinceMs === undefined ? '' : ` since ${minuteText(sinceMs)}`;
  if (verb === 'resume') {
    return changed
      ? [
          line(`Target group ${name} goes on.`, 'strong'),
          line('Its tag’s event has it compared within seconds, else the next sweep does (5 min).'),
        ]
      : [line(`Target group ${name} was not paused.`)];
  }
  return [
    line(`Target group ${name} is paused${changed ? '' : ` already${since}`}.`, 'strong'),
    line('AWS refuses changes of it by Taskwire’s functions from now on; what they would do is still reported.'),
    { spans: [{ text: 'To go on: ' }, { text: `taskwire resume ${name}`, tone: 'strong' }] },
  ];
};

const sinceOf = (sinceMs: number | undefined) => (sinceMs === undefined ? {} : { since: renderPausedTime(sinceMs) });

const runPause = async (options: PauseOptions, cli: Cli): Promise<Answer> => {
  const { verb, group, stage } = options;
  const on = verb === 'resume';
  if (!STAGE.test(stage)) {
    throw new UsageError(`--stage must be the stage that was deployed, such as prod, found ${quote(stage)}.`);
  }
  const settings = parseSettings(cli.env);
  const { tagPrefix, mode } = settings;
  cli.terminal.progress(on ? 'Switching on …' : 'Switching off …');
  const connection = await cli.connect(settings, cli.signal);
  const common = { tagPrefix, on, renderTime: renderPausedTime, parseTime: parsePausedTime };
  const outcome = { function: verb, mode, changes: [], held: [], findings: [] };
  if (group !== undefined) {
    const switched = await switchGroup({ ...common, group }, connection);
    const report: PauseReport = {
      ...outcome,
      calls: connection.calls(),
      failures: [],
      pause: { kind: 'group', name: switched.name, paused: !on, ...sinceOf(switched.sinceMs) },
    };
    return { report, lines: [...groupLines(verb, switched), EMPTY, callLine(report)], code: 0 };
  }
  const switched = await switchStack(
    { ...common, stage, waitMs: WAIT_SECONDS * 1000, tell: cli.terminal.progress, signal: cli.signal },
    connection,
  );
  const whole = switched.parts.every(isDone);
  const failures = switched.parts.flatMap(({ name, error }) =>
    error === undefined ? [] : [{ resource: name, message: describeError(error, cli.env) }],
  );
  const report: PauseReport = {
    ...outcome,
    calls: connection.calls(),
    failures,
    pause: {
      kind: 'stack',
      name: stage,
      paused: !on || !whole,
      ...sinceOf(switched.sinceMs),
      waiting: switched.waiting,
      parts: switched.parts.map(({ kind, name, is }) => ({ kind, name, is })),
    },
  };
  const lines = [...stackLines(options, switched), EMPTY, ...failureLines(failures), callLine(report)];
  return { report, lines, code: whole ? 0 : 3 };
};

const verbOf =
  (
    verb: PauseVerb,
    about: { readonly summary: string; readonly description: string; readonly examples: string },
  ): Verb =>
  ({ cli, answer }) =>
    new Command(verb)
      .summary(about.summary)
      .description(about.description)
      .addArgument(new Argument('[target-group]', 'name or ARN of one target group; left out: the stack'))
      .addOption(new Option('--stage <stage>', 'the stage that was deployed').default('prod'))
      .addOption(jsonOption())
      .addHelpText('after', about.examples)
      .action(async (group, { json = false, stage }) => {
        await answer(verb, json, () => runPause({ verb, group, stage }, cli));
      });

/** `taskwire pause` */
export const pause = verbOf('pause', {
  summary: 'let nothing be changed for a while, of the stack or of one target group',
  description:
    'Switches off what feeds the functions that change something (register-targets, adjust-scaling) and their sweeps, or tags one target group as paused. Within seconds, without a deployment; the queues keep what happens meanwhile.',
  examples: PAUSE_EXAMPLES,
});

/** `taskwire resume` */
export const resume = verbOf('resume', {
  summary: 'let the stack or a target group go on',
  description:
    'Switches on again what pause switched off, or takes the pause of one target group away, and tells how many messages wait.',
  examples: RESUME_EXAMPLES,
});
