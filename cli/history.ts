import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { findTask } from '../shared/app/find-task.ts';
import { type HistorySubject, lookBack } from '../shared/app/look-back.ts';
import { parseLoggedReason } from '../shared/contracts/logged-reason.ts';
import { parseTrailRecord } from '../shared/contracts/trail-record.ts';
import type { HistoryEntry } from '../shared/core/history/join.ts';
import { parseArn, targetGroupNameOf, taskIdOf } from '../shared/core/task/arn.ts';
import { quote } from '../shared/core/text.ts';
import { NotFoundError } from '../shared/errors.ts';
import type { Report } from '../shared/report/report.ts';
import { callLine, failureLines } from '../shared/report/terminal/footer.ts';
import { historyLines } from '../shared/report/terminal/history.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import { jsonOption, mustNameGroup } from './options.ts';
import { reportOf } from './seen.ts';
import { isTaskArn, isTaskId, parseTaskName } from './task-name.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools, type VerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire history checkout-blue
                            what happened to a target group in 24 hours
  $ taskwire history checkout-blue --since 7d
                            in a week; also --since 90m, or a point in time such
                            as --since 2026-03-01T08:00:00Z
  $ taskwire history arn:aws:ecs:eu-central-1:111122223333:task/production/36fb
                            what happened to the targets of a task
  $ taskwire history checkout-blue --stage test
                            joined with the log of the stack taskwire-test

