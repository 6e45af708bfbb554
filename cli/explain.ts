import { Argument, Command, Option } from '@commander-js/extra-typings';
import { explainServiceScaling, type ServiceName } from '../shared/app/explain-scaling.ts';
import { type Explained, explainTargets, type Subject } from '../shared/app/explain-targets.ts';
import type { Severity } from '../shared/core/outcome.ts';
import type { ScaledService } from '../shared/core/scaling/observed.ts';
import { workloadKeyOf } from '../shared/core/targets/binding.ts';
import { clusterNameOf, parseArn, targetGroupNameOf, taskIdOf } from '../shared/core/task/arn.ts';
import { quote } from '../shared/core/text.ts';
import type { Report } from '../shared/report/report.ts';
import { type ExplainedView, explainedLines } from '../shared/report/terminal/explained.ts';
import { explainedScalingLines } from '../shared/report/terminal/explained-scaling.ts';
import { count } from '../shared/report/terminal/words.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import { failOnOption, jsonOption, mustNameGroup } from './options.ts';
import { reportOf } from './seen.ts';
import { parseServiceName } from './service-name.ts';
import { isTaskArn, isTaskId, parseTaskName } from './task-name.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools, type VerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire explain checkout-blue
                            a target group, by its name or ARN
  $ taskwire explain 36fbeee74c1d4e7a9b3f7eeebf630017 --cluster production
                            a task, by its id and cluster, or by its ARN alone
  $ taskwire explain production/checkout
                            a service's auto scaling, by <cluster>/<service> or
                            by the service's ARN

Exit code: 0 all as wanted, 1 something would be done or findings,
  2 wrong usage, 3 could not finish.`;

/** The auto scaling of a service. */
interface AboutService extends ServiceName {
  readonly kind: 'service';
}

/**
 * What a person asks about.
 * @throws {UsageError} If it can be neither a task, a target group nor a service, or a task without its cluster.
 */
const parseSubject = (text: string, cluster: string | undefined): Subject | AboutService => {
  const service = parseServiceName(text, cluster);
  if (service !== undefined) return { kind: 'service', ...service };
  if (isTaskArn(text) || isTaskId(text)) return { kind: 'task', ...parseTaskName(text, cluster) };
  const arn = parseArn(text);
  if (arn !== undefined && !(arn.service === 'elasticloadbalancing' && arn.resource.startsWith('targetgroup/'))) {
    throw new UsageError(`${quote(text)} is the ARN of neither an ECS task, a service nor a target group.`);
  }
  if (cluster !== undefined) {
    throw new UsageError(
      `${quote(text)} is no id of a task (32 hexadecimal digits). For a target group leave out --cluster.`,
    );
  }
  // What a target group's name or ARN may be, by the same rules as everywhere.
  mustNameGroup(text);
  return { kind: 'group', targetGroup: text };
};

const viewOf = ({ about, explanations, misses, advice }: Explained): ExplainedView => {
  const rest = { explanations, misses, ...(advice !== undefined && { advice }) };
  if (about.kind === 'task') {
    const { task, workloads } = about;
    const belongs = workloads.length > 0 ? workloads.map(workloadKeyOf).join(' and ') : 'no workload';
    return {
      kind: 'task',
      title: `Task ${taskIdOf(task.taskArn)} in cluster ${clusterNameOf(task.clusterArn)}`,
      facts: [
        `${task.lastStatus} (desired ${task.desiredStatus}), belongs to ${belongs}`,
        `task definition ${taskIdOf(task.taskDefinitionArn)}`,
      ],
      ...rest,
    };
  }
  const { binding, targetGroup } = about;
  if (binding === undefined) {
    return { kind: 'group', title: `Target group ${targetGroupNameOf(targetGroup)}`, facts: [], ...rest };
  }
  const { group, wiring } = binding;
  return {
    kind: 'group',
    title: `Target group ${group.name}`,
    facts: [
      `type ${group.targetType}, ${group.protocol} ${group.port}, ${group.vpcId}`,
      `wired to ${wiring.workloads.map(workloadKeyOf).join(', ')}; targets ${wiring.targets}, mode ${wiring.mode}`,
    ],
    ...rest,
  };
};

/** The report of an explanation: an Outcome, and what was explained. */
interface ExplainReport extends Report {
  readonly explanations: Explained['explanations'];
  readonly misses: Explained['misses'];
  readonly advice?: string;
}

const deploymentText = ({ deployingSinceMs }: ScaledService): string =>
  deployingSinceMs === undefined ? '' : '; a deployment runs';

/** What a service's tags ask of its scaling, what is there, and why. */
const explainService = async (
  { subject, failOn }: { readonly subject: AboutService; readonly failOn: Severity },
  { env }: Cli,
  { settings, deps, calls }: VerbTools,
): Promise<Answer> => {
  const limits = { brakePercent: settings.brakePercent, brakeReleased: false };
  const { service, tags, explanations, advice, ...outcome } = await explainServiceScaling(subject, limits, deps);
  const more = { explanations, ...(advice !== undefined && { advice }) };
  const of = { verb: 'explain', mode: 'observe', calls: calls(), env } as const;
  const report = { ...reportOf({ ...outcome, failures: [] }, of), ...more };
  const view = {
    title: `Auto scaling of service ${service.name} in cluster ${service.cluster}`,
    facts: [
      `${count(service.desired, 'task')} wanted, ${service.running} running${deploymentText(service)}`,
      ...tags.map(({ key, value }) => `${key} = ${value}`),
    ],
    ...more,
  };
  return { report, lines: explainedScalingLines(view, report), code: exitCodeOf(report, failOn) };
};

/** Why a task is or is not in its target groups, or what is in a target group and why; changes nothing. */
const runExplain = async (
  options: { readonly subject: Subject | AboutService; readonly failOn: Severity },
  cli: Cli,
): Promise<Answer> => {
  const tools = await createVerbTools(cli);
  const { subject, failOn } = options;
  if (subject.kind === 'service') return explainService({ subject, failOn }, cli, tools);
  const { settings, deps, calls } = tools;
  const limits = { brakePercent: settings.brakePercent, brakeReleased: false };
  const explained = await explainTargets(subject, limits, deps);
  const { changes, held, explanations, misses, advice } = explained;
  const of = { verb: 'explain', mode: 'observe', calls: calls(), env: cli.env } as const;
  const report: ExplainReport = {
    ...reportOf({ changes, held, findings: explained.findings, failures: explained.failures }, of),
    explanations,
    misses,
    ...(advice !== undefined && { advice }),
  };
  return { report, lines: explainedLines(viewOf(explained), report), code: exitCodeOf(report, options.failOn) };
};

/** `taskwire explain` */
export const explain: Verb = ({ cli, answer }) =>
  new Command('explain')
    .summary('say why a task is or is not in its target groups, or why a service scales so')
    .description(
      'Says in words, for each target group that a task is bound to, why the task is or is not in it and what Taskwire would do; or for each task and target of a target group. Of a service: what its tags ask of its auto scaling, what is there, what differs, and why a hold or reaction stands. Changes nothing.',
    )
    .addArgument(
      new Argument(
        '<subject>',
        'ARN or id of a task, ARN or name of a target group, ARN or <cluster>/<service> of a service',
      ),
    )
    .addOption(new Option('--cluster <cluster>', 'the cluster of a task that is given by its id'))
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (subject, { json = false, failOn, cluster }) => {
      await answer('explain', json, async () => runExplain({ subject: parseSubject(subject, cluster), failOn }, cli));
    });
