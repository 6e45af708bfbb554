import { Argument, Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import type { SidecarProgress } from '../shared/app/change-sidecars.ts';
import { type AnyRepaired, repairOf } from '../shared/app/remediate.ts';
import { OBSERVED_ONLY } from '../shared/app/repair.ts';
import { readTask } from '../shared/contracts/read-task.ts';
import { parseRemediation } from '../shared/contracts/remediate-input.ts';
import { parseTracingSettings } from '../shared/contracts/tracing-settings.ts';
import { parseTracingTags } from '../shared/contracts/tracing-tags.ts';
import type { Change, Finding, Mode, Severity } from '../shared/core/outcome.ts';
import { COLLECTORS, REPAIRS, type Remediation } from '../shared/core/remediation.ts';
import { serviceNameOf } from '../shared/core/task/arn.ts';
import type { Report } from '../shared/report/report.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { sidecarLines } from '../shared/report/terminal/sidecars.ts';
import { EMPTY, type Line, line, NO_BREAK, paint } from '../shared/report/terminal/text.ts';
import { sha256 } from '../shared/runtime/sha256.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { isAgreed, questionOf, tellFirst } from './confirm.ts';
import { DONE, doneLines } from './done-lines.ts';
import { exitCodeOf } from './exit-code.ts';
import {
  clusterOption,
  failOnOption,
  jsonOption,
  parseScope,
  scopeText,
  serviceOption,
  targetGroupOption,
  yesOption,
} from './options.ts';
import { remediateFile } from './remediate-file.ts';
import { reportOf, type Seen, seenScaling, seenTargets } from './seen.ts';
import { UsageError } from './usage-error.ts';
import { createVerbTools, type VerbTools } from './verb-tools.ts';

const EXAMPLES = `
Actions:
  sync-targets            register what is missing, deregister what has proof
  unwire                  take the targets of its own tasks out of a group whose
                          mode is observe, the last one too
  remove-unknown-targets  deregister what a sweep only reports: what somebody
                          else holds, or no task explains
  sync-scaling            bring auto scaling in line with the tags of services
  resume-scaling          end the holds of scale-out; while their cause goes on,
                          the function may begin new ones
  attach-sidecar          add a trace collector to services, and roll it out
  detach-sidecar          take out what attach-sidecar added

Examples:
  $ taskwire remediate sync-targets --cluster production --service checkout
  $ taskwire remediate unwire --cluster production --target-group old-web
  $ taskwire remediate attach-sidecar --cluster production --service web
                                 shows the difference, asks, rolls it out
  $ taskwire remediate attach-sidecar --file Dockerrun.aws.json
                                 for Elastic Beanstalk; no AWS call
  $ taskwire remediate sync-scaling --cluster production --apply --plan p1-…
                                 what was shown before, without asking

On a terminal it shows what it would do, asks, and does it. In a pipeline it
prints the plan and the command that does it. Only what was shown and is still
needed is done; if anything else would have to be, nothing is, and it says what
(PlanChanged).
Revisions are registered and rolled out with your own rights. A rollout that
fails is rolled back, and no further one begins.
Signs: + registered, set or attached, - deregistered, deleted or detached,
  ~ a reaction ended, x refused by AWS, ! held back.
Exit code: 0 all done or nothing to do, 1 changes pending or held or findings,
  2 wrong usage, 3 could not finish.`;

/** What remediate was asked to do. */
interface RemediateOptions {
  readonly remediation: Remediation;
  readonly apply: boolean;
  readonly plan: string | undefined;
  readonly yes: boolean;
  readonly parallel: number;
  /** Where the revision of a service goes that somebody else deploys. */
  readonly write: string | undefined;
  readonly failOn: Severity;
  readonly json: boolean;
}

/** A report, with the plan or with what else there is to say. */
interface RemediateReport extends Report {
  readonly plan?: { readonly id: string; readonly changes: readonly Change[] };
  readonly notes?: readonly string[];
}

/** The command that makes a plan that was shown. */
const commandOf = ({ remediation, parallel }: RemediateOptions, id: string): string => {
  const { action, collector, ...scope } = remediation;
  return [
    `taskwire remediate ${action}`,
    scopeText(scope),
    collector && `--collector ${collector}`,
    parallel > 1 && `--parallel ${parallel}`,
    `--apply --plan ${id}`,
  ]
    .filter(Boolean)
    .join(' ');
};

/** What is told while rollouts go on: on a terminal all that are under way in one line, elsewhere what they come to. */
const progressTo = ({ terminal }: Cli): ((progress: SidecarProgress) => void) => {
  const underWay = new Map<string, string>();
  return ({ serviceArn, stage, text }) => {
    const name = serviceNameOf(serviceArn);
    const told = text.startsWith(name) ? text : `${name}: ${text}`;
    if (stage === 'ended') underWay.delete(serviceArn);
    else underWay.set(serviceArn, told);
    if (stage !== 'watching') terminal.note(paint([line(told, 'dim')], terminal.noteLook));
    if (underWay.size > 0) terminal.progress([...underWay.values()].join(' · ').slice(0, terminal.noteLook.width - 1));
  };
};

const repairFor = ({ remediation, parallel }: RemediateOptions, tools: VerbTools, cli: Cli) => {
  const { settings, deps, sidecars } = tools;
  const { tagPrefix, mode, brakePercent } = settings;
  const { tracing, collectorImages } = parseTracingSettings(cli.env);
  const ofSidecars = remediation.action === 'attach-sidecar' || remediation.action === 'detach-sidecar';
  return repairOf(
    remediation,
    {
      ...deps,
      ...(ofSidecars && { clock: sidecars.clock }),
      definitions: sidecars.definitions,
      rollouts: sidecars.rollouts,
      tracing,
      collectorImages,
      parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix: tagPrefix, resource }),
      readTask,
      mode,
      brakePercent,
      sha256,
    },
    { signal: cli.signal, parallel, onProgress: progressTo(cli) },
  );
};

