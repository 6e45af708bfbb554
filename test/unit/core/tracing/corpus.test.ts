import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../../shared/core/audit/evaluate.ts';
import { TRACING_RULES } from '../../../../shared/core/tracing/rules.ts';
import type { WantedCollector } from '../../../../shared/core/tracing/subject.ts';
import { definedTaskOf } from '../../../support/traced.ts';

/** What a person says of a task definition of the corpus. */
interface Verdict {
  readonly about: string;
  /** What is known of its surroundings. */
  readonly known?: {
    readonly wanted?: WantedCollector;
    readonly daemonCollector?: boolean;
    readonly allowedActions?: readonly string[];
  };
  /** Rule and container, or `task`; in the order of the rules. */
  readonly findings: readonly string[];
}

const FOLDER = 'test/corpus/tracing';
const readJson = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8'));
const VERDICTS: Readonly<Record<string, Verdict>> = readJson('verdicts.expected.json');

describe('the corpus', () => {
  test.each(Object.entries(VERDICTS))('%s', (name, { known: { allowedActions, ...known } = {}, findings }) => {
    const subject = {
      wanted: 'any' as const,
      ...known,
      ...(allowedActions && { allowedActions: new Set(allowedActions) }),
      task: definedTaskOf(readJson(`${name}.json`)),
    };
    const found = evaluate(subject, TRACING_RULES, name).map(({ rule, container = 'task' }) => `${rule} ${container}`);
    expect(found).toEqual(findings);
  });

  test('has a verdict for each file, at least 60 of them', () => {
    const files = readdirSync(FOLDER).filter((file) => file !== 'verdicts.expected.json');
    expect(files.map((file) => file.replace(/\.json$/, '')).sort()).toEqual(Object.keys(VERDICTS).sort());
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  test('breaks each rule at least twice', () => {
    const broken = Object.values(VERDICTS).flatMap(({ findings }) => findings.map((each) => each.split(' ')[0]));
    for (const { id } of TRACING_RULES)
      expect([id, broken.filter((each) => each === id).length >= 2]).toEqual([id, true]);
  });
});
