import { Command, CommanderError } from '@commander-js/extra-typings';
import type { Pause } from '../shared/app/pauses.ts';
import { renderPausedTime } from '../shared/contracts/paused-tag.ts';
import { printable } from '../shared/core/text.ts';
import { renderJson } from '../shared/report/json.ts';
import type { Report } from '../shared/report/report.ts';
import { pausedLines } from '../shared/report/terminal/paused.ts';
import { paint } from '../shared/report/terminal/text.ts';
import type { Cli, Tools } from './cli.ts';
import { describeError } from './describe-error.ts';
import { exitCodeOfError } from './exit-code.ts';
import { pausesOf } from './paused-note.ts';
import { VERBS } from './verbs.ts';

const SETTINGS = `
Environment:
  AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL and the other variables of the AWS
  SDK say where and as whom. TASKWIRE_TAG_PREFIX, TASKWIRE_CLUSTERS,
  TASKWIRE_MODE, TASKWIRE_BRAKE_PERCENT and TASKWIRE_HOLD_MINUTES mean what they
  mean for the deployed functions: set them as your stack has them. With
  TASKWIRE_MODE=observe nothing is changed.`;

/** A verb that could not answer is an Outcome too, so that whoever reads JSON always gets one document. */
const failedReport = (verb: string, message: string): Report => ({
  function: verb,
  mode: 'observe',
  changes: [],
  held: [],
  findings: [],
  calls: {},
  failures: [{ resource: `taskwire ${verb}`, message }],
});

/** They tell of it themselves, and what the tagging API tells beside them is how it was before. */
const SWITCHING: ReadonlySet<string> = new Set(['pause', 'resume']);

interface Pauses {
  readonly found: readonly Pause[];
  readonly nowMs: number;
}

const NOTHING_PAUSED: Pauses = { found: [], nowMs: 0 };

const withPauses = (report: Report, pauses: readonly Pause[]): Report & { readonly paused?: readonly object[] } =>
  pauses.length === 0
    ? report
    : {
        ...report,
        paused: pauses.map(({ kind, name, resource, sinceMs }) => ({
          kind,
          name,
          resource,
          ...(sinceMs !== undefined && { since: renderPausedTime(sinceMs) }),
        })),
      };

/**
 * Runs one command line.
 * @param argv What stands behind the program's name.
 * @returns The exit code.
 */
export const runCli = async (argv: readonly string[], cli: Cli): Promise<number> => {
  const { terminal } = cli;
  let code = 0;
  const fail = (verb: string, json: boolean, message: string): void => {
    if (json) terminal.out(renderJson(failedReport(verb, message)));
    terminal.note(
      paint([{ spans: [{ text: 'error: ', tone: 'bad' }, { text: message }], hang: 2 }], terminal.noteLook),
    );
  };
  let pauses: Promise<Pauses> | undefined;
  const tools: Tools = {
    cli: {
      ...cli,
      connect: async (settings, signal) => {
        const connection = await cli.connect(settings, signal);
        pauses = pausesOf(connection, settings.tagPrefix).then((found) => ({ found, nowMs: connection.clock.nowMs() }));
        return connection;
      },
    },
    exit: (given) => {
      code = given;
    },
    answer: async (verb, json, work) => {
      try {
        const { report, lines, document, code: result } = await work();
        code = result;
        const { found, nowMs } = SWITCHING.has(verb) ? NOTHING_PAUSED : ((await pauses) ?? NOTHING_PAUSED);
        const told = pausedLines(found, nowMs);
        if (document !== undefined && told.length > 0) terminal.note(paint(told, terminal.noteLook));
        terminal.out(
          document ?? (json ? renderJson(withPauses(report, found)) : paint([...lines, ...told], terminal.outLook)),
        );
      } catch (error) {
        code = exitCodeOfError(error);
        fail(verb, json, describeError(error, cli.env));
      }
    },
  };

  // Commander quotes what was typed; that may have come from anywhere.
  const safe = (text: string): string => text.split('\n').map(printable).join('\n');
  const program = new Command('taskwire')
    .description('Keeps Amazon ECS tasks wired to their target groups, and auto scaling as the tags of services say.')
    .version(cli.version)
    .exitOverride()
    .showHelpAfterError('(add --help for what it takes)')
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.note(safe(text)),
      getOutHelpWidth: () => terminal.outLook.width,
      getErrHelpWidth: () => terminal.noteLook.width,
      getOutHasColors: () => terminal.outLook.colour,
      getErrHasColors: () => terminal.noteLook.colour,
    })
    .addHelpText('after', SETTINGS);
  for (const verb of VERBS) program.addCommand(verb(tools).copyInheritedSettings(program));

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    const [verb = ''] = argv;
    if (argv.includes('--json')) terminal.out(renderJson(failedReport(verb, error.message)));
    return 2;
  }
  return code;
};
