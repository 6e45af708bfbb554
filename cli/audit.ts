import { Command, Option } from '@commander-js/extra-typings';
import { collectSnapshot } from '../shared/app/collect-snapshot.ts';
import { recallable } from '../shared/app/recallable.ts';
import { createRevisionBook } from '../shared/app/revision-book.ts';
import { parseAuditInput } from '../shared/contracts/audit-input.ts';
import { parsePolicyDocument } from '../shared/contracts/policy-document.ts';
import { parseScalingTags } from '../shared/contracts/scaling-tags.ts';
import { parseSettings } from '../shared/contracts/settings.ts';
import { readSnapshot, writeSnapshot } from '../shared/contracts/snapshot-file.ts';
import { parseStandby } from '../shared/contracts/standby-tag.ts';
import { parseTaskDefinition } from '../shared/contracts/task-definition-file.ts';
import { parseTracingSettings } from '../shared/contracts/tracing-settings.ts';
import { parseTracingTags } from '../shared/contracts/tracing-tags.ts';
import { wiringReaders } from '../shared/contracts/wiring-readers.ts';
import { judgeSnapshot } from '../shared/core/audit/judge-snapshot.ts';
import type { AuditReport } from '../shared/core/audit/report.ts';
import { AUDIT_RULES } from '../shared/core/audit/rules.ts';
import type { Snapshot } from '../shared/core/audit/snapshot.ts';
import type { Severity } from '../shared/core/outcome.ts';
import { quote } from '../shared/core/text.ts';
import { InputError, TaskwireError } from '../shared/errors.ts';
import type { Report } from '../shared/report/report.ts';
import { auditLines, verdictLine } from '../shared/report/terminal/audit.ts';
import { line, paint } from '../shared/report/terminal/text.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf } from './exit-code.ts';
import { fileReason, isMissing } from './file-reason.ts';
import { clusterOption, failOnOption, jsonOption } from './options.ts';
import { checkRules, exceptOption, ruleList } from './rule-names.ts';
import { UsageError } from './usage-error.ts';

const EXAMPLES = `
Examples:
  $ taskwire audit                              everything that is watched
  $ taskwire audit --cluster production --iam   one cluster, roles too
  $ taskwire audit --format html --out report.html
  $ taskwire audit --save snapshot.json         what was seen, to judge it again
  $ taskwire audit --from snapshot.json         offline: no AWS call
  $ taskwire audit --reuse snapshot.json --save snapshot.json
                                                every night: describes only task
                                                definitions that are new
  $ taskwire audit --only TGT,SCL --except SCL-20 --fail-on medium
  $ taskwire audit --format sarif > audit.sarif for code scanning

Changes nothing. Values of environment variables, commands and secrets are
neither saved nor shown. --json prints an Outcome like every verb; --format json
the whole report.
Exit code: 0 no findings at or above --fail-on, 1 findings, 2 wrong usage,
  3 something could not be seen.`;

const FORMATS = ['pretty', 'json', 'sarif', 'markdown', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** What audit was asked. */
interface AuditOptions {
  readonly cluster?: string | undefined;
  readonly iam: boolean;
  readonly save?: string | undefined;
  readonly from?: string | undefined;
  readonly reuse?: string | undefined;
  readonly format: Format;
  readonly out?: string | undefined;
  readonly json: boolean;
  readonly failOn: Severity;
  readonly only?: readonly string[] | undefined;
  readonly except?: readonly string[] | undefined;
}

const checkScope = ({ cluster, iam, from, reuse, json, format }: AuditOptions): void => {
  if (from !== undefined && (cluster !== undefined || iam || reuse !== undefined)) {
    throw new UsageError(
      '--from judges what was saved: leave out --cluster, --iam and --reuse, which are about looking.',
    );
  }
  if (json && format !== 'pretty') {
    throw new UsageError(`--json and --format ${format} are two formats: leave one out.`);
  }
  try {
    // The same rules as for an audit that is asked of the function by hand.
    parseAuditInput(cluster === undefined ? {} : { cluster });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw new UsageError(
      `--cluster must be a name or an ARN, found ${quote(cluster ?? '')}. Leave it out to mean all.`,
    );
  }
};

const collect = async ({ cluster, iam, reuse }: AuditOptions, cli: Cli): Promise<Snapshot> => {
  const settings = parseTracingSettings(cli.env);
  const earlier = reuse === undefined ? [] : await readReused(reuse, cli);
  const { tagPrefix: prefix } = settings;
  cli.terminal.progress('Looking at clusters …');
  const { definitions, ...connection } = await cli.connect(settings, cli.signal);
  const snapshot = await collectSnapshot(
    { ...(cluster !== undefined && { cluster }), iam },
    {
      ...connection,
      settings,
      version: cli.version,
      revisions: createRevisionBook({
        definitions,
        readDefinition: (definition, name) => parseTaskDefinition(definition, name)[0]?.task,
      }),
      ...wiringReaders(settings),
      parseScalingTags: (tags, resource) => parseScalingTags(tags, { prefix, resource, maxTasks: settings.maxTasks }),
      parseTracingTags: (tags, resource) => parseTracingTags(tags, { prefix, resource }),
      parseStandby: ({ tags, taskArn }) => parseStandby(tags, prefix, taskArn),
      parsePolicy: parsePolicyDocument,
    },
    {
      signal: cli.signal,
      progress: (text) => cli.terminal.progress(text),
      earlier: recallable(earlier, cli.version, connection.clock.nowMs()),
    },
  );
  // No Region, no credentials, nobody there: not a finding of an audit. What is asked once more tells it as every verb does.
  const { clusters, groups, unseen } = snapshot;
  if (clusters.length === 0 && groups.length === 0 && unseen.length > 0) await connection.tasks.clusters();
  return snapshot;
};

/** Who runs it, as far as that is known without a call. */
const whoRuns = ({ env }: Cli): string =>
  env.AWS_PROFILE ? `taskwire audit, profile ${env.AWS_PROFILE}` : 'taskwire audit';

const parsed = (option: string, path: string, text: string): Snapshot => {
  try {
    return readSnapshot(text);
  } catch (cause) {
    if (!(cause instanceof TaskwireError)) throw cause;
    throw new TaskwireError(cause.disposition, `${option} ${quote(path)}: ${cause.message}`, { cause });
  }
};

const readSaved = async (path: string, cli: Cli): Promise<Snapshot> => {
  const text = await cli.readFile(path).catch((error: unknown) => {
    throw new UsageError(`--from ${quote(path)} could not be read: ${fileReason(error)}`);
  });
  // It was seen by whoever saved it; reading it sends no call.
  return { ...parsed('--from', path, text), calls: {} };
};

/** Revisions of an earlier audit; none where nothing was saved there yet, or nothing that can be read. */
const readReused = async (path: string, cli: Cli): Promise<Snapshot['revisions']> => {
  const text = await cli.readFile(path).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw new UsageError(`--reuse ${quote(path)} could not be read: ${fileReason(error)}`);
  });
  if (text === undefined) return [];
  try {
    return parsed('--reuse', path, text).revisions;
  } catch (error) {
    if (!(error instanceof TaskwireError)) throw error;
    // One night's torn file must not keep every later one from being written.
    cli.terminal.note(paint([line(`${error.message} Everything is described.`, 'dim')], cli.terminal.noteLook));
    return [];
  }
};

