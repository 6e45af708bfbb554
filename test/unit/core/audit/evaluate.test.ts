import { expect, test } from '@jest/globals';
import { evaluate } from '../../../../shared/core/audit/evaluate.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../../../shared/core/audit/judge.ts';
import type { Rule } from '../../../../shared/core/audit/rule.ts';

const rule = (id: string, check: Rule<number>['check']): Rule<number> => ({
  id,
  slug: 'slug',
  severity: 'medium',
  requires: 'R.',
  risk: 'K.',
  fix: 'F.',
  page: 'https://example.com',
  check,
});

test('tells failures only, in the order of the rules, with their places', () => {
  const rules = [
    rule('A-1', (n) => [fail(`Found ${n}.`, { container: 'app', path: ['a', n] }), fail('Again.', { fix: 'Mine.' })]),
    rule('A-2', () => PASS),
    rule('A-3', () => NOT_APPLICABLE),
    rule('A-4', () => fail('Last.')),
  ];
  const finding = { severity: 'medium', resource: 'web.json' };
  expect(evaluate(7, rules, 'web.json')).toEqual([
    { ...finding, rule: 'A-1', summary: 'Found 7.', fix: 'F.', container: 'app', path: ['a', 7] },
    { ...finding, rule: 'A-1', summary: 'Again.', fix: 'Mine.' },
    { ...finding, rule: 'A-4', summary: 'Last.', fix: 'F.' },
  ]);
});

test('several verdicts are one: failures, else a pass, else not applicable', () => {
  const broken = fail('No.');
  expect(together([PASS, broken, NOT_APPLICABLE, broken])).toEqual([broken, broken]);
  expect(together([NOT_APPLICABLE, PASS])).toBe(PASS);
  expect(together([NOT_APPLICABLE])).toBe(NOT_APPLICABLE);
  expect(together([])).toBe(NOT_APPLICABLE);
});
