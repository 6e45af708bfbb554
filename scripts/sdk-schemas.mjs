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
 * An esbuild plugin that makes the SDK's error classes by one function instead of writing each out: a client knows every
 * error of its service (57 of Elastic Load Balancing), and most of their text is the same.
 * @returns {import('esbuild').Plugin}
 */
export const shareErrorClasses = () => ({
  name: 'share-error-classes',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]models[\\/]errors\.js$/ }, async ({ path }) => ({
      contents: shareClasses(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
});

const ERROR_CLASS =
  /^export class (\w+) extends __BaseException \{\s+name = "(\w+)";\s+\$fault = ("\w+");((?:\s+\w+;)*)\s+constructor\(opts\) \{\s+super\(\{\s+name: "\2",\s+\$fault: \3,\s+\.\.\.opts,?\s+\}\);\s+Object\.setPrototypeOf\(this, \1\.prototype\);((?:\s+this\.\w+ = opts\.\w+;)*)\s+\}\s+\}$/gm;

/** What each of the classes does, once. */
const ERROR_OF = `const errorOf = (name, fault, members) => class Made extends __BaseException {
  constructor(opts) {
    super({ name, $fault: fault, ...opts });
    Object.setPrototypeOf(this, Made.prototype);
    this.name = name;
    this.$fault = fault;
    for (const member of members) this[member] = opts[member];
  }
};
`;

/**
 * Writes the error classes of a text that are made alike as calls of one function; any other class stays as it is.
 * @param {string} source
 */
export const shareClasses = (source) => {
  const shared = source.replace(ERROR_CLASS, (_, name, text, fault, members) => {
    const names = members.match(/\w+/g) ?? [];
    return `export const ${name} = /* @__PURE__ */ errorOf("${text}", ${fault}, ${JSON.stringify(names)});`;
  });
  return shared === source ? source : shared.replace(/^(?!import )/m, () => ERROR_OF);
};

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
