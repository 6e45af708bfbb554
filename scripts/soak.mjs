// `npm run soak -- --minutes N`: lives random fleets under random faults for that long and reports what it met.
// `-- --runs N` for a number of runs, `-- --seed N` for one run again, which also prints what happens in it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUpNode } from './setup.mjs';

await setUpNode();
const { build } = await import('esbuild');
// Inside the checkout, so that Node finds the packages that stay outside of the bundle.
const folder = mkdtempSync(join(root, 'node_modules', '.taskwire-soak-'));
const outfile = join(folder, 'soak.mjs');
await build({
  entryPoints: [join(root, 'test', 'model', 'soak.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  logLevel: 'error',
});
const soak = spawn(process.execPath, ['--enable-source-maps', outfile, ...process.argv.slice(2)], { stdio: 'inherit' });
soak.once('close', (code) => {
  rmSync(folder, { recursive: true });
  process.exitCode = code ?? 1;
});
