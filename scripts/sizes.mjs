import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

/** 1 KB = 1,000 bytes. */
const KB = 1000;
/** What a cold start may read, minified: reading and compiling it is most of the start-up time. */
const START_LIMIT_KB = 400;
const START_LIMITS_KB = new Map([
  // Customers wait for this one, and it needs three clients only.
  ['functions/register-targets/handler.ts', 360],
  // Nobody waits for its start, once a day, and it holds every rule with its words.
  ['functions/audit/handler.ts', 560],
]);
/** What one import on demand may add to what is already loaded. */
const LAZY_LIMIT_KB = 250;
/** ECharts draws the report of the daily audit, and its modules are not to be had one by one. */
const LAZY_LIMITS_KB = new Map([['shared/report/page/charts.ts', 520]]);
/** A check that measures nothing would always pass, so this function has to be there. */
const ALWAYS = 'functions/register-targets/handler.ts';

/** @typedef {{ name: string, bytes: number, limit: number }} Row */

/**
 * Measures every function of a build: what its cold start reads, and what each import on demand adds.
 * @param {Pick<import('esbuild').Metafile, 'outputs'>} meta
 * @returns {Row[]}
 */
export function measure({ outputs }) {
  /** @type {Row[]} */
  const rows = [];
  for (const [entry, { entryPoint }] of Object.entries(outputs)) {
    if (!entryPoint || !/^functions\/[^/]+\/handler\.ts$/.test(entryPoint)) continue;
    const start = closure(outputs, entry);
    rows.push({
      name: entryPoint,
      bytes: bytesOf(outputs, start),
      limit: (START_LIMITS_KB.get(entryPoint) ?? START_LIMIT_KB) * KB,
    });
    /** @type {Set<string>} */
    const seen = new Set();
    const open = [start];
    for (let loaded = open.pop(); loaded; loaded = open.pop()) {
      for (const lazy of importsOf(outputs, loaded, 'dynamic-import')) {
        if (seen.has(lazy)) continue;
        seen.add(lazy);
        const all = closure(outputs, lazy);
        const added = new Set([...all].filter((path) => !start.has(path)));
        const name = outputs[lazy]?.entryPoint?.replace(/^.*node_modules\//, '') ?? lazy;
        const limit = (LAZY_LIMITS_KB.get(name) ?? LAZY_LIMIT_KB) * KB;
        rows.push({ name: `  + ${name}`, bytes: bytesOf(outputs, added), limit });
        open.push(all);
      }
    }
  }
  return rows;
}

/**
 * A chunk and everything it imports at once.
 * @type {(outputs: import('esbuild').Metafile['outputs'], entry: string) => Set<string>}
 */
function closure(outputs, entry) {
  const found = new Set([entry]);
  // A Set's iteration also visits what is added during it.
  for (const path of found) for (const next of importsOf(outputs, [path], 'import-statement')) found.add(next);
  return found;
}

/** @type {(outputs: import('esbuild').Metafile['outputs'], paths: Iterable<string>, kind: string) => string[]} */
function importsOf(outputs, paths, kind) {
  return [...paths].flatMap((path) =>
    (outputs[path]?.imports ?? []).filter((each) => each.kind === kind && !each.external).map((each) => each.path),
  );
}

/** @type {(outputs: import('esbuild').Metafile['outputs'], paths: Iterable<string>) => number} */
function bytesOf(outputs, paths) {
  return [...paths].reduce((sum, path) => sum + (outputs[path]?.bytes ?? 0), 0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rows = measure(JSON.parse(readFileSync(join(root, 'dist', 'meta.json'), 'utf8')));
  for (const { name, bytes, limit } of rows) {
    const figures = `${(bytes / KB).toFixed(1).padStart(8)} of ${limit / KB} KB`;
    console.log(`${figures}  ${bytes > limit ? 'TOO LARGE ' : ''}${name}`);
  }
  if (!rows.some(({ name }) => name === ALWAYS)) {
    console.log(`${ALWAYS} was not built, so nothing was measured`);
    process.exitCode = 1;
  }
  if (rows.some(({ bytes, limit }) => bytes > limit)) process.exitCode = 1;
}
