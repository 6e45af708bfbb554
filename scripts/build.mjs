import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build as bundle } from 'esbuild';
import { keepOnlyVersions, shareErrorClasses, writeOutSchemaKeys } from './sdk-schemas.mjs';
import { root, withLock } from './setup.mjs';

/**
 * How every bundle is made. ESM with splitting leaves what is imported on demand in files of its own, and
 * `module` before `main` finds the ES builds that shake; together they halve a function's cold start.
 * @satisfies {import('esbuild').BuildOptions}
 */
export const BUNDLE = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunk-[hash]',
  plugins: [writeOutSchemaKeys(), shareErrorClasses(), keepOnlyVersions()],
};

/** CommonJS packages in the command line's bundle call `require`, which ES modules do not have. */
export const REQUIRE = `import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);`;

/**
 * Bundles every function into `dist/functions/<name>/` and the command line into `dist/cli/`, and writes what went
 * where into `dist/meta.json`. Files that did not change are not written, so nobody reads half a file while two
 * builds of the same sources run.
 * @returns {Promise<string[]>} What was built: `functions/<name>` and `cli`.
 */
export async function build() {
  const functions = (await foldersOf('functions')).filter((name) => exists(`functions/${name}/handler.ts`));
  /** @type {{ name: string, options: import('esbuild').BuildOptions }[]} */
  const bundles = functions.map((name) => ({
    name: `functions/${name}`,
    options: { entryPoints: { handler: `functions/${name}/handler.ts` } },
  }));
  if (exists('cli/taskwire.ts')) {
    const entryPoints = { taskwire: 'cli/taskwire.ts', 'release-holds': 'cli/release-holds.ts' };
    bundles.push({ name: 'cli', options: { entryPoints, banner: { js: REQUIRE } } });
  }
  const results = await Promise.all(
    bundles.map(async ({ name, options }) => {
      const outdir = join('dist', name);
      const { outputFiles, metafile } = await bundle({ ...BUNDLE, ...options, outdir, write: false, metafile: true });
      if (name !== 'cli') refuseRequire(outputFiles);
      return { outdir, outputFiles, metafile };
    }),
  );
  await withLock('build', async () => {
    for (const { outdir, outputFiles } of results) await writeChanged(join(root, outdir), outputFiles);
    await removeOthers('dist/functions', functions);
    await mkdir(join(root, 'dist'), { recursive: true });
    const meta = {
      inputs: Object.assign({}, ...results.map(({ metafile }) => metafile.inputs)),
      outputs: Object.assign({}, ...results.map(({ metafile }) => metafile.outputs)),
    };
    await writeFile(join(root, 'dist', 'meta.json'), JSON.stringify(meta));
  });
  return bundles.map(({ name }) => name);
}

/**
 * A function that calls `require` loads, and fails when it first needs it; better here.
 * @type {(files: import('esbuild').OutputFile[]) => void}
 */
function refuseRequire(files) {
  for (const { path, text } of files) {
    if (text.includes('Dynamic require of')) {
      throw new Error(
        `${relative(root, path)} calls require: one of its packages is CommonJS and imports Node modules`,
      );
    }
  }
}

/** @type {(folder: string, files: import('esbuild').OutputFile[]) => Promise<void>} */
async function writeChanged(folder, files) {
  const kept = new Set(files.map(({ path }) => path));
  // Chunks first: an entry that is there must find what it imports.
  for (const { path, contents } of [...files].reverse()) {
    const before = await readFile(path).catch(() => undefined);
    if (before && Buffer.compare(before, contents) === 0) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  for (const name of await readdir(folder)) {
    if (!kept.has(join(folder, name))) await rm(join(folder, name), { recursive: true });
  }
}

/** @type {(folder: string, kept: string[]) => Promise<void>} */
async function removeOthers(folder, kept) {
  for (const name of await foldersOf(folder)) {
    if (!kept.includes(name)) await rm(join(root, folder, name), { recursive: true });
  }
}

/** @type {(folder: string) => Promise<string[]>} */
async function foldersOf(folder) {
  if (!exists(folder)) return [];
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** @type {(path: string) => boolean} */
function exists(path) {
  return existsSync(join(root, path));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await build();
  console.log(built.length > 0 ? `built ${built.join(', ')}` : 'nothing to build');
}
