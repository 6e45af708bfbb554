import { Argument, Command, Option } from '@commander-js/extra-typings';
import {
  type Definitions,
  definitionsOf,
  isComposeName,
  mentionsTasks,
  NoTasksError,
  type RecognisedFile,
  readEcsParams,
  recogniseFile,
} from '../shared/contracts/definition-file.ts';
import { DocumentError } from '../shared/contracts/located-document.ts';
import { parseCollectorImages } from '../shared/contracts/tracing-settings.ts';
import { evaluate, type RuleFinding } from '../shared/core/audit/evaluate.ts';
import { DEFINITION_RULES } from '../shared/core/definition/rules.ts';
import type { WrittenTask } from '../shared/core/definition/written.ts';
import type { Severity } from '../shared/core/outcome.ts';
import { TRACING_RULES } from '../shared/core/tracing/rules.ts';
import type { TracedTask, WantedCollector } from '../shared/core/tracing/subject.ts';
import type { Looked, PlacedFailure, PlacedFinding, PlacedReport } from '../shared/report/placed.ts';
import { renderSarif } from '../shared/report/sarif.ts';
import { placedLines } from '../shared/report/terminal/placed.ts';
import type { Answer, Cli, Verb } from './cli.ts';
import { exitCodeOf, SEVERITIES } from './exit-code.ts';
import { fileReason } from './file-reason.ts';
import { failOnOption, jsonOption } from './options.ts';
import { UsageError } from './usage-error.ts';

const EXAMPLES = `
Examples:
  $ taskwire lint task-definition.json          what a pipeline registers
  $ taskwire lint infra/*.yml Dockerrun.aws.json
  $ taskwire lint .                             all that describes tasks, below
  $ aws ecs describe-task-definition --task-definition web | taskwire lint -
  $ taskwire lint --format sarif . > lint.sarif for code scanning
  $ taskwire lint --collector adot --fail-on medium web.json

Read are task definitions (JSON or YAML, also as describe-task-definition
answers), CloudFormation and SAM templates, Dockerrun.aws.json, and
docker-compose.yml with the ecs-params.yml beside it. In a folder, files are
found by what they hold; a Compose file only with an ecs-params.yml beside it.
What a template computes is neither guessed nor held against it.
An image of your own that is a collector is told by the environment:
TASKWIRE_COLLECTOR_IMAGES="tools/tracer=adot, mirror/xr=xray"
No AWS call is sent and no credentials are needed.
Exit code: 0 no findings at or above --fail-on, 1 findings, 2 wrong usage,
  3 a file could not be read.`;

const FORMATS = ['pretty', 'json', 'sarif', 'junit'] as const;
type Format = (typeof FORMATS)[number];

const COLLECTORS = ['xray', 'adot', 'cloudwatch-agent', 'any'] as const satisfies readonly WantedCollector[];

/** What lint was asked. */
interface LintOptions {
  readonly paths: readonly string[];
  readonly format: Format;
  readonly failOn: Severity;
  readonly wanted: WantedCollector;
}

/** A file to be read. */
interface Candidate {
  readonly path: string;
  /** Nobody named it: it lies in a folder that somebody named, and is passed over where it describes no tasks. */
  readonly searched: boolean;
}

/** What reading a file came to; neither where it is passed over. */
interface Read {
  readonly candidate: Candidate;
  readonly file?: RecognisedFile;
  readonly ecsParams?: RecognisedFile;
  readonly failure?: PlacedFailure;
}

/** So many at once keep the disk busy, and are no burden on the memory. */
const READ_AT_ONCE = 32;

const nameOf = (path: string): string => (path === '-' ? 'stdin' : path);

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

const failureOf = (path: string, error: unknown): PlacedFailure => {
  const file = nameOf(path);
  return { resource: file, file, message: fileReason(error), ...(error instanceof DocumentError && error.position) };
};

/** The files that were named, and those in the folders that were. */
const candidatesOf = async (paths: readonly string[], { filesIn }: Cli): Promise<readonly Candidate[]> => {
  const candidates = new Map<string, Candidate>();
  for (const path of paths) {
    const below = await filesIn(path);
    for (const named of below ?? [path]) {
      // One file, however it is written.
      const each = named.replace(/^(?:\.[/\\]+)+(?=.)/, '');
      // Whoever names a file wants to hear of it, also where it lies in a folder that is named, too.
      if (below === undefined || !candidates.has(each)) {
        candidates.set(each, { path: each, searched: below !== undefined });
      }
    }
  }
  return [...candidates.values()];
};

const readBeside = async (path: string, { readFile }: Cli): Promise<RecognisedFile | undefined> => {
  for (const name of ['ecs-params.yml', 'ecs-params.yaml']) {
    const beside = `${folderOf(path)}${name}`;
    let text: string;
    try {
      text = await readFile(beside);
    } catch (error) {
      if (isMissing(error)) continue;
      throw error;
    }
    try {
      return readEcsParams(beside, text);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      throw new DocumentError(`${beside}:${error.position.line}:${error.position.column} ${error.message}`, {
        line: 1,
        column: 1,
      });
    }
  }
  return undefined;
};

