// `npm run release`: a CloudFormation template and the functions' zips in dist/release, for whoever deploys with the AWS
// command line, Terraform or the CDK. `npm run release -- --param clusters=a,b --param tagPrefix=team` chooses what no
// parameter of a template can (docs/install.md).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, parse, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { root, setUpNode } from './setup.mjs';

const TEMPLATE = 'taskwire.template.json';
/** Two processors of an ordinary machine; osls takes one. */
const AT_ONCE = 2;
/** Enough of a SHA-256 that no two packages of one function share a name. */
const HASH_LENGTH = 16;

/**
 * Makes a release of what was built. Repeating it gives the same bytes in every file.
 * @param {string} folder Emptied first.
 * @param {Readonly<Record<string, string>>} choices `clusters` and `tagPrefix`.
 * @returns {Promise<readonly string[]>} The names of its files.
 */
export async function release(folder, choices) {
  const { BASE_PARAMETERS, VARIANTS, defaultsIn, RELEASE_CHOICES, PARAMETERS } = await import(
    './release/parameters.mjs'
  );
  const { packageStack } = await import('./release/package.mjs');
  const { releaseTemplate } = await import('./release/template.mjs');

  refuseOthers(choices, RELEASE_CHOICES, PARAMETERS);
  const defaults = defaultsIn(await readFile(join(root, 'serverless.yml'), 'utf8'));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const stage = PARAMETERS.find(({ name }) => name === 'stage')?.placeholder ?? '';
  const given = [{}, ...VARIANTS.map(({ parameters }) => parameters)];
  const [base, ...variants] = await inTurns(given, (parameters) =>
    packageStack(stage, withoutEmpty({ ...BASE_PARAMETERS, ...choices, ...parameters }, defaults)),
  );
  if (base === undefined) throw new Error('Nothing was packaged.');

  /** @type {Map<string, string | Buffer>} */
  const files = new Map();
  /** @type {Record<string, string>} */
  const zips = {};
  for (const [name, bytes] of base.zips) {
    // A new name only for new code: a stack that is updated with it leaves the functions alone that did not change.
    zips[name] = `${parse(name).name}-${sha256(bytes).slice(0, HASH_LENGTH)}.zip`;
    files.set(zips[name], bytes);
  }
  const template = releaseTemplate({
    base: base.template,
    variants: Object.fromEntries(VARIANTS.map(({ condition }, at) => [condition, variants[at]?.template ?? {}])),
    defaults,
    zips,
    chosen: {
      version,
      clusters: choices.clusters ?? defaults.clusters ?? '',
      tagPrefix: choices.tagPrefix ?? defaults.tagPrefix ?? '',
    },
  });
  // One line: CloudFormation counts the bytes, and a reader has tools.
  files.set(TEMPLATE, `${JSON.stringify(template)}\n`);
  files.set('sbom.cdx.json', await sbom());
  const sums = [...files]
    .map(([name, content]) => `${sha256(content)}  ${name}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
  files.set('SHA256SUMS', sums.join(''));

  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  return [...files.keys()];
}

/** @type {(choices: Readonly<Record<string, string>>, known: readonly string[], parameters: readonly { name: string, id: string }[]) => void} */
function refuseOthers(choices, known, parameters) {
  const wrong = Object.keys(choices).flatMap((name) => {
    if (known.includes(name)) return [];
    const parameter = parameters.find((each) => each.name === name);
    return parameter === undefined
      ? [`there is no parameter ${name}`]
      : [`${name} is chosen when the stack is deployed: give ${parameter.id}=… to --parameter-overrides`];
  });
  if (wrong.length > 0)
    throw new Error(`Wrong parameters: ${wrong.join('; ')}. A release takes ${known.join(' and ')}.`);
}

/** osls takes no empty value. @type {(given: Readonly<Record<string, string>>, defaults: Readonly<Record<string, string>>) => Record<string, string>} */
function withoutEmpty(given, defaults) {
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => {
      if (value === '' && defaults[name] !== '') throw new Error(`The default of ${name} is no longer empty.`);
      return value !== '';
    }),
  );
}

/** @type {(content: string | Buffer) => string} */
function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

/**
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} In the order of the items.
 */
async function inTurns(items, work) {
  /** @type {R[]} */
  const results = [];
  const waiting = [...items.entries()];
  const take = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return results;
}

/** The bill of materials, by `npm run sbom`, less what differs each time it is made. @returns {Promise<string>} */
async function sbom() {
  const path = process.env.npm_execpath;
  const args = ['run', '--silent', 'sbom'];
  const [command, first] = path?.endsWith('.js')
    ? [process.execPath, [path]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const printed = await new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, problems] = ['', ''];
    child.stdout.on('data', (text) => {
      output += text;
    });
    child.stderr.on('data', (text) => {
      problems += text;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`npm run sbom failed:\n${problems}`)),
    );
  });
  const { serialNumber: _number, metadata, ...rest } = JSON.parse(printed);
  const { timestamp: _time, ...lasting } = metadata;
  return `${JSON.stringify({ ...rest, metadata: lasting }, null, 2)}\n`;
}

/** `--param clusters=a,b` → `{ clusters: 'a,b' }`. @type {(args: readonly string[]) => Record<string, string>} */
function choicesIn(args) {
  const { values } = parseArgs({ args: [...args], options: { param: { type: 'string', multiple: true } } });
  return Object.fromEntries(
    (values.param ?? []).map((given) => {
      const at = given.indexOf('=');
      if (at < 1) throw new Error(`--param ${given} says no value: write --param <name>=<value>.`);
      return [given.slice(0, at), given.slice(at + 1)];
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await setUpNode();
    const { build } = await import('./build.mjs');
    await build();
    const folder = join(root, 'dist', 'release');
    const files = await release(folder, choicesIn(process.argv.slice(2)));
    console.log(files.map((name) => relative('', join(folder, name))).join('\n'));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
