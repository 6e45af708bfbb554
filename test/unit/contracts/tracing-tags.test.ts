import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseTracingTags } from '../../../shared/contracts/tracing-tags.ts';

const SERVICE = 'arn:aws:ecs:eu-central-1:111122223333:service/production/checkout';
const parse = (tags: Readonly<Record<string, string>>, prefix = 'taskwire') =>
  parseTracingTags(tags, { prefix, resource: SERVICE });

test.each<{ tags: Readonly<Record<string, string>>; read: object; prefix?: string }>([
  { tags: {}, read: {} },
  { tags: { 'taskwire:tracing': 'required' }, read: { tracing: 'required' } },
  { tags: { 'taskwire:tracing': ' off ' }, read: { tracing: 'off' } },
  {
    tags: { 'taskwire:tracing': 'optional', 'taskwire:collector': 'adot' },
    read: { tracing: 'optional', collector: 'adot' },
  },
  { tags: { 'taskwire:collector': 'cloudwatch-agent' }, read: { collector: 'cloudwatch-agent' } },
  { tags: { 'taskwire:tracing': 'off' }, read: {}, prefix: 'other' },
  { tags: { 'other:tracing': 'off' }, read: { tracing: 'off' }, prefix: 'other' },
])('$tags', ({ tags, read, prefix = 'taskwire' }) => {
  expect(parse(tags, prefix)).toEqual({ ...read, findings: [] });
});

test.each([
  { tag: 'tracing', value: 'requird', rule: 'TAG-30', fix: 'Set taskwire:tracing to required.' },
  {
    tag: 'tracing',
    value: '',
    rule: 'TAG-30',
    fix: 'Set taskwire:tracing to required or optional or off, or take it away.',
  },
  { tag: 'collector', value: 'XRay', rule: 'TAG-31', fix: 'Set taskwire:collector to xray.' },
  {
    tag: 'collector',
    value: 'jaeger',
    rule: 'TAG-31',
    fix: 'Set taskwire:collector to xray or adot or cloudwatch-agent or any, or take it away.',
  },
])('$tag $value is quoted, with a right one, and counts as none', ({ tag, value, rule, fix }) => {
  const { findings, ...read } = parse({ [`taskwire:${tag}`]: value });
  expect(read).toEqual({});
  expect(findings).toEqual([
    { rule, severity: 'high', resource: SERVICE, summary: expect.stringContaining(`"${value}"`), fix },
  ]);
});

test('whatever the value, the finding is printable and the answer known', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (tracing, collector) => {
      const { findings } = parse({ 'taskwire:tracing': tracing, 'taskwire:collector': collector });
      expect(findings.every(({ summary }) => !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(summary))).toBe(true);
    }),
  );
});
