import { Command } from '@commander-js/extra-typings';
import { sweepTargets } from '../shared/app/sweep-targets.ts';
import type { Scope } from '../shared/core/message.ts';
import type { Severity } from '../shared/core/outcome.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { targetLines } from '../shared/report/terminal/targets.ts';
import { EMPTY, type Line } from '../shared/report/terminal/text.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import {
  clusterOption,
  failOnOption,
  jsonOption,
  parseScope,
  scopeText,
  serviceOption,
  targetGroupOption,
} from './options.ts';
import { lookedGroups, reportOf } from './swept.ts';
import { createTargetTools } from './target-deps.ts';

const EXAMPLES = `
Examples:
  $ taskwire plan                               every tagged target group
  $ taskwire plan --cluster production          those wired to one cluster
  $ taskwire plan --target-group checkout-blue  one of them
  $ taskwire plan --json --fail-on medium       for a pipeline

Signs: + would be registered, - would be deregistered, ! is held back,
  ? cannot be told yet.
Exit code: 0 nothing to do, 1 changes pending or held or findings,
  2 wrong usage, 3 could not finish.`;

/** What would be done in this scope; changes nothing. */
const runPlan = async (options: { readonly scope: Scope; readonly failOn: Severity }, cli: Cli): Promise<Answer> => {
  const { settings, deps, calls } = await createTargetTools(cli);
  const swept = await sweepTargets(
    {
      scope: options.scope,
      mode: 'observe',
      limits: { brakePercent: settings.brakePercent, brakeReleased: false },
      survey: true,
      patient: true,
      signal: cli.signal,
    },
    deps,
  );
  const report = reportOf(swept, { verb: 'plan', mode: 'observe', calls: calls(), env: cli.env });
  return {
    report,
    lines: [
      ...targetLines(report, lookedGroups(swept.settled, deps.clock.nowMs()), false),
      callLine(report),
      ...nextStep(report.changes.length, report.held.length, scopeText(options.scope)),
    ],
    code: exitCodeOf(report, options.failOn),
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
    .summary('show what would be done to target groups, and why')
    .description(
      'Compares every target group that carries tags of Taskwire with the ECS tasks it is wired to, and shows what would be registered and deregistered, what is held back, and what is wrong, each with its reason. Changes nothing.',
    )
    .addOption(clusterOption())
    .addOption(serviceOption())
    .addOption(targetGroupOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, failOn, ...scope }) => {
      await answer('plan', json, async () => runPlan({ scope: parseScope(scope), failOn }, cli));
    });
