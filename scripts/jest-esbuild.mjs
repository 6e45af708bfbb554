import { createHash } from 'node:crypto';
import { transformSync, version } from 'esbuild';

/** Turns one TypeScript file into ESM for jest; types are checked apart from it, by `npm run check`. */
export default {
  /** @type {(source: string, path: string) => { code: string }} */
  process: (source, path) => ({
    code: transformSync(source, {
      loader: path.endsWith('.tsx') ? 'tsx' : 'ts',
      format: 'esm',
      target: 'node20',
      // As tsconfig.json has it, which a transform of one file does not read.
      jsx: 'automatic',
      jsxImportSource: 'preact',
      // Node 20.10 and later know them, and jest asks for them where JSON is imported.
      supported: { 'import-attributes': true },
      sourcemap: 'inline',
      sourcefile: path,
    }).code,
  }),
  /** @type {(source: string, path: string) => string} */
  getCacheKey: (source, path) =>
    createHash('sha256').update(`${version}\0attributes jsx\0${path}\0${source}`).digest('hex'),
};
