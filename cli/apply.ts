import { Command, Option } from '@commander-js/extra-typings';
import { findTask, type TaskName } from '../shared/app/find-task.ts';
import { followTasks } from '../shared/app/follow-tasks.ts';
import { OBSERVED_ONLY } from '../shared/app/repair.ts';
import { changeKeyOf, shownOf } from '../shared/app/shown.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import type { Message, Scope } from '../shared/core/message.ts';
import type { Change, HeldChange, Severity } from '../shared/core/outcome.ts';
import type { ScalingWrite } from '../shared/core/scaling/shown.ts';
import { taskIdOf } from '../shared/core/task/arn.ts';
import type { Report } from '../shared/report/report.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { EMPTY, type Line, line } from '../shared/report/terminal/text.ts';
import { count, resourceText } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, mustBeAskable, questionOf, tellFirst } from './confirm.ts';
import { doneLines } from './done-lines.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Half } from './halves.ts';
import { createRun, type Run } from './look.ts';
import {
  clusterOption,
  failOnOption,
  halvesOf,
  jsonOption,
  onlyOption,
  parseScope,
  serviceOption,
  targetGroupOption,
  yesOption,
} from './options.ts';
import { exceptOption, leavingOut } from './rule-names.ts';
import { reportOf, type Seen, seenTargets } from './seen.ts';
import { isTaskArn, parseTaskName } from './task-name.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools, type VerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire apply                           shows, asks, then does it
  $ taskwire apply --service checkout --yes  without asking, for a pipeline
  $ taskwire apply --target-group web --include-held
                                             what the brake holds, too
  $ taskwire apply --only scaling            the auto scaling of services
  $ taskwire apply --cluster production --task 36fbeee74c1d4e7a9b3f7eeebf630017
                                             this task now, such as after its
                                             standby tag changed

Only what was shown and is still needed is done. With TASKWIRE_MODE=observe
nothing is.
What the brake holds of scaling would move the running count; it says by how
much. Only the deployed function begins a hold (while a deployment runs or tasks
do not start): a command line does not come back to end it, but may end it.
Signs: + registered or set, - deregistered or deleted, ~ a reaction ended,
  x refused by AWS, ! held back.
