// `npm run bench`: runs every bench/*.bench.ts, one at a time and each in a process of its own, so that none warms
// up or slows down another. Prints what they measured and puts it into bench/results.json; files can be selected by a part
// of their name, and then only theirs is replaced. `--compare` leaves the file as it is, and fails where a figure is
// worse by a quarter than there. `--smoke` is the quick form for `check`.
import { fork } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build as bundle } from 'esbuild';
import { compareResults, judge, rounded } from './bench/judge.mjs';
import { load, machine, revision } from './bench/place.mjs';
import { BUNDLE, build, REQUIRE } from './build.mjs';
import { root } from './setup.mjs';

/** @typedef {import('../bench/bench.ts').Bench} Bench */
/** @typedef {import('../bench/bench.ts').Measured} Measured */
/** @typedef {import('../bench/results.ts').Result} Result */
/** @typedef {import('../bench/results.ts').Results} Results */
/** @typedef {{ smoke: boolean, compare: boolean, parts: readonly string[] }} Wanted */

const FOLDER = join(root, 'bench');
const RESULTS = join(FOLDER, 'results.json');
const SUFFIX = '.bench.ts';
const CHILD = '--measure';

if (process.argv[2] === CHILD) await measureHere(process.argv[3] ?? '', process.argv[4] === 'smoke');
else process.exitCode = await runAll(wanted(process.argv.slice(2)));

/**
 * The child's half: runs one bundled benchmark and sends what it measured to the parent, so that the benchmark may
 * print what it likes.
 * @type {(file: string, smoke: boolean) => Promise<void>}
 */
async function measureHere(file, smoke) {
  /** @type {Bench} */
  const { name, limits, run } = await import(pathToFileURL(file).href);
  const measured = await run({ smoke });
  await new Promise((resolve) => process.send?.({ name, limits, ...measured }, resolve));
  process.exit(0);
}

/**
 * What the command line asks for; one that is not understood ends the process.
 * @type {(args: string[]) => Wanted}
 */
function wanted(args) {
  try {
    const options = /** @type {const} */ ({ smoke: { type: 'boolean' }, compare: { type: 'boolean' } });
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { smoke: values.smoke ?? false, compare: values.compare ?? false, parts: positionals };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  }
}

/** @type {(wanted: Wanted) => Promise<number>} The exit code. */
async function runAll({ smoke, compare, parts }) {
  const files = (await readdir(FOLDER))
    .filter((file) => file.endsWith(SUFFIX))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .sort();
  if (files.length === 0) {
    console.log('no benchmark found');
    return 1;
  }
  if (!smoke) await build();
  // Inside the checkout: what a bundle leaves out (Node finds packages from where the file lies) is still found.
  const outdir = await mkdtemp(join(root, 'node_modules', '.taskwire-bench-'));
  /** @type {Record<string, Result>} */
  const measured = {};
  let ok = true;
  try {
    const entryPoints = files.map((file) => join(FOLDER, file));
    await bundle({ ...BUNDLE, minify: false, entryPoints, outdir, entryNames: '[name]', banner: { js: REQUIRE } });
    for (const file of files) {
      const id = basename(file, SUFFIX);
      const result = await measureApart(join(outdir, `${basename(file, '.ts')}.mjs`), id, smoke);
      if (typeof result === 'string') {
        ok = false;
        console.log(`FAIL ${id}: ${result}`);
        continue;
      }
      measured[id] = result;
      const verdicts = judge(result, { smoke });
      const good = verdicts.every((each) => each.ok);
      ok &&= good;
      console.log(
        `${good ? 'ok  ' : 'FAIL'} ${id} (${result.tookSeconds} s): ${verdicts.map(({ text }) => text).join('; ')}`,
      );
      if (smoke) continue;
      show(result);
      // At once: all of them take long, and somebody may end them half way.
      if (!compare) await keep(id, result);
    }
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
  if (smoke) return ok ? 0 : 1;
  if (compare) return showChanges(await readResults(), measured) && ok ? 0 : 1;
  console.log('bench/results.json is written; `npm run docs` makes docs/performance.md of it.');
  return ok ? 0 : 1;
}

/** @type {() => Promise<Results>} */
async function readResults() {
  return JSON.parse(await readFile(RESULTS, 'utf8'));
}

/** Puts one in the place of what it measured last. @type {(id: string, result: Result) => Promise<void>} */
async function keep(id, result) {
  const all = Object.entries({ ...(await readResults()), [id]: result }).sort(([a], [b]) => (a < b ? -1 : 1));
  await writeFile(RESULTS, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`);
}

/** @type {(result: Result) => void} */
function show({ figures, tables = [] }) {
  console.table(Object.fromEntries(Object.entries(figures).map(([name, figure]) => [name, rounded(figure)])));
  for (const { title, columns, rows } of tables) {
    console.log(title);
    console.table(rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))));
  }
}

/** @type {(before: Results, now: Results) => boolean} Whether all is as good as it was. */
function showChanges(before, now) {
  const changes = compareResults(before, now);
  if (changes.length === 0) console.log('bench/results.json has nothing to compare with');
  console.table(
    changes.map(({ benchmark, figure, before: was, now: is, worsePercent, held }) => ({
      figure: `${benchmark} ${figure}`,
      before: rounded(was),
      now: rounded(is),
      change:
        worsePercent === 0 ? 'none' : `${Math.abs(worsePercent).toFixed(0)} % ${worsePercent > 0 ? 'worse' : 'better'}`,
      verdict: held ? 'ok' : 'FAIL',
    })),
  );
  return changes.every(({ held }) => held);
}

/** @type {(bundled: string, id: string, smoke: boolean) => Promise<Result | string>} Else why there is none. */
function measureApart(bundled, id, smoke) {
  const loadBefore = load();
  const startMs = performance.now();
  return new Promise((resolve) => {
    const child = fork(fileURLToPath(import.meta.url), [CHILD, bundled, smoke ? 'smoke' : 'full'], {
      cwd: root,
      execArgv: ['--expose-gc'],
      silent: true,
      env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text) => {
        output += text;
      });
    }
    /** @type {(Pick<Bench, 'name' | 'limits'> & Measured) | undefined} */
    let measured;
    child.once('message', (/** @type {Pick<Bench, 'name' | 'limits'> & Measured} */ message) => {
      measured = message;
    });
    child.once('close', (code) => {
      if (!measured) resolve(`ended with ${code} and measured nothing\n${output.trim()}`);
      else
        resolve({
          name: measured.name,
          date: new Date().toISOString(),
          command: `npm run bench -- ${id}`,
          tookSeconds: Math.round((performance.now() - startMs) / 1000),
          machine: machine(),
          loadBefore,
          versions: { node: process.versions.node, taskwire: revision(), ...measured.versions },
          limits: measured.limits,
          figures: measured.figures,
          ...(measured.tables && { tables: measured.tables }),
          ...(measured.charts && { charts: measured.charts }),
        });
    });
  });
}
