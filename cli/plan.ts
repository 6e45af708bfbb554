import { Command } from '@commander-js/extra-typings';
import type { Scope } from '../shared/core/message.ts';
import type { Severity } from '../shared/core/outcome.ts';
import { changeLines } from '../shared/report/terminal/changes.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { EMPTY, type Line } from '../shared/report/terminal/text.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import type { Half } from './halves.ts';
import { createRun } from './look.ts';
import {
  clusterOption,
  failOnOption,
  halvesOf,
  jsonOption,
  onlyOption,
  parseScope,
  scopeText,
  serviceOption,
  targetGroupOption,
} from './options.ts';
import { exceptOption, leavingOut } from './rule-names.ts';
import { reportOf } from './seen.ts';
import { createVerbTools } from './verb-tools.ts';

const EXAMPLES = `
Examples:
  $ taskwire plan                               all that carries tags
  $ taskwire plan --cluster production          what belongs to one cluster
  $ taskwire plan --target-group checkout-blue  a target group, its services
  $ taskwire plan --only scaling --service web  the auto scaling of one service
  $ taskwire plan --json --fail-on medium       for a pipeline
  $ taskwire plan --except TGT-10,TAG           without findings that are known

Signs: + would be registered or set, - would be deregistered or deleted,
  ~ a reaction of scaling would end, ! is held back, ? cannot be told yet.
What a service has left of a scaling tag that was taken away is found while any
other service carries one, or with --cluster and --service.
Exit code: 0 nothing to do, 1 changes pending or held or findings,
  2 wrong usage, 3 could not finish.`;

/** What plan was asked. */
interface PlanOptions {
  readonly scope: Scope;
  readonly only: Half | undefined;
  readonly except: readonly string[] | undefined;
  readonly failOn: Severity;
}

/** What would be done in this scope; changes nothing. */
const runPlan = async ({ scope, only, except, failOn }: PlanOptions, cli: Cli): Promise<Answer> => {
  const halves = halvesOf(only);
  const leaveOut = leavingOut(except);
  const tools = await createVerbTools(cli);
  const run = createRun({ scope, halves, signal: cli.signal, env: cli.env }, tools);
  const seen = leaveOut(await run({ mode: 'observe', brakeReleased: false }));
  const report = reportOf(seen, { verb: 'plan', mode: 'observe', calls: tools.calls(), env: cli.env });
  const narrowed = [scopeText(scope), only && `--only ${only}`, except && `--except ${except.join(',')}`]
    .filter(Boolean)
    .join(' ');
  return {
    report,
    lines: [
      ...changeLines(report, seen.looked, false),
      callLine(report),
      ...nextStep(report.changes.length, report.held.length, narrowed),
    ],
    code: exitCodeOf(report, failOn),
  };
};

const nextStep = (changes: number, held: number, scope: string): readonly Line[] => {
  if (changes === 0 && held === 0) return [];
  const command = ['taskwire apply', scope].filter(Boolean).join(' ');
  const lines: Line[] = [EMPTY];
  if (changes > 0) lines.push({ spans: [{ text: 'To do it: ' }, { text: command, tone: 'strong' }], hang: 2 });
  if (held > 0) {
    const spans = [
      { text: 'To do what is held, too: ' },
      { text: `${command} --include-held`, tone: 'strong' as const },
    ];
    lines.push({ spans, hang: 2 });
  }
  return lines;
};

/** `taskwire plan` */
export const plan: Verb = ({ cli, answer }) =>
  new Command('plan')
    .summary('show what would be done, and why')
    .description(
      'Compares every target group that carries tags of Taskwire with the ECS tasks it is wired to, and the auto scaling of every service that carries the scaling tag with that tag. Shows what would be done, what is held back, and what is wrong, each with its reason. Changes nothing.',
    )
    .addOption(clusterOption())
    .addOption(serviceOption())
    .addOption(targetGroupOption())
    .addOption(onlyOption())
    .addOption(exceptOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, failOn, only, except, ...scope }) => {
      await answer('plan', json, async () => runPlan({ scope: parseScope(scope), only, except, failOn }, cli));
    });
