import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type * as v from 'valibot';
import { readSnapshot, SnapshotFileError, writeSnapshot } from '../../../shared/contracts/snapshot-file.ts';
import type { snapshotMembers } from '../../../shared/contracts/snapshot-schema.ts';
import { parseTaskDefinition } from '../../../shared/contracts/task-definition-file.ts';
import { judgeSnapshot } from '../../../shared/core/audit/judge-snapshot.ts';
import type { Snapshot } from '../../../shared/core/audit/snapshot.ts';
import { withoutSecrets } from '../../../shared/core/audit/without-secrets.ts';
import { aFullSnapshot } from '../../support/full-snapshot.ts';
import { aSeenRevision, aSeenService, aSeenTask, aSnapshot } from '../../support/snapshot.ts';

/** Without what only TypeScript knows of: readonly members. */
type Plain<T> =
  T extends ReadonlyMap<infer K, infer V>
    ? Map<K, Plain<V>>
    : T extends ReadonlySet<infer U>
      ? Set<Plain<U>>
      : T extends readonly (infer U)[]
        ? Plain<U>[]
        : T extends object
          ? { -readonly [K in keyof T]: Plain<T[K]> }
          : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Read = { [K in keyof typeof snapshotMembers]: v.InferOutput<(typeof snapshotMembers)[K]> };
/** A member that the file forgets would not survive being saved. */
type Required<T> = { [K in keyof T]-?: T[K] };
const MEMBERS: Same<keyof Snapshot, keyof Read> = true;
const SERVICES: Same<Plain<Snapshot['services']>, Plain<Required<Read>['services']>> = true;
const TASKS: Same<Plain<Snapshot['tasks']>, Plain<Required<Read>['tasks']>> = true;
const GROUPS: Same<Plain<Snapshot['groups']>, Plain<Required<Read>['groups']>> = true;
const REVISIONS: Same<Plain<Snapshot['revisions']>, Plain<Required<Read>['revisions']>> = true;
const ENVIRONMENTS: Same<Plain<Snapshot['environments']>, Plain<Required<Read>['environments']>> = true;

test('the file has every member of a snapshot', () => {
  expect([MEMBERS, SERVICES, TASKS, GROUPS, REVISIONS, ENVIRONMENTS]).not.toContain(false);
});

describe('a snapshot that was written and read', () => {
  test('is the same, but for what may be secret', () => {
    const snapshot = aFullSnapshot();
    expect(readSnapshot(writeSnapshot(snapshot))).toEqual(withoutSecrets(snapshot));
    const collected = withoutSecrets(snapshot);
    expect(readSnapshot(writeSnapshot(collected))).toEqual(collected);
  });

  test('is judged the same', () => {
    const snapshot = withoutSecrets(aFullSnapshot());
    const report = judgeSnapshot(snapshot);
    expect(report.findings.length).toBeGreaterThan(0);
    expect(judgeSnapshot(readSnapshot(writeSnapshot(snapshot)))).toEqual(report);
  });
});

describe('what may be secret', () => {
  // A letter of its own, so that no other text of a snapshot holds it.
  const secret = fc.stringMatching(/^[A-Za-z0-9]{6,20}$/).map((text) => `§${text}§`);
  const pairs = fc.array(fc.tuple(fc.stringMatching(/^[A-Z_]{1,12}$/), secret), { maxLength: 5 });

  test('appears nowhere: no value of an environment, no command, no reference of a secret, no foreign tag', () => {
    fc.assert(
      fc.property(pairs, fc.array(secret, { maxLength: 4 }), secret, (environment, words, one) => {
        const definition = {
          family: 'web',
          containerDefinitions: [
            {
              name: 'app',
              image: 'shop',
              environment: environment.map(([name, value]) => ({ name, value })),
              secrets: environment.map(([name, valueFrom]) => ({ name, valueFrom })),
              command: words,
              entryPoint: words,
              healthCheck: { command: ['CMD-SHELL', ...words] },
              logConfiguration: { logDriver: 'splunk', options: { 'splunk-token': one } },
              dockerLabels: { label: one },
            },
          ],
        };
        const task = parseTaskDefinition(definition, 'web')[0]?.task;
        if (task === undefined) throw new Error('no task');
        const text = writeSnapshot(
          aSnapshot({
            revisions: [{ ...aSeenRevision('web:1'), task }],
            services: [aSeenService({ tags: { owner: one, 'taskwire:scaling': 'min=1 max=2' } })],
            tasks: [
              aSeenTask('a', {
                tags: { owner: one },
                stoppedReason: `cannot read arn:aws:secretsmanager:eu-central-1:111122223333:secret:${one}`,
                containers: [{ name: 'app', lastStatus: 'STOPPED', ports: [], reason: one }],
              }),
            ],
          }),
        );
        expect(text).not.toContain('§');
        expect(text).toContain('taskwire:scaling');
      }),
    );
  });

  test('the names of variables stay, since rules ask for them', () => {
    const revision = aSeenRevision('web:1', { has: { app: { env: { STAGE: 'prod' } } } });
    const [read] = readSnapshot(writeSnapshot(aSnapshot({ revisions: [revision] }))).revisions;
    expect(read?.task.containers[0]?.environment).toEqual(new Map([['STAGE', undefined]]));
  });
});

