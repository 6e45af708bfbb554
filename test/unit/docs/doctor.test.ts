import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { DOCTOR_RULES } from '../../../shared/core/doctor/rules.ts';

const rows = async (): Promise<readonly (readonly string[])[]> =>
  [...(await readFile('docs/doctor.md', 'utf8')).matchAll(/^\| (DOC-\d+) ([^|]+?) \| ([^|]+?) \| ([^|]+?) \|$/gm)].map(
    ([, ...cells]) => cells,
  );

test('docs/doctor.md tells every check, by its id and title, in the order in which they are shown', async () => {
  expect((await rows()).map(([id, title]) => `${id} ${title}`)).toEqual(
    Object.values(DOCTOR_RULES).map(({ id, title }) => `${id} ${title}`),
  );
});

test('docs/doctor.md tells every call that doctor alone makes', async () => {
  const told = new Set((await rows()).flatMap((cells) => cells.at(-1)?.match(/\b[a-z]+:[A-Z]\w+/g) ?? []));
  const files = ['access', 'callers', 'deployed-stack', 'figures', 'true-tags'];
  const sources = await Promise.all(files.map((file) => readFile(`shared/aws/${file}.ts`, 'utf8')));
  const called = new Set(sources.flatMap((text) => text.match(/(?<=action: ')[a-z]+:[A-Z]\w+(?=')/g) ?? []));
  expect(called.size).toBeGreaterThan(10);
  // One that plan makes, too.
  called.delete('elasticloadbalancing:DescribeTargetGroups');
  expect([...called].filter((action) => !told.has(action))).toEqual([]);
});
