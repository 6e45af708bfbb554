// What the functions were deployed from, in their environment, so that `taskwire doctor` can tell functions of one stack
// that were not deployed together.
const { createHash } = require('node:crypto');
const { readdir, readFile } = require('node:fs/promises');
const { join } = require('node:path');

const ROOT = join(__dirname, '..');
const BUILT = join(ROOT, 'dist', 'functions');

module.exports = {
  /**
   * Version of the package, and a digest of all that was built: the same bytes, the same text.
   * @returns {Promise<string>} `1.4.0+3f2a91c`
   */
  version: async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const entries = await readdir(BUILT, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    const digest = createHash('sha256');
    for (const file of files.sort()) digest.update(file.slice(BUILT.length)).update(await readFile(file));
    return `${version}+${digest.digest('hex').slice(0, 7)}`;
  },
};
