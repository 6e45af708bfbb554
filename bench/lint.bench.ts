import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cli } from '../cli/cli.ts';
import { filesIn } from '../cli/files-in.ts';
import { runCli } from '../cli/program.ts';
import type { Bench } from './bench.ts';
import { measureGrowth, medianOf } from './measure.ts';

const FILES = 1_000;
const ROUNDS = 7;
const GROWTH_ROUNDS = 3;
/** What the limit of lint allows on top of three times reading and parsing. */
const START_MS = 1_000;

/** Of three definitions one is right, one lacks a collector, and one maps no port on bridge networking. */
const definitionOf = (index: number): object => {
  const kind = index % 3;
  const log = { logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': `service-${index}` } } };
  const environment = Array.from({ length: 20 }, (_, at) => ({
    name: `VARIABLE_${at}`,
    value: `value ${at} of ${index}`,
  }));
  const app = {
    name: 'app',
    image: `web:${index}`,
    memory: 512,
    environment,
    links: kind === 2 ? ['xray'] : [],
    ...log,
  };
  const xray = {
    name: 'xray',
    image: 'amazon/aws-xray-daemon:3.3.13',
    essential: false,
    memoryReservation: 64,
    ...log,
  };
  return {
    family: `service-${index}`,
    networkMode: kind === 2 ? 'bridge' : 'awsvpc',
    taskRoleArn: 'arn:aws:iam::111122223333:role/web',
    containerDefinitions: kind === 1 ? [app] : [app, xray],
  };
};

/** `taskwire lint` in a process that has started, over files that are read from where `readText` finds them. */
const linterOf = (paths: readonly string[], readText: (path: string) => Promise<string>) => {
  const look = { colour: false, width: 100 };
  let out = '';
  const print = (text: string): void => {
    out += text;
  };
  const cli: Cli = {
    version: '0.0.0',
    terminal: { out: print, outLook: look, note: print, noteLook: look, progress: () => undefined, ask: undefined },
    env: {},
    readFile: readText,
    writeFile: async () => undefined,
    filesIn,
    connect: () => Promise.reject(new Error('Lint calls no AWS.')),
    signal: new AbortController().signal,
  };
  return async (): Promise<number> => {
    out = '';
    const code = await runCli(['lint', ...paths], cli);
    if (code !== 1 || !out.includes(`${paths.length} task definitions in ${paths.length} files`)) {
      throw new Error(`Lint must find something in each third file: exit code ${code}, ${out.slice(-200)}`);
    }
    return code;
  };
};

/** From memory: how a disk grows slower is not measured. */
const linterInMemory = (files: number) => {
  const texts = new Map(
    Array.from({ length: files }, (_, index) => [
      `service-${index}.json`,
      JSON.stringify(definitionOf(index), null, 2),
    ]),
  );
  return linterOf([...texts.keys()], async (path) => texts.get(path) ?? '');
};

const timeOf = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

export const name = 'lint of 1,000 task definition files against 3 times reading and JSON.parse plus 1 s';
export const limits: Bench['limits'] = {
  againstAllowed: { most: 1, timed: true },
  growthExponent: { most: 1.1, timed: true },
};

/** The whole verb, from its arguments to the text that it prints, by the clock: files are read. Growth is CPU time. */
export const run: Bench['run'] = async ({ smoke }) => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-lint-'));
  try {
    const paths = Array.from({ length: FILES }, (_, index) => join(folder, `service-${index}.json`));
    for (const [index, path] of paths.entries()) await writeFile(path, JSON.stringify(definitionOf(index), null, 2));
    const readText = (path: string) => readFile(path, 'utf8');
    const reference = async (): Promise<void> => {
      for (const path of paths) JSON.parse(await readText(path));
    };
    const subject = linterOf(paths, readText);
    const took: number[] = [];
    const referenceTook: number[] = [];
    for (let round = 0; round < (smoke ? 1 : ROUNDS); round++) {
      referenceTook.push(await timeOf(reference));
      took.push(await timeOf(subject));
    }
    const [lintMs, parseMs] = [medianOf(took), medianOf(referenceTook)];
    const firstMs = took[0] ?? 0;
    const figures = { againstAllowed: lintMs / (3 * parseMs + START_MS), lintMs, firstMs, parseMs };
    if (smoke) return { figures };
    const grown = await measureGrowth([1, 4, 16], async (times) => linterInMemory(times * FILES), GROWTH_ROUNDS);
    return {
      figures: { ...figures, growthExponent: grown.exponent },
      tables: [
        {
          title: 'Growth of lint',
          columns: ['files', 'CPU ms'],
          rows: grown.points.map(({ size, work }) => [size * FILES, Math.round(work)]),
        },
      ],
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
