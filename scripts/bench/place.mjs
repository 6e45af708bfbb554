import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { root } from '../setup.mjs';

/** What is measured: changes elsewhere, and figures that were just kept, do not make a revision another one. */
const MEASURED = [
  ...['shared', 'functions', 'cli', 'simulator', 'bench', 'package.json', 'package-lock.json'],
  ':!bench/results.json',
];

/** @returns {import('../../bench/results.ts').Machine} */
export const machine = () => {
  const [first, ...others] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: others.length + (first ? 1 : 0),
    memoryGb: Math.round(totalmem() / 1e9),
  };
};

/** Windows has no such figure and says 0. */
export const load = () => Number((loadavg()[0] ?? 0).toFixed(2));

/** The commit, with a `+` where files differ from it; `unknown` without git, as in an unpacked archive. */
export const revision = () => {
  try {
    const commit = git('rev-parse', '--short=12', 'HEAD');
    return git('status', '--porcelain', '--', ...MEASURED) === '' ? commit : `${commit}+`;
  } catch {
    return 'unknown';
  }
};

/** @type {(...args: string[]) => string} */
const git = (...args) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