const readOne = async (candidate: Candidate, cli: Cli): Promise<Read> => {
  const { path, searched } = candidate;
  try {
    const text = await cli.readFile(path);
    const couldBe = !searched || mentionsTasks(text) || isComposeName(path);
    if (!couldBe) return { candidate };
    const file = recogniseFile(nameOf(path), text);
    if (file.format !== 'compose' || path === '-') return { candidate, file };
    const ecsParams = await readBeside(path, cli);
    // Most Compose files are for a developer's own machine.
    if (ecsParams === undefined) return searched ? { candidate } : { candidate, file };
    return { candidate, file, ecsParams };
  } catch (error) {
    if (searched && error instanceof NoTasksError) return { candidate };
    // Whatever kept this file from being read, the others go on.
    return { candidate, failure: failureOf(path, error) };
  }
};

const readAll = async (candidates: readonly Candidate[], cli: Cli): Promise<readonly Read[]> => {
  const reads: Read[] = [];
  for (let at = 0; at < candidates.length; at += READ_AT_ONCE) {
    cli.signal.throwIfAborted();
    const batch = candidates.slice(at, at + READ_AT_ONCE);
    reads.push(...(await Promise.all(batch.map((candidate) => readOne(candidate, cli)))));
  }
  return reads;
};

const findingsIn = (
  { tasks, locate }: Definitions,
  expected: Pick<TracedTask, 'wanted' | 'collectorImages'>,
): readonly PlacedFinding[] => {
  const placed = (written: WrittenTask, { path = [], container, ...finding }: RuleFinding): PlacedFinding => {
    const place = locate(path);
    return {
      ...finding,
      resource: place.file,
      ...place,
      ...(written.task !== undefined && { task: written.task.name }),
      ...(container !== undefined && { container }),
    };
  };
  return tasks
    .flatMap((written) => {
      const { task } = written;
      const found = [
        ...evaluate(written, DEFINITION_RULES, ''),
        ...(task === undefined ? [] : evaluate({ task, ...expected }, TRACING_RULES, '')),
      ];
      return found.map((finding) => placed(written, finding));
    })
    .toSorted((a, b) => a.line - b.line || a.column - b.column);
};

/** What is wrong with what was read, beside what is in it. */
const failuresOf = (reads: readonly Read[]): readonly PlacedFailure[] => {
  const composed = new Set(reads.flatMap(({ ecsParams }) => ecsParams?.path ?? []));
  return reads.flatMap(({ candidate, file, failure }): readonly PlacedFailure[] => {
    if (failure !== undefined) return [failure];
    if (file?.format !== 'ecs-params' || candidate.searched || composed.has(file.path)) return [];
    const message = 'This says more about a docker-compose.yml, and is read with it. Name the docker-compose.yml.';
    return [{ resource: file.path, file: file.path, message }];
  });
};

/** Judges the task definitions in files; calls nobody. */
const runLint = async ({ paths, format, failOn, wanted }: LintOptions, cli: Cli): Promise<Answer> => {
  const expected = { wanted, collectorImages: parseCollectorImages(cli.env) };
  cli.terminal.progress('Reading files …');
  const candidates = await candidatesOf(paths, cli);
  const reads = await readAll(candidates, cli);
  const failures: PlacedFailure[] = [...failuresOf(reads)];
  const findings: PlacedFinding[] = [];
  const files: string[] = [];
  let tasks = 0;
  for (const { candidate, file, ecsParams } of reads) {
    if (file === undefined) continue;
    try {
      const definitions = definitionsOf(file, ecsParams);
      findings.push(...findingsIn(definitions, expected));
      tasks += definitions.tasks.filter(({ task }) => task !== undefined).length;
      if (file.format !== 'ecs-params') files.push(file.path);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      failures.push(failureOf(candidate.path, error));
    }
  }
  if (files.length === 0 && failures.length === 0) {
    throw new UsageError(
      `Nothing in ${paths.map(nameOf).join(', ')} describes tasks. Name the files that do, such as task-definition.json.`,
    );
  }
  const report: PlacedReport = {
    function: 'lint',
    mode: 'observe',
    changes: [],
    held: [],
    findings,
    calls: {},
    failures,
  };
  const looked: Looked = { files, tasks };
  const code = exitCodeOf(report, failOn);
  switch (format) {
    case 'sarif': {
      const rules = [...DEFINITION_RULES, ...TRACING_RULES];
      return { report, lines: [], document: renderSarif(report, rules, cli.version), code };
    }
    case 'junit': {
      const { renderJUnit } = await import('../shared/report/junit.ts');
      const fails = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
      return { report, lines: [], document: renderJUnit(report, looked, fails), code };
    }
    default:
      return { report, lines: format === 'json' ? [] : placedLines(report, looked), code };
  }
};

/** `taskwire lint` */
export const lint: Verb = ({ cli, answer }) =>
  new Command('lint')
    .summary('judge the tracing of task definitions in files')
    .description(
      'Reads task definitions from files, as they stand in a repository, and shows what keeps their traces from arriving: each finding with its place and its cure. Calls no AWS.',
    )
    .addArgument(new Argument('<files...>', 'files, or folders to search; - for stdin'))
    .addOption(new Option('--format <format>', 'how to print it').choices(FORMATS).default('pretty' as const))
    .addOption(
      new Option('--collector <kind>', 'the collector that counts').choices(COLLECTORS).default('any' as const),
    )
    .addOption(failOnOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async (paths, { json = false, format, failOn, collector }) => {
      await answer('lint', json || format === 'json', async () => {
        if (json && format !== 'pretty' && format !== 'json') {
          throw new UsageError(`--json and --format ${format} are two formats: leave one out.`);
        }
        return runLint({ paths, format: json ? 'json' : format, failOn, wanted: collector }, cli);
      });
    });
