import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const COULD_DESCRIBE_TASKS = /\.(?:json|ya?ml|template)$/i;
/** Packages of others, and what tools keep for themselves (`.git`, `.terraform`). */
const PASSED_OVER = /^(?:\.|node_modules$)/;

/**
 * Files below a folder that could describe tasks, by their names, in the order of their names. Links are not followed:
 * they can lead in a circle, or out of what somebody wanted to be read.
 * @returns `undefined` for what is no folder, or is not there.
 */
export const filesIn = async (path: string): Promise<readonly string[] | undefined> => {
  if (path === '-') return undefined;
  const stats = await lstat(path).catch(() => undefined);
  // `lint link/` with a slash at its end is the folder itself.
  if (stats === undefined || !stats.isDirectory()) return undefined;
  const files: string[] = [];
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory() && !PASSED_OVER.test(entry.name)) folders.push(join(folder, entry.name));
      else if (entry.isFile() && COULD_DESCRIBE_TASKS.test(entry.name)) files.push(join(folder, entry.name));
    }
  }
  return files.toSorted();
};
