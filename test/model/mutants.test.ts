import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleMutant } from './mutants/bundle.ts';
import { MUTANTS, type Mutant } from './mutants/mutants.ts';

/** As many runs as a mutant may survive: the model test makes ten times as many. */
const RUNS = 200;
const AT_MOST_MS = 120_000;
const AT_ONCE = 2;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'taskwire-mutants-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the model says of the mutant: its first violation. */
const caught = async (mutant: Mutant, index: number): Promise<string> => {
  const outfile = join(folder, `${index}.mjs`);
  await bundleMutant(mutant, outfile);
  return new Promise((resolve, reject) => {
    const args = [outfile, '--first', String(mutant.first), '--runs', String(RUNS), '--until-violation'];
    execFile(process.execPath, args, { timeout: AT_MOST_MS }, (error, stdout) => {
      if (error?.code === 1) resolve(stdout);
      else reject(new Error(`"${mutant.name}" survived ${RUNS} runs\n${stdout}`, { cause: error }));
    });
  });
};

/** By mutant: what the model says of it. */
const verdicts = new Map<string, string>();
beforeAll(async () => {
  const waiting = MUTANTS.map((mutant, index) => ({ mutant, index }));
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { mutant, index } = next;
      verdicts.set(mutant.name, await caught(mutant, index).catch(String));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}, AT_MOST_MS * MUTANTS.length);

test.each(MUTANTS)('the model tells that $name', ({ name }) => {
  expect(verdicts.get(name)).toMatch(/^seed \d+: /m);
});
