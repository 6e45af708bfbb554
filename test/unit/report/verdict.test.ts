import { describe, expect, test } from '@jest/globals';
import type { AuditReport, AuditSummary } from '../../../shared/core/audit/report.ts';
import { trendOf } from '../../../shared/report/trend.ts';
import { verdictOf } from '../../../shared/report/verdict.ts';
import { fleetReport, reportOf, summaryOf } from '../../support/audit-report.ts';

const wired = fleetReport({ clusters: 1, services: 3, groups: 1, findings: 0 });
const unseen: AuditReport['unseen'] = [{ resource: 'staging', what: 'tasks', why: 'Access denied.' }];

interface Case extends Partial<AuditSummary> {
  readonly name: string;
  readonly report?: Partial<AuditReport>;
  readonly says: string;
  readonly tone: string;
}
const none = { high: 0, medium: 0, low: 0, info: 0 };

describe('the verdict', () => {
  test.each<Case>([
    { name: 'nothing', says: 'Every task is wired, and nothing is wrong.', tone: 'good' },
    {
      name: 'one wrong target',
      targets: { missing: 0, stale: 0, wrong: 1 },
      says: '1 target leads to somebody else.',
      tone: 'bad',
    },
    {
      name: 'all kinds of targets',
      targets: { missing: 3, stale: 1, wrong: 2 },
      says: '2 targets lead to somebody else, 1 target leads nowhere and 3 targets are missing.',
      tone: 'bad',
    },
    {
      name: 'a serious finding',
      findings: { ...none, high: 1 },
      says: 'Every task is wired, but 1 finding is serious.',
      tone: 'bad',
    },
    {
      name: 'serious ones, and gaps',
      findings: { ...none, high: 2 },
      report: { unseen },
      says: 'What was seen is wired, but 2 findings are serious and 1 thing could not be looked at.',
      tone: 'bad',
    },
    {
      name: 'medium ones',
      findings: { ...none, medium: 2 },
      says: 'Every task is wired, and 2 findings want a look.',
      tone: 'warn',
    },
    {
      name: 'small ones',
      findings: { ...none, low: 1, info: 1200 },
      says: 'Every task is wired, and 1,201 small things could be better.',
      tone: 'good',
    },
    {
      name: 'gaps',
      report: { unseen },
      says: 'What was seen is wired, but 1 thing could not be looked at.',
      tone: 'unsure',
    },
    {
      name: 'no group',
      report: { groups: [] },
      says: 'No target group carries a tag of Taskwire, and nothing is wrong.',
      tone: 'good',
    },
    {
      name: 'an empty account',
      report: { groups: [], clusters: [] },
      says: 'There was nothing to judge: no ECS cluster and no tagged target group.',
      tone: 'unsure',
    },
  ])('$name: $says', ({ name: _name, report = {}, says, tone, ...summary }) => {
    const whole = { ...wired, ...report, summary: summaryOf(summary) };
    expect(verdictOf(whole)).toEqual({ tone, sentence: says });
  });
});

describe('the trend', () => {
  const finding = (rule: string, resource: string, summary = 'x') => ({
    rule,
    resource,
    summary,
    severity: 'low' as const,
    fix: 'y',
  });

  test('is unknown without an audit before', () => {
    expect(trendOf(reportOf({ findings: [finding('A-1', 'a')] }))).toBeUndefined();
  });

  test('counts by rule and resource: other words of the same finding are no news', () => {
    const findings = [finding('A-1', 'a', 'now 3'), finding('A-1', 'a'), finding('A-1', 'b'), finding('A-2', 'a')];
    const before = [finding('A-1', 'a', 'was 2'), finding('A-2', 'a'), finding('A-2', 'a'), finding('A-3', 'c')];
    const trend = trendOf(reportOf({ findings, previous: { takenAtMs: 7, findings: before } }));
    expect(trend).toMatchObject({ sinceMs: 7, staying: 2, gone: [before[2], before[3]] });
    expect([...(trend?.fresh ?? [])]).toEqual([findings[1], findings[2]]);
  });
});
