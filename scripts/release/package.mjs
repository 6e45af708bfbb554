// Packages the stack as `npm run deploy` would, in a folder of its own: wherever osls is told to put a package, it also
// writes beside serverless.yml, so two at once would break each other.
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup.mjs';

/** All that packaging reads. */
const SOURCES = ['package.json', 'serverless.yml', 'infrastructure', join('dist', 'functions')];

/**
 * @typedef {object} Package
 * @property {import('./json-value.ts').JsonObject} template
 * @property {ReadonlyMap<string, Buffer>} zips By file name. The same bytes wherever and whenever they are made of the same files.
 */

/**
 * Packages, offline, what was built.
 * @param {string} stage
 * @param {Readonly<Record<string, string>>} parameters As of `--param`.
 * @returns {Promise<Package>}
 * @throws With what osls printed.
 */
export async function packageStack(stage, parameters) {
  const folder = await mkdtemp(join(tmpdir(), 'taskwire-release-'));
  try {
    for (const source of SOURCES) await cp(join(root, source), join(folder, source), { recursive: true });
    await osls(folder, [
      'package',
      '--stage',
      stage,
      ...Object.entries(parameters).map(([name, value]) => `--param=${name}=${value}`),
    ]);
    const out = join(folder, '.serverless');
    const names = (await readdir(out)).filter((name) => name.endsWith('.zip')).sort();
    return {
      template: JSON.parse(await readFile(join(out, 'cloudformation-template-update-stack.json'), 'utf8')),
      zips: new Map(
        await Promise.all(names.map(async (name) => /** @type {const} */ ([name, await readFile(join(out, name))]))),
      ),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @type {(folder: string, args: string[]) => Promise<void>} */
function osls(folder, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', 'osls', 'bin', 'serverless.js'), ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        // Its check of serverless.yml, compiled: half of what a run takes, unless an earlier one left it there.
        SLS_SCHEMA_CACHE_BASE_DIR: join(root, 'node_modules', '.cache', 'taskwire'),
        SLS_NOTIFICATIONS_MODE: 'off',
        SLS_TELEMETRY_DISABLED: '1',
      },
    });
    let output = '';
    const read = (/** @type {unknown} */ text) => {
      output += text;
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`osls package failed:\n${output}`));
    });
  });
}
