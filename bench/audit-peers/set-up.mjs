// Prints, as JSON, what bench/audit-peers runs: the interpreter that moto is installed for, the peers, and a command line
// of ours at ten times its call rates. What is missing is made: the peers take some minutes and 2.4 GB the first time.
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build as bundle } from 'esbuild';
import { BUNDLE, REQUIRE } from '../../scripts/build.mjs';
import { root, setUpPython, setUpVirtualEnvironment } from '../../scripts/setup.mjs';

const FOLDER = 'bench/audit-peers';
const RATE = 'settings.ratePerSecond / 1000';

/**
 * Ten times the calls per second, as a server without call rates would allow it.
 * @type {import('esbuild').Plugin}
 */
const tenTimesTheRates = {
  name: 'ten-times-the-rates',
  setup: ({ onLoad }) => {
    onLoad({ filter: /shared\/aws\/token-bucket\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      if (!source.includes(RATE)) throw new Error(`${path} no longer reads ${RATE}`);
      return { contents: source.replace(RATE, 'settings.ratePerSecond / 100'), loader: 'ts' };
    });
  },
};

/** @type {(set: { python: string } | { missing: string }) => string} */
const pythonOf = (set) => {
  if ('missing' in set) throw new Error(set.missing);
  return set.python;
};

const moto = pythonOf(await setUpPython());
/** @type {(name: string) => Promise<string>} */
const peer = async (name) => pythonOf(await setUpVirtualEnvironment(`.venv-peers/${name}`, [`${FOLDER}/${name}.txt`]));
const custodian = await peer('custodian');
const prowler = await peer('prowler');
// Inside the checkout, like the command line that users get: what a bundle leaves out is found from where it lies.
const outdir = await mkdtemp(join(root, 'node_modules', '.taskwire-bench-'));
await bundle({
  ...BUNDLE,
  plugins: [tenTimesTheRates, ...BUNDLE.plugins],
  entryPoints: { taskwire: 'cli/taskwire.ts' },
  banner: { js: REQUIRE },
  outdir,
});
console.log(JSON.stringify({ moto, custodian, prowler, hurried: outdir }));
