import { Command, Option } from '@commander-js/extra-typings';
import { findTask, type TaskName } from '../shared/app/find-task.ts';
import { followTasks } from '../shared/app/follow-tasks.ts';
import type { IsShown } from '../shared/app/settle-group.ts';
import { sweepTargets } from '../shared/app/sweep-targets.ts';
import type { Message, Scope } from '../shared/core/message.ts';
import type { Change, Finding, HeldChange, Mode, Severity } from '../shared/core/outcome.ts';
import { targetGroupNameOf, taskIdOf } from '../shared/core/task/arn.ts';
import type { Report } from '../shared/report/report.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { targetLines } from '../shared/report/terminal/targets.ts';
import { EMPTY, type Line, line, paint } from '../shared/report/terminal/text.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, mustBeAskable } from './confirm.ts';
import { exitCodeOf } from './exit-code.ts';
import {
  clusterOption,
  failOnOption,
  jsonOption,
  parseScope,
  serviceOption,
  targetGroupOption,
  yesOption,
} from './options.ts';
import { type Looked, lookedGroups, refusedOf, reportOf } from './swept.ts';
import { createTargetTools, type TargetTools } from './target-deps.ts';
import { isTaskArn, parseTaskName } from './task-name.ts';
import { UsageError } from './usage-error.ts';

const EXAMPLES = `
Examples:
  $ taskwire apply                           shows, asks, then does it
  $ taskwire apply --service checkout --yes  without asking, for a pipeline
  $ taskwire apply --target-group web --include-held
                                             what the brake holds, too
  $ taskwire apply --cluster production --task 36fbeee74c1d4e7a9b3f7eeebf630017
                                             this task now, such as after its
                                             standby tag changed

Only what was shown and is still needed is done. With TASKWIRE_MODE=observe
nothing is.
Signs: + registered, - deregistered, x refused by AWS, ! held back.
Exit code: 0 all done, 1 something is left or findings, 2 wrong usage,
  3 could not finish.`;

/** What apply was asked to do. */
interface ApplyOptions {
  readonly scope: Scope;
  /** Only this task. */
  readonly task?: TaskName;
  readonly yes: boolean;
  readonly includeHeld: boolean;
  readonly failOn: Severity;
  /** The result goes to stdout as JSON, so what is shown before goes to stderr. */
  readonly json: boolean;
}

interface Look {
  readonly mode: Mode;
  readonly brakeReleased: boolean;
  readonly isShown?: IsShown;
}

/** Looks at the scope and does what may be done; how, is the sweep's or the task's business. */
type Run = (how: Look) => Promise<Looked>;

const keyOf = (action: string, resource: string, target: Change['target']): string =>
  JSON.stringify([action, resource, target?.id, target?.port]);

/** Which changes a person was shown, and agreed to. */
const shownOf = (changes: readonly (Change | HeldChange)[]): IsShown => {
  const keys = new Set(changes.map(({ action, resource, target }) => keyOf(action, resource, target)));
  return (action, resource, target) => keys.has(keyOf(action, resource, target));
};

const sweepRun = (scope: Scope, { settings, deps }: TargetTools, signal: AbortSignal): Run => {
  let firstSeenMs: ReadonlyMap<string, number> = new Map();
  return async ({ mode, brakeReleased, ...shown }) => {
    const limits = { brakePercent: settings.brakePercent, brakeReleased };
    const swept = await sweepTargets(
      { scope, mode, limits, survey: true, patient: true, firstSeenMs, ...shown, signal },
      deps,
    );
    // What was seen twice before it was shown need not be waited for again.
    firstSeenMs = new Map([...firstSeenMs, ...swept.firstSeenMs]);
    return swept;
  };
};

const taskRun = async (name: TaskName, { settings, deps }: TargetTools, signal: AbortSignal): Promise<Run> => {
  const { taskArn, clusterArn } = await findTask(name, deps.tasks);
  const message: Message = {
    id: taskIdOf(taskArn),
    input: { kind: 'later', work: { kind: 'look', clusterArn, taskArns: [taskArn], act: 'all' } },
    postmark: { firstSeenMs: deps.clock.nowMs(), tries: 0 },
    body: '',
  };
  return async ({ mode, brakeReleased, ...shown }) => {
    const limits = { brakePercent: settings.brakePercent, brakeReleased };
    const { settled, errors } = await followTasks([message], { mode, limits, ...shown, signal }, deps);
    return {
      settled,
      findings: settled.flatMap(({ findings }) => findings),
      failures: [...errors].map(([resource, error]) => ({ resource, error })),
    };
  };
};

const notMade = (shown: readonly (Change | HeldChange)[], report: Report): readonly Line[] => {
  const told = new Set(
    [...report.changes, ...report.held].map(({ action, resource, target }) => keyOf(action, resource, target)),
  );
  const left = shown.filter(({ action, resource, target }) => !told.has(keyOf(action, resource, target)));
  if (left.length === 0 || report.failures.length > 0) return [];
  const groups = [...new Set(left.map(({ resource }) => targetGroupNameOf(resource)))].join(', ');
  const what = count(left.length, 'change that was shown was', 'changes that were shown were');
  return [line(`${what} not made (${groups}): no longer needed, or no longer possible (see the findings).`)];
};

