import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cli } from '../cli/cli.ts';
import { filesIn } from '../cli/files-in.ts';
import { runCli } from '../cli/program.ts';
import type { Bench } from './bench.ts';

const FILES = 1_000;
const ROUNDS = 7;
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

export const name = 'lint of 1,000 task definition files against 3 times reading and JSON.parse plus 1 s';
export const limits: Bench['limits'] = { againstAllowed: { most: 1, timed: true } };

const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const timeOf = async (work: () => Promise<void>): Promise<number> => {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
};

/** The whole verb, from its arguments to the text that it prints. */
export const run: Bench['run'] = async ({ smoke }) => {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-lint-'));
  try {
    await mkdir(join(folder, 'infra'));
    const paths = Array.from({ length: FILES }, (_, index) => join(folder, 'infra', `service-${index}.json`));
    for (const [index, path] of paths.entries()) await writeFile(path, JSON.stringify(definitionOf(index), null, 2));

    const look = { colour: false, width: 100 };
    let out = '';
    const print = (text: string): void => {
      out += text;
    };
    const cli: Cli = {
      version: '0.0.0',
      terminal: { out: print, outLook: look, note: print, noteLook: look, progress: () => undefined, ask: undefined },
      env: {},
      readFile: (path) => readFile(path, 'utf8'),
      writeFile: async () => undefined,
      filesIn,
      connect: () => Promise.reject(new Error('Lint calls no AWS.')),
      signal: new AbortController().signal,
    };
    const reference = async (): Promise<void> => {
      for (const path of paths) JSON.parse(await readFile(path, 'utf8'));
    };
    const subject = async (): Promise<void> => {
      out = '';
      const code = await runCli(['lint', ...paths], cli);
      if (code !== 1 || !out.includes(`${FILES} task definitions in ${FILES} files`)) {
        throw new Error(`Lint must find something in each third file: exit code ${code}, ${out.slice(-200)}`);
      }
    };
    const took: number[] = [];
    const referenceTook: number[] = [];
    for (let round = 0; round < (smoke ? 1 : ROUNDS); round++) {
      referenceTook.push(await timeOf(reference));
      took.push(await timeOf(subject));
    }
    const [medianMs, referenceMedianMs] = [medianOf(took), medianOf(referenceTook)];
    const firstMs = took[0] ?? 0;
    const againstAllowed = medianMs / (3 * referenceMedianMs + START_MS);
    return { figures: { againstAllowed, medianMs, firstMs, parseMedianMs: referenceMedianMs } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