/** What was looked at, for a person to read, and how many changes AWS refused. */
const seenIn = (
  seen: AnyRepaired,
  { remediation }: RemediateOptions,
  { settings, deps }: VerbTools,
): Pick<Seen, 'looked' | 'refused'> => {
  switch (seen.kind) {
    case 'targets': {
      const { looked, refused } = seenTargets(seen.swept, deps.clock.nowMs());
      // Unwiring changes groups that are only observed.
      const unwires = remediation.action === 'unwire';
      return { looked: unwires ? looked.map((each) => ({ ...each, observed: false })) : looked, refused };
    }
    case 'scaling':
      return seenScaling(seen.settled, settings.tagPrefix);
    case 'sidecars':
      return { looked: [], refused: 0 };
  }
};

/** A command in one line, however long it is, so that it can be copied. */
const whole = (command: string): string => command.replaceAll(' ', NO_BREAK);

const noteLine = (note: string): Line => {
  const [words = '', command] = note.split(/(?<=The way back: )(?=aws )/);
  return { spans: [{ text: words }, ...(command === undefined ? [] : [{ text: whole(command) }])], hang: 2 };
};

const noteLines = (notes: readonly string[]): readonly Line[] =>
  notes.length === 0 ? [] : [EMPTY, ...notes.map(noteLine)];

const runRemediate = async (options: RemediateOptions, cli: Cli): Promise<Answer> => {
  const { apply, plan: id, yes, failOn, json } = options;
  const { terminal, env } = cli;
  if (apply && id === undefined && !yes && terminal.ask === undefined) {
    throw new UsageError(
      'PlanRequired: --apply does what was shown. Leave it out first, then add the --plan that is printed; or add --yes to do whatever is needed now.',
    );
  }
  const tools = await createVerbTools(cli);
  const repair = await repairFor(options, tools, cli);
  const report = (seen: AnyRepaired, mode: Mode): Report =>
    reportOf(seen, { verb: 'remediate', mode, calls: tools.calls(), env });

  const carryOut = async (planId: string, shown: readonly Finding[]): Promise<Answer> => {
    terminal.progress('Looking again, and making the changes …');
    const { seen, made } = await repair.apply(planId);
    const done = report(seen, tools.settings.mode);
    const { looked, refused } = seenIn(seen, options, tools);
    const lines =
      seen.kind === 'sidecars'
        ? [...(made ? DONE : []), ...sidecarLines(seen.changes, seen.diffs, done.failures, made)]
        : made
          ? doneLines(shown, done, { looked })
          : changeLines(done, looked, false);
    return {
      report: withNotes(done, seen.notes),
      lines: [...lines, ...noteLines(seen.notes), callLine(done)],
      code: exitCodeOf(done, failOn, made ? refused : 0),
    };
  };
  if (apply && id !== undefined) return carryOut(id, []);

  const looked = await repair.plan();
  const { plan } = looked;
  const written = options.write === undefined ? [] : [await writeManual(options.write, looked.seen, cli)];
  const seen = { ...looked.seen, notes: [...looked.seen.notes, ...written] };
  const planned: RemediateReport = { ...report(seen, 'observe'), plan };
  const lines = [
    ...(seen.kind === 'sidecars'
      ? sidecarLines(seen.changes, seen.diffs, planned.failures, false)
      : changeLines(planned, seenIn(seen, options, tools).looked, false)),
    ...noteLines(seen.notes),
  ];
  const leave = (before: readonly Line[], ...words: readonly Line[]): Answer => ({
    report: withNotes(planned, seen.notes),
    lines: [...before, callLine(planned), ...words],
    code: exitCodeOf(planned, failOn),
  });
  const command = [line('To do it:'), line(whole(commandOf(options, plan.id)), 'strong', 2)];
  if (plan.changes.length === 0) return leave(lines);
  if (tools.settings.mode === 'observe') return leave(lines, EMPTY, line(OBSERVED_ONLY, 'warn'));
  if (!apply && terminal.ask === undefined) return leave(lines, EMPTY, ...command);
  tellFirst([...lines, EMPTY], json, cli);
  if (await isAgreed(questionOf(plan.changes.length), yes, cli)) return carryOut(plan.id, planned.findings);
  return leave([line('Nothing was changed.')], ...command);
};