/** Plans, shows, asks, and does what was shown and is still needed. */
const runApply = async (options: ApplyOptions, cli: Cli): Promise<Answer> => {
  const { yes, includeHeld, failOn, json } = options;
  const tools = await createTargetTools(cli);
  const { mode } = tools.settings;
  if (mode === 'enforce') mustBeAskable('apply', yes, cli);
  const { terminal, env } = cli;
  const run = options.task
    ? await taskRun(options.task, tools, cli.signal)
    : sweepRun(options.scope, tools, cli.signal);
  const tell = (lines: readonly Line[]): void => {
    if (json) terminal.note(paint(lines, terminal.noteLook));
    else terminal.out(paint(lines, terminal.outLook));
  };
  const of = () => ({ verb: 'apply', mode, calls: tools.calls(), env });

  const planned = await run({ mode: 'observe', brakeReleased: false });
  const plan = reportOf(planned, of());
  const planLines = targetLines(plan, lookedGroups(planned.settled, tools.deps.clock.nowMs()), false);
  const leave = (...words: readonly Line[]): Answer => ({
    report: plan,
    lines: [...planLines, callLine(plan), ...words],
    code: exitCodeOf(plan, failOn),
  });

  if (options.task && planned.settled.length === 0 && plan.failures.length === 0) {
    const { task, cluster } = options.task;
    const why = `taskwire explain ${task}${isTaskArn(task) ? '' : ` --cluster ${cluster}`}`;
    const words = line(`No target group binds this task. To learn why: ${why}`);
    return { report: plan, lines: [words, callLine(plan)], code: exitCodeOf(plan, failOn) };
  }
  const may = new Set(planned.settled.filter(({ binding }) => binding.wiring.mode !== 'observe').map(arnOf));
  const shown = [...plan.changes, ...(includeHeld ? plan.held : [])].filter(({ resource }) => may.has(resource));
  if (mode === 'observe') {
    return leave(
      EMPTY,
      line('TASKWIRE_MODE is observe: nothing was changed. Set it to enforce to apply this.', 'warn'),
    );
  }
  if (shown.length === 0) {
    const held = plan.held.length > 0 && !includeHeld;
    return held ? leave(EMPTY, line('What is held is only done with --include-held.', 'warn')) : leave();
  }

  tell([...planLines, EMPTY]);
  if (!(await isAgreed(`Make ${shown.length === 1 ? 'this change' : `these ${shown.length} changes`}?`, yes, cli))) {
    return { report: plan, lines: [line('Nothing was changed.')], code: exitCodeOf(plan, failOn) };
  }

  terminal.progress('Looking again, and making the changes …');
  const done = await run({ mode, brakeReleased: includeHeld, isShown: shownOf(shown) });
  const report = reportOf(done, of());
  return {
    report,
    lines: [...doneLines(plan, report, done, tools.deps.clock.nowMs()), ...notMade(shown, report), callLine(report)],
    code: exitCodeOf(report, failOn, refusedOf(done.settled).length),
  };
};

/** What was done; what was found is only told where it was not shown before. */
const doneLines = (plan: Report, report: Report, { settled }: Looked, nowMs: number): readonly Line[] => {
  const keyOfFinding = ({ rule, resource, summary }: Finding): string => JSON.stringify([rule, resource, summary]);
  const before = new Set(plan.findings.map(keyOfFinding));
  const news = report.findings.filter((finding) => !before.has(keyOfFinding(finding)));
  const left = report.findings.length - news.length;
  const touched = new Set([...report.changes, ...report.held].map(({ resource }) => resource));
  const groups = lookedGroups(settled, nowMs).filter(({ resource }) => touched.has(resource));
  return [
    line('Done:', 'strong'),
    EMPTY,
    ...targetLines({ ...report, findings: news }, groups, true),
    ...(left > 0 ? [line(`${count(left, 'finding')} from above ${left === 1 ? 'stays' : 'stay'}.`)] : []),
  ];
};

const arnOf = ({ binding }: Looked['settled'][number]): string => binding.group.arn;

/** `taskwire apply` */
export const apply: Verb = ({ cli, answer }) =>
  new Command('apply')
    .summary('do what plan shows, after asking')
    .description(
      'Shows what would be done to target groups, asks, looks again and does what was shown and is still needed. What AWS refuses is told with its reason.',
    )
    .addOption(clusterOption())
    .addOption(serviceOption())
    .addOption(targetGroupOption())
    .addOption(new Option('--task <task>', 'only this task, now: its ARN, or its id with --cluster'))
    .addOption(yesOption())
    .addOption(new Option('--include-held', 'also do what the brake holds, once it was shown'))
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, yes = false, includeHeld = false, failOn, task, ...scope }) => {
      await answer('apply', json, async () => {
        if (task !== undefined && (scope.service !== undefined || scope.targetGroup !== undefined)) {
          throw new UsageError(
            '--task looks at one task in all its target groups: leave out --service and --target-group.',
          );
        }
        const named = task === undefined ? {} : { task: parseTaskName(task, scope.cluster) };
        return runApply({ scope: parseScope(scope), ...named, yes, includeHeld, failOn, json }, cli);
      });
    });
