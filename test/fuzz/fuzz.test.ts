import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bundleFuzzer, FUZZED, fuzz } from '../../scripts/fuzz.mjs';
import { createRandom } from '../../simulator/random.ts';
import { mutated } from './mutate.ts';
import { SUBJECTS } from './subjects.ts';

/** Each; `npm run fuzz -- --minutes 10` takes longer. */
const SECONDS = 20;

let fuzzer: { readonly folder: string; readonly file: string };
beforeAll(async () => {
  fuzzer = await bundleFuzzer();
});
afterAll(() => rm(fuzzer.folder, { recursive: true, force: true }));

test('every parser is fuzzed', () => {
  expect(FUZZED).toEqual(SUBJECTS.map(({ name }) => name));
});

test('the same numbers make the same text, others another one', () => {
  const of = (seed: number) => mutated(['{"a":[1,2],"b":"c"}'], createRandom(seed));
  expect(of(7)).toBe(of(7));
  expect(new Set(Array.from({ length: 50 }, (_, seed) => of(seed))).size).toBeGreaterThan(30);
});

test.each(FUZZED.map((name, index) => [name, 4_711 + index] as const))(
  '%s: only its own errors, in time, and nothing kept',
  async (name, seed) => {
    const fuzzed = await fuzz(fuzzer.file, { name, seed, seconds: SECONDS });
    expect(fuzzed).toMatchObject({ ok: true });
    // Texts that are all right, or all wrong, would show nothing.
    expect(fuzzed.refused).toBeGreaterThan(fuzzed.runs / 100);
    expect(fuzzed.runs).toBeGreaterThan(200);
  },
  60_000 + SECONDS * 1_000,
);