Exit code: 0 all done, 1 something is left or findings, 2 wrong usage,
  3 could not finish.`;

/** What apply was asked to do. */
interface ApplyOptions {
  readonly scope: Scope;
  readonly only: Half | undefined;
  readonly except: readonly string[] | undefined;
  /** Only this task. */
  readonly task?: TaskName;
  readonly yes: boolean;
  readonly includeHeld: boolean;
  readonly failOn: Severity;
  /** The result goes to stdout as JSON, so what is shown before goes to stderr. */
  readonly json: boolean;
}

const taskRun = async (name: TaskName, { settings, deps }: VerbTools, signal: AbortSignal): Promise<Run> => {
  const { taskArn, clusterArn } = await findTask(name, deps.tasks);
  const message: Message = {
    id: taskIdOf(taskArn),
    input: { kind: 'later', work: { kind: 'look', clusterArn, taskArns: [taskArn], act: 'all' } },
    postmark: { firstSeenMs: deps.clock.nowMs(), tries: 0 },
    body: '',
  };
  return async ({ mode, brakeReleased, shown }) => {
    const limits = { brakePercent: settings.brakePercent, brakeReleased };
    const isShown = shown === undefined ? {} : { isShown: shown.isShown };
    const { settled, errors } = await followTasks([message], { mode, limits, ...isShown, signal }, deps);
    return seenTargets(
      {
        settled,
        findings: settled.flatMap(({ findings }) => findings),
        failures: [...errors].map(([resource, error]) => ({ resource, error })),
      },
      deps.clock.nowMs(),
    );
  };
};

/** What was shown and neither made, refused nor held: it was no longer needed, or had become something else. */
const notMade = (
  shown: readonly (Change | HeldChange)[],
  report: Report,
  writes: readonly ScalingWrite[],
  done: Seen,
): readonly Line[] => {
  const told = new Set([...report.changes, ...report.held].map(changeKeyOf));
  const written = new Set([...done.writes, ...done.heldWrites].map(keyOfWrite));
  const left = [
    ...shown.filter((change) => change.target !== undefined && !told.has(changeKeyOf(change))),
    ...writes.filter((write) => !written.has(keyOfWrite(write))),
  ];
  if (left.length === 0 || report.failures.length > 0) return [];
  const names = [...new Set(left.map(({ resource }) => resourceText(resource)))].join(', ');
  const what = count(left.length, 'change that was shown was', 'changes that were shown were');
  return [line(`${what} not made (${names}): no longer needed, or no longer possible (see the findings).`)];
};

const keyOfWrite = ({ action, resource, what }: ScalingWrite): string => JSON.stringify([action, resource, what]);

/** Plans, shows, asks, and does what was shown and is still needed. */
const runApply = async (options: ApplyOptions, cli: Cli): Promise<Answer> => {
  const { scope, yes, includeHeld, failOn, json } = options;
  const halves = halvesOf(options.only);
  const leaveOut = leavingOut(options.except);
  if (parseSettings(cli.env).mode === 'enforce') mustBeAskable('apply', yes, cli);
  const tools = await createVerbTools(cli);
  const { mode } = tools.settings;
  const { terminal, env } = cli;
  const run = options.task
    ? await taskRun(options.task, tools, cli.signal)
    : createRun({ scope, halves, signal: cli.signal, env }, tools);
  const of = () => ({ verb: 'apply', mode, calls: tools.calls(), env });

  const planned = leaveOut(await run({ mode: 'observe', brakeReleased: false }));
  const plan = reportOf(planned, of());
  const planLines = changeLines(plan, planned.looked, false);
  const leave = (...words: readonly Line[]): Answer => ({
    report: plan,
    lines: [...planLines, callLine(plan), ...words],
    code: exitCodeOf(plan, failOn),
  });

  if (options.task && planned.looked.length === 0 && plan.failures.length === 0) {
    const { task, cluster } = options.task;
    const why = `taskwire explain ${task}${isTaskArn(task) ? '' : ` --cluster ${cluster}`}`;
    const words = line(`No target group binds this task. To learn why: ${why}`);
    return { report: plan, lines: [words, callLine(plan)], code: exitCodeOf(plan, failOn) };
  }
  const mayNot = new Set(planned.looked.filter(({ observed }) => observed).map(({ resource }) => resource));
  const shown = [...plan.changes, ...(includeHeld ? plan.held : [])].filter(({ resource }) => !mayNot.has(resource));
  if (mode === 'observe') {
    return leave(EMPTY, line(OBSERVED_ONLY, 'warn'));
  }
  if (shown.length === 0) {
    const held = plan.held.length > 0 && !includeHeld;
    return held ? leave(EMPTY, line('What is held is only done with --include-held.', 'warn')) : leave();
  }

  tellFirst([...planLines, EMPTY], json, cli);
  if (!(await isAgreed(questionOf(shown.length), yes, cli))) {
    return { report: plan, lines: [line('Nothing was changed.')], code: exitCodeOf(plan, failOn) };
  }

  terminal.progress('Looking again, and making the changes …');
  const writes = [...planned.writes, ...(includeHeld ? planned.heldWrites : [])];
  const again = { mode, brakeReleased: includeHeld, shown: { isShown: shownOf(shown), writes } };
  const done = leaveOut(await run(again));
  const report = reportOf(done, of());
  return {
    report,
    lines: [...doneLines(plan.findings, report, done), ...notMade(shown, report, writes, done), callLine(report)],
    code: exitCodeOf(report, failOn, done.refused),
  };
};

/** `taskwire apply` */
export const apply: Verb = ({ cli, answer }) =>
  new Command('apply')
    .summary('do what plan shows, after asking')
    .description(
      'Shows what would be done to target groups and to the auto scaling of services, asks, looks again and does what was shown and is still needed. What AWS refuses is told with its reason.',
    )
    .addOption(clusterOption())
    .addOption(serviceOption())
    .addOption(targetGroupOption())
    .addOption(new Option('--task <task>', 'only this task, now: its ARN, or its id with --cluster'))
    .addOption(onlyOption())
    .addOption(yesOption())
    .addOption(new Option('--include-held', 'also do what the brake holds, once it was shown'))
    .addOption(exceptOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, yes = false, includeHeld = false, failOn, only, except, task, ...scope }) => {
      await answer('apply', json, async () => {
        if (task !== undefined && (scope.service !== undefined || scope.targetGroup !== undefined)) {
          throw new UsageError(
            '--task looks at one task in all its target groups: leave out --service and --target-group.',
          );
        }
        if (task !== undefined && only === 'scaling') {
          throw new UsageError(
            '--task looks at one task in its target groups, and scaling is of services: use --service.',
          );
        }
        const named = task === undefined ? {} : { task: parseTaskName(task, scope.cluster) };
        return runApply({ scope: parseScope(scope), only, except, ...named, yes, includeHeld, failOn, json }, cli);
      });
    });
