// `npm run docs`: writes the pages that are made from the code and from what was measured; `--check` only says which are
// no longer true. Nothing here may import a package before the set-up is done.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PERFORMANCE_CHAPTERS } from './performance-chapters.mjs';
import { performanceCharts, performancePage } from './performance-page.mjs';
import { rulesPage } from './rules-page.mjs';
import { root, setUpNode } from './setup.mjs';

await setUpNode();
const { build } = await import('esbuild');
const { drawChart } = await import('./performance-chart.mjs');

// Node 20 reads no TypeScript: the rules are bundled into one module and read from memory.
const { outputFiles } = await build({
  stdin: { contents: "export { RULE_CHAPTERS } from './scripts/rule-chapters.ts';", resolveDir: root, loader: 'ts' },
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
});
const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
/** @type {{ RULE_CHAPTERS: readonly import('./rules-page.mjs').Chapter[] }} */
const { RULE_CHAPTERS } = await import(`data:text/javascript;base64,${code}`);
/** @type {import('../bench/results.ts').Results} */
const results = JSON.parse(await readFile(join(root, 'bench', 'results.json'), 'utf8'));

/** By their path below docs/. @type {Record<string, string>} */
const pages = {
  'rules.md': rulesPage(RULE_CHAPTERS),
  'performance.md': performancePage(results, PERFORMANCE_CHAPTERS),
};
for (const [file, chart] of Object.entries(performanceCharts(results))) pages[file] = drawChart(chart);

const CHARTS = 'performance';
const onlyCheck = process.argv.includes('--check');
for (const [file, text] of Object.entries(pages)) {
  const path = join(root, 'docs', file);
  if (!onlyCheck) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    console.log(`docs/${file}`);
  } else if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) {
    console.error(`docs/${file} is not what the code and bench/results.json say: run npm run docs.`);
    process.exitCode = 1;
  }
}
for (const file of await readdir(join(root, 'docs', CHARTS)).catch(() => [])) {
  if (`${CHARTS}/${file}` in pages) continue;
  console.error(`docs/${CHARTS}/${file} is of a chart that is no more: remove it.`);
  process.exitCode = 1;
}
