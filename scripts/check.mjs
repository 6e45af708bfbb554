// `npm run check`: everything that CI checks besides the tests. Two steps at a time, one line for each, and the
// output of those that fail.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUpNode } from './setup.mjs';

await setUpNode();

/** @typedef {{ name: string, command: string[], after?: string }} Step */
/** @typedef {{ step: Step, ok: boolean, output: string, seconds: number }} Result */

const tool = (/** @type {string} */ path) => join('node_modules', path);
const layered = ['shared', 'functions', 'cli', 'simulator', 'test', 'bench'].filter((folder) =>
  existsSync(join(root, folder)),
);

/** The slow ones first: they set how long the whole takes. @type {Step[]} */
const steps = [
  { name: 'types', command: [tool('typescript/bin/tsc'), '--pretty', 'false'] },
  { name: 'build', command: ['scripts/build.mjs'] },
  { name: 'sizes', command: ['scripts/sizes.mjs'], after: 'build' },
  {
    name: 'format and lint',
    command: [tool('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '--max-diagnostics=100', '.'],
  },
  {
    name: 'layers',
    command: [
      tool('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err-long',
      ...layered,
    ],
  },
  { name: 'supply chain', command: ['scripts/supply-chain.mjs'] },
  { name: 'pages', command: ['scripts/docs.mjs', '--check'] },
  { name: 'unused code', command: [tool('knip/bin/knip.js')] },
  { name: 'benchmarks (smoke)', command: ['scripts/bench.mjs', '--smoke'], after: 'build' },
];

const results = await runAll(steps, 2);
const failed = results.filter(({ ok }) => !ok);
for (const { step, output } of failed) console.log(`\n── ${step.name} ──\n${output.trim()}`);
console.log(failed.length === 0 ? '\nall checks passed' : `\n${failed.length} of ${results.length} checks failed`);
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * Runs the steps, `width` at a time; a step waits for the one it names, and fails with it.
 * @type {(steps: Step[], width: number) => Promise<Result[]>}
 */
async function runAll(all, width) {
  const waiting = [...all];
  /** @type {Map<string, Result>} */
  const done = new Map();
  /** @type {Map<string, Promise<void>>} */
  const running = new Map();
  while (waiting.length > 0 || running.size > 0) {
    const next = waiting.findIndex(({ after }) => !after || done.has(after));
    if (next >= 0 && running.size < width) {
      const [step] = waiting.splice(next, 1);
      if (!step) break;
      const before = step.after ? done.get(step.after) : undefined;
      const work = before?.ok === false ? blocked(step, before.step) : runStep(step);
      running.set(
        step.name,
        work.then((result) => {
          running.delete(step.name);
          done.set(step.name, result);
          console.log(`${result.ok ? 'ok  ' : 'FAIL'} ${result.seconds.toFixed(1).padStart(5)} s  ${step.name}`);
        }),
      );
      continue;
    }
    await Promise.race(running.values());
  }
  return [...done.values()];
}

/** @type {(step: Step, because: Step) => Promise<Result>} */
async function blocked(step, because) {
  return { step, ok: false, output: `not run: ${because.name} failed`, seconds: 0 };
}

/** @type {(step: Step) => Promise<Result>} */
function runStep(step) {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, step.command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
      });
    }
    child.once('close', (code) =>
      resolve({ step, ok: code === 0, output, seconds: (performance.now() - startMs) / 1000 }),
    );
  });
}
