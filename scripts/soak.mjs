// `npm run soak -- --minutes N`: lives random fleets under random faults for that long and reports what it met.
// `--runs N` for a number of runs, `--seed N` for one run again, which also prints what happens in it, `--jobs N` for
// more processes at once, `--first N` for the seed to begin with. Ctrl-C ends it early, with the report.
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root, setUpNode } from './setup.mjs';

/** @typedef {import('../test/model/soak.ts').SoakReport} SoakReport */

/**
 * Bundles the model into a folder of its own, which the caller removes.
 * @returns {Promise<{ folder: string, file: string }>}
 */
export async function bundleSoak() {
  const { build } = await import('esbuild');
  // Inside the checkout, so that Node finds the packages that stay outside of the bundle.
  const folder = mkdtempSync(join(root, 'node_modules', '.taskwire-soak-'));
  const file = join(folder, 'soak.mjs');
  await build({
    entryPoints: [join(root, 'test', 'model', 'soak.ts')],
    outfile: file,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return { folder, file };
}

/** @type {(into: Record<string, number>, more: Readonly<Record<string, number>>) => void} */
const tally = (into, more) => {
  for (const [name, by] of Object.entries(more)) into[name] = (into[name] ?? 0) + by;
};

/**
 * Lives in processes of their own, each of which takes every nth seed. What goes wrong is printed as it happens.
 * @param {string} file The bundled model.
 * @param {{ first: number, runs?: number, minutes?: number, jobs?: number, quiet?: boolean, show?: boolean }} of
 * @returns {Promise<SoakReport>} All of them together.
 * @throws If a process ends without a report.
 */
export async function soak(file, { first, runs, minutes, jobs = 1, quiet = false, show: shows = false }) {
  const job = (/** @type {number} */ nth) =>
    /** @type {Promise<SoakReport>} */ (
      new Promise((resolve, reject) => {
        const args = ['--first', String(first + nth), '--stride', String(jobs)];
        if (runs !== undefined) args.push('--runs', String(Math.ceil((runs - nth) / jobs)));
        if (minutes !== undefined) args.push('--minutes', String(minutes));
        if (shows) args.push('--show');
        const child = fork(file, args, {
          execArgv: ['--enable-source-maps'],
          stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit', 'ipc'],
        });
        /** @type {SoakReport | undefined} */
        let report;
        child.on('message', (/** @type {SoakReport} */ message) => {
          report = message;
        });
        child.once('close', (code) => {
          if (report === undefined) reject(new Error(`a process of the soak ended with ${code}, without a report`));
          else resolve(report);
        });
      })
    );
  const reports = await Promise.all(Array.from({ length: jobs }, (_, nth) => job(nth)));
  /** @type {SoakReport} */
  const all = { runs: 0, steps: 0, faults: {}, histories: {}, violations: [] };
  for (const each of reports) {
    all.runs += each.runs;
    all.steps += each.steps;
    tally(all.faults, each.faults);
    tally(all.histories, each.histories);
    all.violations.push(...each.violations);
  }
  return all;
}

/** @type {(title: string, counts: Readonly<Record<string, number>>) => void} */
const show = (title, counts) => {
  console.log(title);
  for (const [name, times] of Object.entries(counts).toSorted()) console.log(`  ${times}  ${name}`);
};

/** @type {(text: string | undefined, name: string) => number | undefined} */
const numberOf = (text, name) => {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) {
    throw new Error(`--${name} ${text} is no number of at least 0.
npm run soak -- --minutes N | --runs N | --seed N   [--first SEED] [--jobs N]`);
  }
  return number;
};

/** @type {() => Promise<number>} The exit code. */
async function main() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string' },
      runs: { type: 'string' },
      seed: { type: 'string' },
      first: { type: 'string' },
      jobs: { type: 'string', default: '1' },
    },
  });
  const seed = numberOf(values.seed, 'seed');
  const minutes = numberOf(values.minutes, 'minutes');
  const runs = seed === undefined ? numberOf(values.runs, 'runs') : 1;
  const first = seed ?? numberOf(values.first, 'first') ?? Math.floor(Date.now() / 1000);
  const jobs = Math.max(1, numberOf(values.jobs, 'jobs') ?? 1);
  await setUpNode();
  const { folder, file } = await bundleSoak();
  // The processes hear it too, and report.
  process.on('SIGINT', () => undefined);
  try {
    const report = await soak(file, {
      first,
      jobs: seed === undefined ? jobs : 1,
      show: seed !== undefined,
      ...(minutes !== undefined && { minutes }),
      ...(runs !== undefined ? { runs } : minutes === undefined && { runs: 1_000 }),
    });
    const failed = [...new Set(report.violations.map((each) => each.seed))].toSorted((a, b) => a - b);
    console.log(`${report.runs} runs, seeds from ${first} on, ${report.steps} steps, ${failed.length} with violations`);
    show('faults', report.faults);
    show('histories', report.histories);
    if (failed.length > 0) console.log(`Replay one with: npm run soak -- --seed ${failed[0]}`);
    return failed.length > 0 ? 1 : 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