const write = async (option: string, path: string, text: string, cli: Cli): Promise<void> => {
  try {
    await cli.writeFile(path, text);
  } catch (cause) {
    throw new TaskwireError(
      'fail',
      `${option} ${quote(path)} could not be written: ${fileReason(cause, 'There is no such folder.')}`,
      { cause },
    );
  }
};

/** The report in a format of its own; `undefined` for what a terminal shows. */
const documentOf = async (format: Format, report: AuditReport, version: string): Promise<string | undefined> => {
  switch (format) {
    case 'json':
      return (await import('../shared/report/audit-json.ts')).renderAuditJson(report, { version });
    case 'sarif':
      return (await import('../shared/report/audit-sarif.ts')).renderAuditSarif(report, { version });
    case 'markdown':
      return (await import('../shared/report/audit-markdown.ts')).renderAuditMarkdown(report, { version });
    case 'html':
      return (await import('../shared/report/page/page.tsx')).renderAuditPage(report, { version });
    case 'pretty':
      return undefined;
  }
};

const outcomeOf = ({ findings, unseen, summary }: AuditReport): Report => ({
  function: 'audit',
  mode: 'observe',
  changes: [],
  held: [],
  findings: findings.map(({ rule, severity, resource, summary: found, fix }) => ({
    rule,
    severity,
    resource,
    summary: found,
    fix,
  })),
  calls: summary.calls,
  failures: unseen.map(({ resource, what, why }) => ({ resource, message: `${what}: ${why}` })),
});

/** Looks at everything, or takes what was saved, and judges it. */
const runAudit = async (options: AuditOptions, cli: Cli): Promise<Answer> => {
  const { from, save, out, format, only, except, failOn } = options;
  checkScope(options);
  checkRules('--only', only, AUDIT_RULES);
  checkRules('--except', except, AUDIT_RULES);
  const snapshot = from === undefined ? await collect(options, cli) : await readSaved(from, cli);
  if (save !== undefined) await write('--save', save, writeSnapshot(snapshot), cli);
  cli.terminal.progress('Judging …');
  const judged = judgeSnapshot(snapshot, [], {
    brakePercent: parseSettings(cli.env).brakePercent,
    ...(only !== undefined && { only }),
    ...(except !== undefined && { except }),
  });
  const audited: AuditReport = { ...judged, by: whoRuns(cli) };
  const report = outcomeOf(audited);
  const code = exitCodeOf(report, failOn);
  const lines = auditLines(audited);
  const document = await documentOf(format, audited, cli.version);
  if (out === undefined) return { report, lines, ...(document !== undefined && { document }), code };
  await write('--out', out, document ?? paint(lines, { colour: false, width: cli.terminal.outLook.width }), cli);
  return { report, lines: [verdictLine(audited), line(`The report is in ${out}.`)], code };
};

/** `taskwire audit` */
export const audit: Verb = ({ cli, answer }) =>
  new Command('audit')
    .summary('judge everything by all rules, and write a report')
    .description(
      'Looks at the services, tasks, target groups, auto scaling, task definitions and Elastic Beanstalk environments of the watched clusters, judges them by all rules, and shows what is wrong, each with its cure. Changes nothing.',
    )
    .addOption(clusterOption())
    .addOption(new Option('--iam', 'read what the task roles allow, too'))
    .addOption(new Option('--save <file>', 'write what was seen, without secrets'))
    .addOption(new Option('--from <file>', 'judge what was saved; - for stdin'))
    .addOption(
      new Option('--reuse <file>', 'describe no task definition that was saved; a file that is not there yet is fine'),
    )
    .addOption(new Option('--format <format>', 'how to show it').choices(FORMATS).default('pretty' as const))
    .addOption(new Option('--out <file>', 'write it there instead of to stdout'))
    .addOption(
      new Option('--only <rules>', 'only these rules or kinds of rules, such as TGT,SCL-4').argParser(ruleList),
    )
    .addOption(exceptOption())
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false, iam = false, ...options }) => {
      await answer('audit', json, async () => runAudit({ json, iam: iam === true, ...options }, cli));
    });
