import { readFile } from 'node:fs/promises';

/**
 * An esbuild plugin that writes out the computed keys in the SDK's schema files.
 *
 * `{ [_xN]: "member" }` is code that runs, so esbuild has to keep the schema of every call of a client; with the key
 * written out it is data, and the calls that nobody makes fall away (the EC2 client with one call: a quarter is left).
 * @returns {import('esbuild').Plugin}
 */
export const writeOutSchemaKeys = () => ({
  name: 'write-out-schema-keys',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: writeOutKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
});

/**
 * An esbuild plugin that leaves only the version of the SDK's `package.json` files, which is all that its user agent
 * reads of them: 2 KB a client otherwise.
 * @returns {import('esbuild').Plugin}
 */
export const keepOnlyVersions = () => ({
  name: 'keep-only-versions',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, async ({ path }) => {
      const { version } = JSON.parse(await readFile(path, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
});

/**
 * Replaces `[_name]:` by the string that `const _name = "…";` gives it in the same text; other computed keys stay.
 * @param {string} source
 */
export const writeOutKeys = (source) => {
  const strings = new Map(
    [...source.matchAll(/^const (\w+) = ("(?:[^"\\]|\\.)*");$/gm)].map(([, name, text]) => [name, text]),
  );
  return source.replace(/\[(\w+)\]:/g, (key, name) => (strings.has(name) ? `${strings.get(name)}:` : key));
};
