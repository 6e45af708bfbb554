import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { doctor as askDoctor, type DoctorDeps } from '../shared/app/doctor.ts';
import { parsePausedTime } from '../shared/contracts/paused-tag.ts';
import { parseRemediateSettings } from '../shared/contracts/remediate-settings.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import { parseTracingSettings } from '../shared/contracts/tracing-settings.ts';
import { parseWiring } from '../shared/contracts/wiring-tags.ts';
import { type Checked, findingsOf } from '../shared/core/doctor/diagnosis.ts';
import type { Severity } from '../shared/core/outcome.ts';
import type { Settings } from '../shared/core/settings.ts';
import type { Report } from '../shared/report/report.ts';
import { doctorLines, doctorSummary } from '../shared/report/terminal/doctor.ts';
import { callLine } from '../shared/report/terminal/footer.ts';
import { EMPTY, line } from '../shared/report/terminal/text.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { describeError } from './describe-error.ts';
import { exitCodeOf } from './exit-code.ts';
import { failOnOption, jsonOption } from './options.ts';

const EXAMPLES = `
Examples:
  $ taskwire doctor                    the stack taskwire-prod
  $ taskwire doctor --stage test       another one
  $ taskwire doctor --json --fail-on medium > doctor.json

Reads only, and answers within 20 seconds: what AWS did not tell by then is not
known. docs/doctor.md lists the checks and the rights that each one needs.
Exit code: 0 nothing at or above --fail-on, 1 findings, 2 wrong usage,
  3 something is not known.`;

/** The rest of the 20 s is for starting, and for what a busy machine adds. */
const LIMIT_MS = 17_000;

/** What doctor was asked. */
interface DoctorOptions {
  readonly stage: string;
  readonly json: boolean;
  readonly failOn: Severity;
}

/** Each as its function reads them. */
const readSettings: DoctorDeps['readSettings'] = (part, env): Settings => {
  if (part === 'verify-xray' || part === 'audit') return parseTracingSettings(env);
  return part === 'remediate' ? parseRemediateSettings(env) : parseSettings(env);
};

/** The report of a doctor: an Outcome, and every check. */
interface DoctorReport extends Report {
  readonly checks: readonly {
    readonly id: string;
    readonly status: Checked['status'];
    readonly title: string;
    readonly found: string;
  }[];
}

const runDoctor = async ({ stage, failOn }: DoctorOptions, cli: Cli): Promise<Answer> => {
  const settings = parseSettings(cli.env);
  cli.terminal.progress('Asking AWS …');
  // What has not answered in time must not keep the process waiting either.
  const over = new AbortController();
  const connection = await cli.connect(settings, AbortSignal.any([cli.signal, over.signal]));
  const checks = await askDoctor(
    { stage, limitMs: LIMIT_MS },
    {
      ...connection,
      settings,
      version: cli.version,
      readSettings,
      describeError: (error) => describeError(error, cli.env),
      pausedTimeOf: parsePausedTime,
      workloadsOf: (tags, resource, prefix) =>
        parseWiring(tags, { prefix, resource, watchedClusters: [] }).wiring?.workloads ?? [],
    },
  );
  over.abort();
  const calls = connection.calls();
  const report: DoctorReport = {
    function: 'doctor',
    mode: 'observe',
    changes: [],
    held: [],
    findings: checks.flatMap(findingsOf),
    calls,
    failures: checks.flatMap(({ rule, unseen = [] }) =>
      unseen.map(({ resource, why }) => ({ resource: `${rule.id} ${resource}`, message: why })),
    ),
    checks: checks.map(({ rule, status, found }) => ({ id: rule.id, status, title: rule.title, found })),
  };
  const lines = [...doctorLines(checks), EMPTY, line(doctorSummary(checks), 'strong'), callLine(report)];
  return { report, lines, code: exitCodeOf(report, failOn) };
};

const parseStage = (text: string): string => {
  if (/^[a-z][a-z0-9-]{0,19}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be up to 20 lower-case letters, digits and hyphens.');
};

/** `taskwire doctor` */
export const doctor: Verb = ({ cli, answer }) =>
  new Command('doctor')
    .summary('check the stack, the rights and the events, each with its cure')
    .description(
      'Checks what must be right before tasks are wired: credentials and clock, what is deployed and set, what the roles allow, whether events arrive, what waits, the tagging API, budgets, clusters and other stacks. Changes nothing.',
    )
    .addOption(new Option('--stage <stage>', 'of the stack: taskwire-<stage>').argParser(parseStage).default('prod'))
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, ...options }) => {
      await answer('doctor', json, async () => runDoctor({ json, ...options }, cli));
    });
