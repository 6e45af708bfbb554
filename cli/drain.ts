import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type Drained, type DrainPlan, type DrainTarget, drainTasks, planDrain } from '../shared/app/drain-tasks.ts';
import { OBSERVED_ONLY } from '../shared/app/repair.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import { clusterNameOf, targetGroupNameOf, taskIdOf } from '../shared/core/task/arn.ts';
import { InputError } from '../shared/errors.ts';
import type { Report } from '../shared/report/report.ts';
import { callLine, failureLines } from '../shared/report/terminal/footer.ts';
import { EMPTY, type Line, line, NO_BREAK } from '../shared/report/terminal/text.ts';
import { count, targetText } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, mustBeAskable, tellFirst } from './confirm.ts';
import { describeError } from './describe-error.ts';
import { type DrainName, type DrainSubject, findDrainSubject, parseDrainName } from './drain-subject.ts';
import { jsonOption, yesOption } from './options.ts';
import { createVerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire drain 36fbeee74c1d4e7a9b3f7eeebf630017 --cluster production
                                     shows, asks, drains, stops the task
  $ taskwire drain arn:aws:ecs:eu-central-1:111122223333:task/production/36fb...
  $ taskwire drain i-0a1b2c3d4e5f60718 --cluster production --yes
                                     the container instance on this EC2 instance

A task that is stopped gets SIGTERM while its load balancers still send to it;
this takes it out of its target groups first and waits until they have let go of
it: as soon as no connection is left, at the latest after the deregistration
delay. Then the task is stopped, or the container instance set to DRAINING.
Tasks are held out by their tag taskwire:standby. Interrupted, the tag stays and
nothing is stopped: drain again, or take the tag away and apply --task.
Exit code: 0 drained, 1 not agreed to or refused, 2 wrong usage,
  3 could not finish.`;

/** Registering and draining take some seconds to show. */
const MARGIN_SECONDS = 60;
/** AWS takes no longer delay. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html */
const MOST_SECONDS = 3_600 + MARGIN_SECONDS;

interface DrainOptions {
  readonly name: DrainName;
  readonly last: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** An Outcome, and how far draining came. */
interface DrainReport extends Report {
  readonly drain: {
    readonly kind: 'task' | 'container-instance';
    /** ARN. */
    readonly resource: string;
    readonly targets: readonly { readonly targetGroup: string; readonly id: string; readonly port: number }[];
    /** What still was in its group at the end. */
    readonly left: number;
    /** `planned`: nothing was changed. `held-out`: on standby, not stopped. */
    readonly is: 'planned' | 'held-out' | 'stopped' | 'draining';
    readonly waitedSeconds?: number;
  };
}

const wholeSeconds = (text: string): number => {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= MOST_SECONDS) return seconds;
  throw new InvalidArgumentError(`It takes whole seconds from 1 to ${MOST_SECONDS}.`);
};

const titleOf = (subject: DrainSubject, wired: number): string =>
  subject.kind === 'task'
    ? `Task ${taskIdOf(subject.tasks[0].taskArn)} in cluster ${clusterNameOf(subject.tasks[0].clusterArn)}`
    : `Container instance ${taskIdOf(subject.arn)} in cluster ${clusterNameOf(subject.cluster)}: ${count(subject.tasks.length, 'task')}, ${wired} in target groups`;

const targetLine = ({ targetGroup, target, task, draining }: DrainTarget, named: boolean): Line => ({
  spans: [
    { text: `- ${targetText(target)}`, tone: 'warn' },
    {
      text: `  out of ${targetGroupNameOf(targetGroup)}${named ? ` (task ${taskIdOf(task)})` : ''}${draining ? ', draining already' : ''}`,
    },
  ],
  indent: 2,
  hang: 6,
});

const planLines = (
  subject: DrainSubject,
  { targets, delaySeconds, lastIn }: DrainPlan,
  last: boolean,
): readonly Line[] => {
  const wired = new Set(targets.map(({ task }) => task)).size;
  const instance = subject.kind === 'instance';
  const then = instance
    ? 'Then the container instance is set to DRAINING: ECS starts the tasks of services elsewhere and stops them here.'
    : 'Then the task is stopped; its service starts another one only then, so until that runs one task fewer serves.';
  return [
    line(titleOf(subject, wired), 'strong'),
    ...targets.map((each) => targetLine(each, instance)),
    ...(targets.length > 0
      ? [line(`Draining ends when no connection is left, at the latest after ${count(delaySeconds, 'second')}.`)]
      : []),
    line(then),
    ...(last && lastIn.length > 0
      ? [line(`Nothing that serves is left in ${lastIn.join(', ')} then: --last was given.`, 'warn')]
      : []),
    EMPTY,
  ];
};

/** To be copied, so on one line however long it is. */
const command = (text: string): Line => line(text.replaceAll(' ', NO_BREAK), undefined, 2);

const undoLines = (tagPrefix: string, left: readonly { readonly task: string }[]): readonly Line[] => {
  const [first, ...more] = [...new Set(left.map(({ task }) => task))];
  if (first === undefined) return [];
  return [
    line(
      `${count(more.length + 1, 'task stays', 'tasks stay')} out of the target groups by the tag ${tagPrefix}:standby and ${more.length === 0 ? 'goes' : 'go'} on running. Drain again to finish, or bring ${more.length === 0 ? 'it' : 'each'} back:`,
    ),
    command(`aws ecs untag-resource --resource-arn ${first} --tag-keys ${tagPrefix}:standby`),
    command(`taskwire apply --task ${first}`),
  ];
};

const runDrain = async (options: DrainOptions, cli: Cli): Promise<Answer> => {
  const { name, last, yes, json } = options;
  const { mode, tagPrefix } = parseSettings(cli.env);
  if (mode === 'enforce') mustBeAskable('drain', yes, cli);
  const { deps: common, taskControl, calls } = await createVerbTools(cli);
  const deps = { ...common, taskControl };
  const { clock } = common;
  const subject = await findDrainSubject(name, { tasks: common.tasks, taskControl });
  const resource = subject.kind === 'task' ? subject.tasks[0].taskArn : subject.arn;

  const answer = (
    is: DrainReport['drain']['is'],
    code: Answer['code'],
    lines: readonly Line[],
    of: { readonly plan?: DrainPlan; readonly drained?: Drained; readonly failure?: string } = {},
  ): Answer => {
    const { plan, drained, failure } = of;
    const failures = failure === undefined ? [] : [{ resource, message: failure }];
    const report: DrainReport = {
      function: 'drain',
      mode,
      changes: drained?.settled.flatMap(({ changes }) => changes) ?? [],
      held: [],
      findings: [],
      calls: calls(),
      failures,
      drain: {
        kind: subject.kind === 'task' ? 'task' : 'container-instance',
        resource,
        targets: (plan?.targets ?? []).map(({ targetGroup, target: { id, port } }) => ({ targetGroup, id, port })),
        left: (drained?.left ?? plan?.targets ?? []).length,
        is,
        ...(drained !== undefined && { waitedSeconds: Math.ceil(drained.waitedMs / 1000) }),
      },
    };
    return { report, lines: [...lines, ...failureLines(failures), callLine(report)], code };
  };

  if (subject.kind === 'task') {
    const [{ taskArn, desiredStatus, lastStatus }] = subject.tasks;
    if (desiredStatus === 'STOPPED') {
      return answer('stopped', 0, [
        line(`Task ${taskIdOf(taskArn)} is stopping already (${lastStatus}): there is nothing to wait for any more.`),
      ]);
    }
  }
  const plan = await planDrain(
    subject.tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING'),
    deps,
  );
  if (subject.kind === 'task' && plan.targets.length === 0) {
    throw new InputError(
      `Task ${taskIdOf(resource)} is in no target group that Taskwire fills, so there is nothing to drain. To learn why: taskwire explain ${resource}. To stop it: aws ecs stop-task --cluster ${clusterNameOf(subject.tasks[0].clusterArn)} --task ${resource}`,
    );
  }
  const shown = planLines(subject, plan, last);
  if (plan.lastIn.length > 0 && !last) {
    const words = `Refused: nothing that serves would be left in ${plan.lastIn.join(', ')}. Start another task first and wait until it is healthy, or add --last.`;
    return answer('planned', 1, [...shown, line(words, 'bad')], { plan });
  }
  if (mode === 'observe') return answer('planned', 1, [...shown, line(OBSERVED_ONLY, 'warn')], { plan });
  tellFirst(shown, json, cli);
  if (!(await isAgreed('Drain it?', yes, cli))) return answer('planned', 1, [line('Nothing was changed.')], { plan });

  const waitSeconds = options.timeoutSeconds ?? plan.delaySeconds + MARGIN_SECONDS;
  const begunMs = clock.nowMs();
  const tell = (left: readonly DrainTarget[]): void => {
    const seconds = Math.round((clock.nowMs() - begunMs) / 1000);
    const names = [...new Set(left.map(({ targetGroup }) => targetGroupNameOf(targetGroup)))].join(', ');
    cli.terminal.progress(
      `Draining for ${seconds} s of at most ${waitSeconds} s: ${count(left.length, 'target')} in ${names} …`,
    );
  };
  let drained: Drained | undefined;
  try {
    drained = await drainTasks(plan, { last, untilMs: begunMs + waitSeconds * 1000, tell, signal: cli.signal }, deps);
    if (drained.left.length > 0) {
      const words = `Not drained after ${waitSeconds} s: ${drained.left.map(({ target, targetGroup }) => `${targetText(target)} in ${targetGroupNameOf(targetGroup)}`).join(', ')}. Nothing was stopped.`;
      return answer('held-out', 3, [line(words, 'bad'), ...undoLines(tagPrefix, plan.targets)], { plan, drained });
    }
    cli.terminal.progress('Drained; stopping …');
    if (subject.kind === 'task') {
      await taskControl.stop(subject.tasks[0].clusterArn, resource, 'Drained by taskwire drain');
    } else await taskControl.drain(subject.cluster, resource);
  } catch (error) {
    const done = drained === undefined ? {} : { drained };
    const failure = describeError(error, cli.env);
    return answer('held-out', 3, [line('Not finished:', 'bad'), ...undoLines(tagPrefix, plan.targets)], {
      plan,
      ...done,
      failure,
    });
  }
  const seconds = Math.ceil(drained.waitedMs / 1000);
  const gone = `${count(plan.targets.length, 'target is', 'targets are')} gone after ${count(seconds, 'second')}`;
  const end = subject.kind === 'task' ? 'The task was asked to stop.' : 'The container instance is DRAINING.';
  return answer(subject.kind === 'task' ? 'stopped' : 'draining', 0, [line(`${gone}. ${end}`, 'good')], {
    plan,
    drained,
  });
};

/** `taskwire drain` */
export const drain: Verb = ({ cli, answer }) =>
  new Command('drain')
    .summary('take a task, or a container instance, out of its target groups, wait, then stop it')
    .description(
      'Takes the targets of a task, or of all tasks of a container instance, out of their target groups, waits until these have let go of them, and only then stops the task or sets the container instance to DRAINING. Shows what it means and asks first. Never takes what serves last out of a group, unless it is told to.',
    )
    .addArgument(
      new Argument('<subject>', 'ARN or id of a task, ARN of a container instance, or id of its EC2 instance'),
    )
    .addOption(new Option('--cluster <cluster>', 'the cluster, where an id is given'))
    .addOption(new Option('--last', 'also where nothing that serves would be left in a target group'))
    .addOption(
      new Option('--timeout <seconds>', 'wait no longer; else the longest deregistration delay and a minute').argParser(
        wholeSeconds,
      ),
    )
    .addOption(yesOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (subject, { json = false, yes = false, last = false, timeout, cluster }) => {
      await answer('drain', json, async () =>
        runDrain({ name: parseDrainName(subject, cluster), last, yes, json, timeoutSeconds: timeout }, cli),
      );
    });
