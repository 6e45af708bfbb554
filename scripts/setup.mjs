// Sets the checkout up: Node packages, and for the tests a Python virtual environment and a browser. It imports Node's
// own modules only, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The folder of the checkout, with a separator at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url));

const OLDEST_NODE = [20, 19];
const OLDEST_PYTHON = [3, 10];
const REQUIREMENTS = 'test/cloud/requirements.txt';
const CONSTRAINTS = 'test/cloud/constraints.txt';
const LOCK_STALE_MS = 10 * 60_000;

/** Installs the Node packages of the lock file, unless that was done already. */
export async function setUpNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (isOlder([major, minor], OLDEST_NODE)) {
    throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is ${process.versions.node}`);
  }
  const stampFile = join(root, 'node_modules', '.taskwire-setup');
  const stamp = hashOf('package.json', 'package-lock.json');
  if (isCurrent(stampFile, stamp)) return;
  await withLock('setup', async () => {
    if (isCurrent(stampFile, stamp)) return;
    console.error('installing Node packages …');
    // `ci` empties node_modules first, under whoever else works in this checkout; it is for the first time only.
    const command = existsSync(join(root, 'node_modules')) ? ['install', '--no-save'] : ['ci'];
    await npm([...command, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']);
    writeFileSync(stampFile, stamp);
  });
}

/**
 * Makes the virtual environment that the AWS stand-ins of the tests run in.
 * @returns {Promise<{ python: string } | { missing: string }>} Its interpreter, or what this machine lacks for it.
 */
export const setUpPython = () => setUpVirtualEnvironment('.venv', [REQUIREMENTS], [CONSTRAINTS]);

/**
 * Makes a virtual environment, unless that was done already from the same files.
 * @param {string} path Of its folder, like those of the files from the checkout's.
 * @param {string[]} requirements
 * @param {string[]} constraints
 * @returns {Promise<{ python: string } | { missing: string }>} Its interpreter, or what this machine lacks for it.
 */
export async function setUpVirtualEnvironment(path, requirements, constraints = []) {
  const base = findPython();
  if (!base) return { missing: `Python ${OLDEST_PYTHON.join('.')} or newer is not installed` };
  const folder = join(root, path);
  const python = process.platform === 'win32' ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');
  const stampFile = join(folder, '.taskwire-setup');
  const stamp = `${hashOf(...requirements, ...constraints)} ${base.version}`;
  if (isCurrent(stampFile, stamp)) return { python };
  return withLock('setup', async () => {
    if (isCurrent(stampFile, stamp)) return { python };
    console.error(`installing Python packages of ${requirements.join(', ')} …`);
    const [command = '', ...args] = base.command;
    rmSync(folder, { recursive: true, force: true });
    try {
      await run(command, [...args, '-m', 'venv', folder]);
    } catch (error) {
      // Debian ships Python without ensurepip: there `venv` fails until its package is installed.
      return { missing: `Python cannot make a virtual environment (${firstLine(error)})` };
    }
    const files = [
      ...requirements.flatMap((file) => ['-r', join(root, file)]),
      ...constraints.flatMap((file) => ['-c', join(root, file)]),
    ];
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input', ...files]);
    writeFileSync(stampFile, stamp);
    return { python };
  });
}

/**
 * Finds the Chromium that the page's tests drive. CI may be a machine of its own: there Debian's package is installed
 * where it is missing. Nobody else's machine is changed.
 * @param {{ install: boolean }} options
 * @returns {Promise<{ chromium: string } | { missing: string }>} Its executable, or what this machine lacks for it.
 */
export async function setUpChromium({ install }) {
  const found = findChromium();
  if (found) return { chromium: found };
  const missing = { missing: 'Chromium is not installed' };
  if (!install || process.platform !== 'linux') return missing;
  return withLock('setup', async () => {
    const there = findChromium();
    if (there) return { chromium: there };
    console.error('installing Chromium for the tests …');
    // Where another installation holds the lock of the packages, wait for it.
    const apt = ['-q', '-o', 'DPkg::Lock::Timeout=300'];
    try {
      await run('apt-get', [...apt, 'update']);
      await run('apt-get', [...apt, 'install', '-y', '--no-install-recommends', 'chromium']);
    } catch (error) {
      return { missing: `${missing.missing}, and apt-get cannot install it (${firstLine(error)})` };
    }
    const chromium = findChromium();
    return chromium ? { chromium } : missing;
  });
}

/**
 * Runs `work` while no other process of this checkout holds the lock of that name, so that a start and a test side by
 * side do not install or build over each other.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const folder = join(root, '.locks', name);
  const owner = join(folder, 'pid');
  mkdirSync(join(root, '.locks'), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      mkdirSync(folder);
      break;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    if (isAbandoned(folder, owner)) {
      rmSync(folder, { recursive: true, force: true });
      continue;
    }
    if (!told) console.error(`waiting for another ${name} in this checkout …`);
    await wait(200);
  }
  writeFileSync(owner, String(process.pid));
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a command and waits for it; what it prints is part of the error where it fails.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<void>}
 */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Debian's packages must not ask.
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      output += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(' ')} ended with ${code}\n${output}`));
    });
  });
}

/**
 * Runs the npm that started this script, where one did: another one on the path may be of another version.
 * @param {string[]} args
 */
function npm(args) {
  const path = process.env.npm_execpath;
  if (path?.endsWith('.js')) return run(process.execPath, [path, ...args]);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args);
}

/** @returns {{ command: string[], version: string } | undefined} */
function findPython() {
  const candidates = [['python3'], ['python'], ...(process.platform === 'win32' ? [['py', '-3']] : [])];
  for (const command of candidates) {
    const [file = '', ...args] = command;
    const { status, stdout } = spawnSync(file, [...args, '-c', 'import sys; print(*sys.version_info[:3])'], {
      encoding: 'utf8',
    });
    if (status !== 0) continue;
    const version = stdout.trim().split(' ').map(Number);
    if (!isOlder(version, OLDEST_PYTHON)) return { command, version: version.join('.') };
  }
  return undefined;
}

/** @returns {string | undefined} */
function findChromium() {
  const named = process.env.TASKWIRE_CHROMIUM;
  if (named) return named;
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return [...names.flatMap((name) => folders.map((folder) => join(folder, name))), mac].find((path) =>
    existsSync(path),
  );
}

/** @type {(version: number[], oldest: number[]) => boolean} */
function isOlder([major = 0, minor = 0], [oldestMajor = 0, oldestMinor = 0]) {
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

/** @type {(...files: string[]) => string} */
function hashOf(...files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

/** @type {(file: string, stamp: string) => boolean} */
function isCurrent(file, stamp) {
  return existsSync(file) && readFileSync(file, 'utf8') === stamp;
}

/**
 * Whether the lock's owner is gone: its process ended, or it never wrote who it is.
 * @type {(folder: string, owner: string) => boolean}
 */
function isAbandoned(folder, owner) {
  try {
    if (Date.now() - statSync(folder).mtimeMs > LOCK_STALE_MS) return true;
    if (!existsSync(owner)) return false;
    process.kill(Number(readFileSync(owner, 'utf8')), 0);
    return false;
  } catch (error) {
    return isCode(error, 'ESRCH');
  }
}

/** @type {(error: unknown, code: string) => boolean} */
function isCode(error, code) {
  // Not by `instanceof`: a test runner's sandbox has an Error of its own.
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}

/** @type {(error: unknown) => string} */
function firstLine(error) {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await setUpNode();