describe('a file that is none, or broken', () => {
  test.each<[text: string, says: string]>([
    ['', 'The snapshot is no JSON, or was cut off.'],
    [writeSnapshot(aFullSnapshot()).slice(0, 500), 'The snapshot is no JSON, or was cut off.'],
    ['[]', 'The file is no snapshot of an audit: the member taskwireSnapshot is missing.'],
    ['{"taskwireSnapshot":2}', 'The snapshot has the format 2; this version of Taskwire reads format 1.'],
    ['{"taskwireSnapshot":1}', 'The snapshot: takenAtMs is missing.'],
  ])('%j is refused', (text, says) => {
    expect(() => readSnapshot(text)).toThrow(SnapshotFileError);
    expect(() => readSnapshot(text)).toThrow(says);
  });

  test.each<[from: string, to: string, says: string]>([
    ['"zone":"Europe/Berlin"', '"zone":"Mars"', 'zone must be a time zone, found "Mars".'],
    [
      '"port":80,"zone":"all"',
      '"port":"80","zone":"all"',
      'groups[0].targets[0].port must be a whole number, found "80".',
    ],
    ['"min":6', '"min":-6', 'min must be a whole number of 0 or more, found -6.'],
    ['"takenAtMs":', '"takenAtMs":1e999,"x":', 'takenAtMs must be a finite number, found Infinity.'],
  ])('says where: %s → %s', (from, to, says) => {
    const text = writeSnapshot(aFullSnapshot());
    expect(text).toContain(from);
    expect(() => readSnapshot(text.replace(from, to))).toThrow(says);
  });

  test('names of JavaScript’s own objects change nothing for anybody', () => {
    const text = writeSnapshot(aSnapshot()).replace('"calls":{', '"__proto__":{"polluted":1},"calls":{"__proto__":2');
    const read: object = readSnapshot(text);
    expect('polluted' in read).toBe(false);
    expect('polluted' in {}).toBe(false);
    expect(Object.keys(readSnapshot(text).calls)).toEqual([]);
  });

  const spots = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
    typeof value === 'object' && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, member]) => spots(member, [...path, key]))]
      : [path];
  const replaced = (value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown => {
    if (key === undefined) return by;
    if (Array.isArray(value)) return value.map((each, at) => (String(at) === key ? replaced(each, rest, by) : each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [name, name === key ? replaced(member, rest, by) : member]),
    );
  };

  test('whatever stands anywhere in it: it is read and judged, or refused', () => {
    const whole: unknown = JSON.parse(writeSnapshot(aFullSnapshot()));
    const hostile = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('', 'a', -1, 0, 1e308, 2 ** 53, null, [], {}, 'arn:', '::', '10.0.0.0/99', 'STOPPED', 'cron(x)'),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...spots(whole)), hostile), { minLength: 1, maxLength: 3 }),
        (all) => {
          const text = JSON.stringify(all.reduce<unknown>((value, [path, by]) => replaced(value, path, by), whole));
          try {
            judgeSnapshot(readSnapshot(text));
          } catch (error) {
            expect(error).toBeInstanceOf(SnapshotFileError);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
