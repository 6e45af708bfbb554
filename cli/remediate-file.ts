import { type DockerrunWish, reshapeDockerrun } from '../shared/contracts/dockerrun-sidecar.ts';
import { DocumentError } from '../shared/contracts/located-document.ts';
import { parseCollectorImages } from '../shared/contracts/tracing-settings.ts';
import type { Change, Severity } from '../shared/core/outcome.ts';
import { quote } from '../shared/core/text.ts';
import { type AttachedCollector, DEFAULT_COLLECTOR } from '../shared/core/tracing/sidecar.ts';
import type { Report } from '../shared/report/report.ts';
import { diffLines } from '../shared/report/terminal/sidecars.ts';
import { EMPTY, type Line, line } from '../shared/report/terminal/text.ts';
import type { Answer, Cli } from './cli.ts';
import { isAgreed, tellFirst } from './confirm.ts';
import { exitCodeOf } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

/** What is asked of a Dockerrun file. */
interface FileOptions {
  readonly action: 'attach-sidecar' | 'detach-sidecar';
  readonly path: string;
  readonly collector: AttachedCollector | undefined;
  /** Write it. */
  readonly apply: boolean;
  readonly yes: boolean;
  readonly failOn: Severity;
  readonly json: boolean;
}

const wishOf = ({ action, collector = DEFAULT_COLLECTOR }: FileOptions, env: Cli['env']): DockerrunWish =>
  action === 'detach-sidecar'
    ? { action }
    : { action, collector, known: { collectorImages: parseCollectorImages(env) } };

const textOf = async (path: string, cli: Cli): Promise<string> => {
  try {
    return await cli.readFile(path);
  } catch (error) {
    throw new UsageError(`${quote(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
};

/**
 * Attaches a collector to a Dockerrun file of version 2, or detaches one: shows the difference, asks, writes the file. It
 * is for the person to deploy. No AWS call.
 * @throws {UsageError} If the file cannot be read, or is no Dockerrun file of version 2.
 */
export const remediateFile = async (options: FileOptions, cli: Cli): Promise<Answer> => {
  const { action, path, apply, yes, failOn, json } = options;
  const before = await textOf(path, cli);
  const reshaped = (() => {
    try {
      return reshapeDockerrun(before, wishOf(options, cli.env), path);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      throw new UsageError(`${path}: ${error.message}`);
    }
  })();
  const reportOf = (changes: readonly Change[], failures: Report['failures'] = []): Report => ({
    function: 'remediate',
    mode: apply ? 'enforce' : 'observe',
    changes,
    held: [],
    findings: [],
    calls: {},
    failures,
  });
  const answer = (report: Report, ...lines: readonly Line[]): Answer => ({
    report,
    lines,
    code: exitCodeOf(report, failOn),
  });
  if (reshaped.kind === 'refused') {
    const message = reshaped.reasons.join(' ');
    return answer(reportOf([], [{ resource: path, message }]), line(`${path}: ${message}`, 'bad'));
  }
  if (reshaped.kind === 'unchanged') return answer(reportOf([]), line(`${path}: ${reshaped.reason}`));

  const { container } = reshaped;
  const reason =
    action === 'attach-sidecar'
      ? `${container} is added as a collector`
      : `${container} is taken out, and what led to it`;
  const change: Change = { action, resource: path, reason, applied: false };
  const shown = [line(path, 'strong'), line(`${reason}:`, undefined, 2), ...diffLines(reshaped.diff), EMPTY];
  if (!apply && cli.terminal.ask === undefined) {
    const command = `taskwire remediate ${action} --file ${path}${options.collector === undefined ? '' : ` --collector ${options.collector}`} --apply --yes`;
    return answer(reportOf([change]), ...shown, line('To write it:'), line(command, 'strong', 2));
  }
  tellFirst(shown, json, cli);
  if (!(await isAgreed(`Write ${path}?`, yes, cli))) return answer(reportOf([change]), line('Nothing was changed.'));
  await cli.writeFile(path, reshaped.text);
  return answer(
    reportOf([{ ...change, applied: true }]),
    line(`${path} is written. Deploy it with your environment; version control has the way back.`),
  );
};