/**
 * Writes the new revision of a service that CodeDeploy or an external controller deploys: with the secrets of its
 * environment, so only where the person says.
 * @throws {UsageError} Unless there is exactly one.
 */
const writeManual = async (path: string, seen: AnyRepaired, cli: Cli): Promise<string> => {
  const manual = seen.kind === 'sidecars' ? seen.planned.flatMap((each) => (each.kind === 'manual' ? [each] : [])) : [];
  const [only] = manual;
  if (only === undefined || manual.length > 1) {
    throw new UsageError(
      `--write is for one service that somebody else deploys, and there ${manual.length === 0 ? 'is none' : `are ${manual.length}`}. Name it with --service, or leave --write out.`,
    );
  }
  await cli.writeFile(path, `${JSON.stringify(only.definition, null, 2)}\n`);
  return `${path} is written. Register it: aws ecs register-task-definition --cli-input-json file://${path}`;
};

const withNotes = <R extends Report>(report: R, notes: readonly string[]): R =>
  notes.length === 0 ? report : { ...report, notes };

const parseParallel = (text: string): number => {
  if (/^[1-9]\d?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a number from 1 to 99.');
};

/** `taskwire remediate` */
export const remediate: Verb = ({ cli, answer }) =>
  new Command('remediate')
    .summary('repair one thing, as it was shown')
    .description(
      'Makes one repair of one cluster: shows what it will do, each change with its reason, asks, looks again, and does what was shown and is still needed.',
    )
    .addArgument(new Argument('<action>', 'what to repair').choices(REPAIRS))
    .addOption(clusterOption())
    .addOption(serviceOption())
    .addOption(targetGroupOption())
    .addOption(new Option('--collector <collector>', 'which collector is attached').choices(COLLECTORS))
    .addOption(
      new Option('--parallel <number>', 'how many services roll out at a time').argParser(parseParallel).default(1),
    )
    .addOption(new Option('--file <path>', 'change the sidecar of this Dockerrun.aws.json, and call nobody'))
    .addOption(
      new Option('--write <path>', 'write the definition of a service that CodeDeploy or another tool deploys'),
    )
    .addOption(new Option('--apply', 'do it'))
    .addOption(new Option('--plan <id>', 'with --apply: do what this plan showed, without asking'))
    .addOption(yesOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (action, options) => {
      const {
        json = false,
        yes = false,
        apply = false,
        failOn,
        plan,
        file,
        collector,
        parallel,
        write,
        ...named
      } = options;
      await answer('remediate', json, async () => {
        if (yes && !apply) throw new UsageError('--yes answers the question of --apply: add --apply.');
        if (plan !== undefined && !apply) throw new UsageError('--plan says what --apply does: add --apply.');
        if (file !== undefined) {
          if (action !== 'attach-sidecar' && action !== 'detach-sidecar') {
            throw new UsageError('--file is for attach-sidecar and detach-sidecar.');
          }
          if (plan !== undefined || write !== undefined || Object.keys(named).length > 0) {
            throw new UsageError(
              '--file changes that file alone: leave out --plan, --write, --cluster, --service and --target-group.',
            );
          }
          return remediateFile({ action, path: file, collector, apply, yes, failOn, json }, cli);
        }
        if (plan !== undefined && write !== undefined) {
          throw new UsageError('--write is for when the plan is shown: leave it out with --plan.');
        }
        const scope = parseScope(named);
        if (scope.cluster === undefined) {
          throw new UsageError(`--cluster is missing: a repair is of one cluster, such as --cluster production.`);
        }
        const { remediation } = parseRemediation({ action, ...scope, ...(collector !== undefined && { collector }) });
        return runRemediate({ remediation, apply, plan, yes, parallel, write, failOn, json }, cli);
      });
    });
