// `npm run fuzz`: gives every parser of outside data texts that are nearly right, and sees that it answers with its own
// errors, in time, and keeps nothing. `--minutes 10`, `--only events`, `--seed 7`, `--from 1234`: from this run on.
import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build as bundle } from 'esbuild';
import { BUNDLE, REQUIRE } from './build.mjs';
import { root } from './setup.mjs';

/** @typedef {import('../test/fuzz/run.ts').FuzzMessage} FuzzMessage */
/** @typedef {{ name: string, ok: boolean, runs: number, refused: number, slowestMs: number, heapMb: number, words: string }} Fuzzed */

/** The parsers that are fuzzed, as `test/fuzz/subjects.ts` calls them. */
export const FUZZED = [
  'events',
  'tags',
  'task definitions',
  'Dockerrun files',
  'Compose files',
  'templates',
  'snapshots',
  'plans',
];

/** Beyond this nothing was heard of a run: it hangs. */
const SILENT_MS = 20_000;
const MOST_SHOWN = 2_000;

/**
 * Bundles the fuzzer into a folder of its own, which the caller removes.
 * @returns {Promise<{ folder: string, file: string }>}
 */
export async function bundleFuzzer() {
  const folder = await mkdtemp(join(root, 'node_modules', '.taskwire-fuzz-'));
  const entryPoints = { fuzz: join(root, 'test/fuzz/run.ts') };
  await bundle({ ...BUNDLE, minify: false, entryPoints, outdir: folder, banner: { js: REQUIRE } });
  return { folder, file: join(folder, 'fuzz.mjs') };
}

/**
 * Fuzzes one parser in a process of its own, and watches it.
 * @param {string} file The bundled fuzzer.
 * @param {{ name: string, seed: number, seconds: number, from?: number }} of
 * @returns {Promise<Fuzzed>}
 */
export function fuzz(file, { name, seed, seconds, from = 0 }) {
  return new Promise((resolve) => {
    const args = [name, String(seed), String(seconds), String(from)];
    const child = fork(file, args, {
      cwd: root,
      execArgv: ['--expose-gc', '--max-old-space-size=512'],
      silent: true,
    });
    let last = from;
    let printed = '';
    /** @type {FuzzMessage | undefined} */
    let end;
    const kill = () => child.kill('SIGKILL');
    let watch = setTimeout(kill, SILENT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        printed = (printed + text).slice(-MOST_SHOWN);
      });
    }
    child.on('message', (/** @type {FuzzMessage} */ message) => {
      clearTimeout(watch);
      watch = setTimeout(kill, SILENT_MS);
      if (message.kind === 'at') last = message.run;
      else end = message;
    });
    child.once('close', (code) => {
      clearTimeout(watch);
      const none = { name, ok: false, runs: last - from, refused: 0, slowestMs: 0, heapMb: 0 };
      const replay = (/** @type {number} */ run) =>
        `replay: npm run fuzz -- --only '${name}' --seed ${seed} --from ${run}`;
      if (end?.kind === 'done') {
        const { runs, refused, slowestMs, heapMb } = end;
        const words = `${runs} texts, ${refused} refused, the slowest took ${Math.round(slowestMs)} ms, ${Math.round(heapMb)} MB kept`;
        resolve({ name, ok: true, runs, refused, slowestMs, heapMb, words });
      } else if (end?.kind === 'fault') {
        const input = JSON.stringify(end.input).slice(0, MOST_SHOWN);
        resolve({ ...none, words: `run ${end.run}: ${end.what}\n  ${input}\n  ${replay(end.run)}` });
      } else {
        resolve({
          ...none,
          words: `ended with ${code ?? 'no answer for 20 s'} at or after run ${last}; ${replay(last)}\n${printed}`,
        });
      }
    });
  });
}

/** @type {() => Promise<number>} The exit code. */
async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      only: { type: 'string' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      from: { type: 'string', default: '0' },
    },
  });
  const names = FUZZED.filter((name) => values.only === undefined || name === values.only);
  if (names.length === 0) {
    console.error(`No parser is called ${values.only}. There are ${FUZZED.join(', ')}.`);
    return 2;
  }
  const { folder, file } = await bundleFuzzer();
  try {
    const waiting = [...names];
    let ok = true;
    console.log(`seed ${values.seed}, ${values.minutes} min each`);
    const work = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const of = { name, seed: Number(values.seed), seconds: Number(values.minutes) * 60, from: Number(values.from) };
        const fuzzed = await fuzz(file, of);
        ok &&= fuzzed.ok;
        console.log(`${fuzzed.ok ? 'ok  ' : 'FAIL'} ${name}: ${fuzzed.words}`);
      }
    };
    await Promise.all([work(), work()]);
    return ok ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
