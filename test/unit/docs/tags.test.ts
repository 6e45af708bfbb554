import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseScalingTags } from '../../../shared/contracts/scaling-tags.ts';
import { parseWiring } from '../../../shared/contracts/wiring-tags.ts';

const page = readFileSync('docs/tags.md', 'utf8');
const SCALING: Readonly<Record<string, string>> = { 'taskwire:scaling': 'min=2 max=20 cpu=60' };

/** Tag and value at the begin of a table's row, and a rule where the third column names one. */
const rows = [...page.matchAll(/^\| `(taskwire:[\w.]+)` \| `([^`]+)` \|(?: (TAG-\d+) \|)?/gim)].map(
  ([, tag = '', value = '', rule]) => ({ tag, value, rule }),
);
const ofService = new Set(['taskwire:scaling', 'taskwire:hours', 'taskwire:reactions', 'taskwire:scalng']);
const WORKLOADS = new Set(['taskwire:service', 'taskwire:family', 'taskwire:beanstalk']);

/** Rules of what is found where a resource carries this tag, and what it cannot do without. */
const foundFor = (tag: string, value: string, isRight: boolean): readonly string[] => {
  const options = { prefix: 'taskwire', resource: 'it', watchedClusters: [] };
  if (ofService.has(tag)) {
    return parseScalingTags({ ...SCALING, [tag]: value }, options).findings.map(({ rule }) => rule);
  }
  // A row on a mode alone means a mode alone.
  const stands = WORKLOADS.has(tag.toLowerCase()) || tag.includes('.') || (!isRight && value === 'observe');
  const beside = stands ? {} : { 'taskwire:service': 'production/checkout' };
  return parseWiring({ ...beside, [tag]: value }, options).findings.map(({ rule }) => rule);
};

describe('docs/tags.md', () => {
  const wrong = rows.filter(({ rule }) => rule !== undefined);
  // `taskwire:mode` and its like list the values that there are.
  const right = rows.filter(({ tag, rule }) => rule === undefined && (WORKLOADS.has(tag) || ofService.has(tag)));

  test('has mistakes and right values for both kinds of resources', () => {
    expect(wrong.length).toBeGreaterThan(20);
    expect(right.map(({ tag }) => tag)).toEqual([
      ...WORKLOADS,
      'taskwire:scaling',
      'taskwire:hours',
      'taskwire:reactions',
    ]);
  });

  test.each(wrong)('$tag = $value is found as $rule', ({ tag, value, rule }) => {
    expect(foundFor(tag, value, false)).toContain(rule);
  });

  test.each(right)('$tag = $value is right', ({ tag, value }) => {
    expect(foundFor(tag, value, true)).toEqual([]);
  });

  test('windows that it shows are understood', () => {
    const shown = ['Fri 22:00-06:00', 'Sat-Mon', '00:00-24:00'];
    for (const text of shown) expect(page).toContain(`\`${text}\``);
    const hours = 'Fri 22:00-06:00 UTC min=1 max=2 + Sat-Mon 10:00-24:00 min=3 max=4';
    expect(foundFor('taskwire:hours', hours, true)).toEqual([]);
    expect(foundFor('taskwire:hours', 'Mon-Sun 00:00-24:00 UTC min=1 max=2', true)).toEqual([]);
  });
});
