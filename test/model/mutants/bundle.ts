import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Mutant } from './mutants.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * Bundles the model with one mistake in it; the checkout stays as it is.
 * @throws If the mutant's text does not stand in its file exactly once: then the mutant must be written anew.
 */
export const bundleMutant = async ({ name, file, search, replace }: Mutant, outfile: string): Promise<void> => {
  const path = resolve(root, file);
  const parts = (await readFile(path, 'utf8')).split(search);
  if (parts.length !== 2) throw new Error(`"${name}" no longer applies: found ${parts.length - 1} times in ${file}`);
  await build({
    entryPoints: [resolve(root, 'test/model/soak.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
    plugins: [
      {
        name: 'mutant',
        setup: ({ onLoad }) => {
          onLoad({ filter: /\.ts$/ }, (args) =>
            args.path === path ? { contents: parts.join(replace), loader: 'ts' } : undefined,
          );
        },
      },
    ],
  });
};
