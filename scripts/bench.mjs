// `npm run bench`: runs every bench/*.bench.ts, one at a time and each in a process of its own, so that none warms
// up or slows down another. Prints a table and writes bench/results.json. `--smoke` is the quick form for `check`;
// further arguments select files by a part of their name.
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { BUNDLE, build, REQUIRE } from './build.mjs';
import { root } from './setup.mjs';

/** @typedef {import('../bench/bench.ts').Bench} Bench */
/** @typedef {import('../bench/bench.ts').Figures} Figures */
/** @typedef {{ name: string, limit: import('../bench/bench.ts').Limit, figures: Figures }} Measured */
/** @typedef {{ name: string, verdict: string, ok: boolean, limit?: Measured['limit'], figures?: Figures }} Row */

const CHILD = '--measure';

if (process.argv[2] === CHILD) await measureHere(process.argv[3] ?? '', process.argv[4] === 'smoke');
else process.exitCode = await runAll(process.argv.slice(2));

/**
 * The child's half: runs one bundled benchmark and sends what it measured to the parent, so that the benchmark may
 * print what it likes.
 * @type {(file: string, smoke: boolean) => Promise<void>}
 */
async function measureHere(file, smoke) {
  /** @type {Bench} */
  const bench = await import(pathToFileURL(file).href);
  const figures = await bench.run({ smoke });
  await new Promise((resolve) => process.send?.({ name: bench.name, limit: bench.limit, figures }, resolve));
  process.exit(0);
}

/** @type {(args: string[]) => Promise<number>} The exit code. */
async function runAll(args) {
  const smoke = args.includes('--smoke');
  const wanted = args.filter((arg) => !arg.startsWith('-'));
  const folder = join(root, 'bench');
  const files = (existsSync(folder) ? await readdir(folder) : [])
    .filter((file) => file.endsWith('.bench.ts'))
    .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
    .sort();
  if (files.length === 0) {
    console.log('no benchmark found');
    return wanted.length > 0 ? 1 : 0;
  }
  if (!smoke) await build();
  // Inside the checkout: what a bundle leaves out (Node finds packages from where the file lies) is still found.
  const outdir = await mkdtemp(join(root, 'node_modules', '.taskwire-bench-'));
  /** @type {Row[]} */
  const rows = [];
  try {
    const entryPoints = files.map((file) => join(folder, file));
    await bundle({ ...BUNDLE, minify: false, entryPoints, outdir, entryNames: '[name]', banner: { js: REQUIRE } });
    for (const file of files) {
      const row = await measureApart(join(outdir, `${basename(file, '.ts')}.mjs`), file, smoke);
      rows.push(row);
      console.log(`${row.ok ? 'ok  ' : 'FAIL'} ${row.name}: ${row.verdict}`);
    }
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
  if (!smoke) {
    console.table(Object.fromEntries(rows.map(({ name, limit, figures, ok }) => [name, { ...figures, ...limit, ok }])));
    const results = { node: process.version, arch: process.arch, benchmarks: rows };
    await writeFile(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  }
  return rows.every(({ ok }) => ok) ? 0 : 1;
}

/** @type {(bundled: string, file: string, smoke: boolean) => Promise<Row>} */
function measureApart(bundled, file, smoke) {
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
    /** @type {Measured | undefined} */
    let measured;
    child.once('message', (/** @type {Measured} */ message) => {
      measured = message;
    });
    child.once('close', (code) => {
      if (measured) resolve(judge(measured, smoke));
      else resolve({ name: file, ok: false, verdict: `ended with ${code} and measured nothing\n${output.trim()}` });
    });
  });
}

/** @type {(measured: Measured, smoke: boolean) => Row} */
function judge({ name, limit, figures }, smoke) {
  const isRatio = 'maxRatio' in limit;
  const most = isRatio ? limit.maxRatio : limit.maxCount;
  const figure = isRatio ? figures.ratio : figures.count;
  if (typeof figure !== 'number' || !Number.isFinite(figure)) {
    return { name, ok: false, limit, figures, verdict: `no ${isRatio ? 'ratio' : 'count'} among its figures` };
  }
  const rounded = Number(figure.toPrecision(3));
  if (smoke && isRatio) return { name, ok: true, limit, figures, verdict: 'runs' };
  return { name, ok: figure <= most, limit, figures, verdict: `${rounded}, at most ${most}` };
}
