// What users of Taskwire run besides its own code: which packages, under which licences, fetched how. Part of
// `npm run check`; `npm run licences` lists them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './setup.mjs';

/** Those that ask for no more than their own text. Another one is a decision: read it, then add it here. */
const ALLOWED_LICENCES = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT', 'MIT-0']);

/**
 * @typedef {{ version?: string, license?: string, dev?: boolean, devOptional?: boolean, resolved?: string, hasInstallScript?: boolean, integrity?: string }} Locked
 * @typedef {{ name: string, version: string, licence: string, hasInstallScript: boolean }} RuntimePackage
 */

/** `node_modules/a/node_modules/@b/c` → `@b/c`. @type {(path: string) => string} */
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/**
 * What the built functions and the command line may contain, each version once, by name.
 * @param {{ packages: Record<string, Locked> }} lock
 * @returns {RuntimePackage[]}
 */
export const runtimePackages = ({ packages }) => {
  /** @type {Map<string, RuntimePackage>} */
  const found = new Map();
  for (const [path, { version = '', license = 'none', dev, devOptional, hasInstallScript = false }] of Object.entries(
    packages,
  )) {
    if (path === '' || dev || devOptional) continue;
    const name = nameOf(path);
    found.set(`${name}@${version}`, { name, version, licence: license, hasInstallScript });
  }
  return [...found.values()].sort((a, b) => (`${a.name}@${a.version}` < `${b.name}@${b.version}` ? -1 : 1));
};

/**
 * What is wrong with what a lock file would install, in words; none: nothing.
 * @param {{ packages: Record<string, Locked> }} lock
 * @returns {string[]}
 */
export const supplyProblems = (lock) => {
  const runtime = runtimePackages(lock);
  const problems = runtime.length === 0 ? ['The lock file names no runtime package: nothing was checked.'] : [];
  for (const { name, version, licence, hasInstallScript } of runtime) {
    if (!ALLOWED_LICENCES.has(licence)) {
      problems.push(
        `${name}@${version} is under the licence ${licence}, which nobody has agreed to: read it, then add it to scripts/supply-chain.mjs, or take another package.`,
      );
    }
    if (hasInstallScript) {
      problems.push(`${name}@${version} runs a script when it is installed: take another package for what users run.`);
    }
  }
  for (const [path, { resolved, integrity, dev, devOptional }] of Object.entries(lock.packages)) {
    if (path === '') continue;
    if (resolved !== undefined) {
      problems.push(`${nameOf(path)} is locked with the address ${resolved}: install with the settings of .npmrc.`);
    }
    // Tools of other platforms, which the registry did not answer for when the lock was made, have none.
    if (integrity === undefined && !dev && !devOptional) {
      problems.push(`${nameOf(path)} is locked without a checksum: install it again.`);
    }
  }
  return problems;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const packages = runtimePackages(lock);
  if (process.argv.includes('--list')) {
    const widest = Math.max(...packages.map(({ name, version }) => `${name}@${version}`.length));
    for (const { name, version, licence } of packages)
      console.log(`${`${name}@${version}`.padEnd(widest)}  ${licence}`);
  }
  const problems = supplyProblems(lock);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else
    console.log(
      `${packages.length} runtime packages, all under ${[...new Set(packages.map(({ licence }) => licence))].sort().join(', ')}`,
    );
}