Reads CloudTrail's event history (90 days, told up to 15 minutes late) and the
logs of register-targets and remediate, and says where one of them has no
record: changes by others, and reasons without a call. At most 1,000 calls of
each kind are read, the newest; what was cut off is said.
Exit code: 0 told, 2 wrong usage, 3 could not finish.`;

const HOUR_MS = 3_600_000;
const UNITS_MS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };
/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const MOST_MS = 90 * 24 * HOUR_MS;
/** The functions that change targets. */
const FUNCTIONS = ['register-targets', 'remediate'];
const LAMBDA = '/aws/lambda/';

/** A time before now, or a point in time. */
type Since = { readonly agoMs: number } | { readonly atMs: number };

/** What history was asked. */
interface HistoryOptions {
  readonly subject: { readonly kind: 'group' | 'task'; readonly name: string; readonly cluster: string | undefined };
  readonly since: Since;
  readonly stage: string;
  readonly logGroups: readonly string[];
}

/** The report of a history: an Outcome, and what happened. */
interface HistoryReport extends Report {
  readonly resource: string;
  readonly since: string;
  /** Oldest first, with their times in ISO 8601. */
  readonly history: readonly (Omit<HistoryEntry, 'atMs' | 'who'> & { readonly at: string; readonly who?: string })[];
  readonly notes: readonly string[];
}

/** Only what an ARN can hold: it goes into a pattern of CloudWatch Logs. */
const PLAIN_ARN = /^arn:[\w:/-]+$/;

const subjectOf = async (
  { kind, name, cluster }: HistoryOptions['subject'],
  { deps, groupTags }: VerbTools,
): Promise<HistorySubject> => {
  if (kind === 'group') {
    // A deleted group has a history, too.
    if (PLAIN_ARN.test(name)) return { kind, targetGroup: name };
    const group = await groupTags.find(name);
    if (group !== undefined) return { kind, targetGroup: group.arn };
    throw new NotFoundError(
      `There is no target group ${name}. Check the name, the account and the Region; one that was deleted is named by its ARN.`,
    );
  }
  const named = parseTaskName(name, cluster);
  if (PLAIN_ARN.test(name)) return { kind, task: name, cluster: named.cluster };
  const { taskArn } = await findTask(named, deps.tasks);
  return { kind, task: taskArn, cluster: named.cluster };
};

const titleOf = (subject: HistorySubject): string =>
  subject.kind === 'group'
    ? `Target group ${targetGroupNameOf(subject.targetGroup)}`
    : `Task ${taskIdOf(subject.task)}`;

const iso = (ms: number): string => new Date(ms).toISOString();

const runHistory = async (options: HistoryOptions, cli: Cli): Promise<Answer> => {
  const tools = await createVerbTools(cli);
  const { trail, changeLog, deps, calls } = tools;
  const nowMs = deps.clock.nowMs();
  const sinceMs = 'agoMs' in options.since ? nowMs - options.since.agoMs : options.since.atMs;
  if (sinceMs >= nowMs) throw new UsageError('--since lies in the future. Give a time before now, such as 24h.');
  if (nowMs - sinceMs > MOST_MS)
    throw new UsageError('--since lies more than 90 days back, and CloudTrail’s history ends there.');
  const subject = await subjectOf(options.subject, tools);
  const usual = FUNCTIONS.map((name) => `${LAMBDA}taskwire-${options.stage}-${name}`);
  const logGroups = options.logGroups.length > 0 ? options.logGroups : usual;
  const functions = logGroups.flatMap((name) => (name.startsWith(LAMBDA) ? [name.slice(LAMBDA.length)] : []));
  cli.terminal.progress('Reading CloudTrail and the logs …');
  const { entries, notes, failures } = await lookBack(
    { subject, sinceMs, logGroups, functions },
    { trail, changeLog, tasks: deps.tasks, clock: deps.clock, parseTrailRecord, parseLoggedReason },
  );
  const of = { verb: 'history', mode: 'observe', calls: calls(), env: cli.env } as const;
  const report: HistoryReport = {
    ...reportOf({ changes: [], held: [], findings: [], failures }, of),
    resource: subject.kind === 'group' ? subject.targetGroup : subject.task,
    since: iso(sinceMs),
    history: entries.map(({ atMs, who, ...entry }) => ({
      at: iso(atMs),
      ...entry,
      ...(who !== undefined && { who: who.words }),
    })),
    notes,
  };
  const title = `${titleOf(subject)} since ${iso(sinceMs).replace(/\.\d{3}Z$/, 'Z')}`;
  const lines = [
    ...historyLines(title, entries, { withGroup: subject.kind === 'task', notes }),
    ...failureLines(report.failures),
    callLine(report),
  ];
  return { report, lines, code: exitCodeOf(report, 'high') };
};

const parseSince = (text: string): Since => {
  const [, number, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  const unitMs = UNITS_MS[unit];
  if (number !== undefined && unitMs !== undefined) return { agoMs: Number(number) * unitMs };
  const atMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(atMs)) return { atMs };
  throw new InvalidArgumentError('It must be like 90m, 24h or 7d, or a point in time such as 2026-03-01T08:00:00Z.');
};

const parseSubject = (text: string, cluster: string | undefined): HistoryOptions['subject'] => {
  if (isTaskArn(text) || isTaskId(text)) return { kind: 'task', name: text, cluster };
  const arn = parseArn(text);
  const isGroup =
    arn === undefined || (arn.service === 'elasticloadbalancing' && arn.resource.startsWith('targetgroup/'));
  if (!isGroup) throw new UsageError(`${quote(text)} is the ARN of neither an ECS task nor a target group.`);
  mustNameGroup(text);
  return { kind: 'group', name: text, cluster: undefined };
};

const parseStage = (text: string): string => {
  if (/^[\w-]{1,64}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be letters, digits and hyphens.');
};

/** `taskwire history` */
export const history: Verb = ({ cli, answer }) =>
  new Command('history')
    .summary('say who put a target in or took it out, when and why')
    .description(
      'Tells what happened to the targets of a task or a target group: each call that CloudTrail recorded with who made it, joined with Taskwire’s own reasons from its log. Changes nothing.',
    )
    .addArgument(new Argument('<subject>', 'ARN or id of a task, ARN or name of a target group'))
    .addOption(new Option('--cluster <cluster>', 'the cluster of a task that is given by its id'))
    .addOption(
      new Option('--since <time>', 'from when on: 90m, 24h, 7d, or a point in time')
        .argParser(parseSince)
        .default({ agoMs: 24 * HOUR_MS } satisfies Since, '24h'),
    )
    .addOption(
      new Option('--stage <stage>', 'of the stack: names the log groups').argParser(parseStage).default('prod'),
    )
    .addOption(new Option('--log-group <name...>', 'log groups to read in their place'))
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (text, { json = false, cluster, since, stage, logGroup = [] }) => {
      await answer('history', json, async () =>
        runHistory({ subject: parseSubject(text, cluster), since, stage, logGroups: logGroup }, cli),
      );
    });
