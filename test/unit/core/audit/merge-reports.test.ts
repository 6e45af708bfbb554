import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeReports } from '../../../../shared/core/audit/merge-reports.ts';
import type { AuditFinding, AuditReport } from '../../../../shared/core/audit/report.ts';
import { fleetReport, groupArn, reportOf, serviceArn, summaryOf } from '../../../support/audit-report.ts';

const NOW = Date.UTC(2026, 10, 22);
const merge = (reports: readonly AuditReport[], unseen: AuditReport['unseen'] = []) =>
  mergeReports({ reports, unseen, nowMs: NOW });

const finding = (more: Partial<AuditFinding>): AuditFinding => ({
  rule: 'TGT-1',
  severity: 'low',
  resource: groupArn('checkout'),
  summary: 'One target is missing.',
  fix: 'Register it.',
  ...more,
});
const cluster = (name: string) => ({
  name,
  workloads: [
    {
      key: `service ${name}/checkout`,
      kind: 'service' as const,
      arn: serviceArn(name, 'checkout'),
      name: 'checkout',
      running: 2,
      groups: [],
    },
  ],
});
const at = (account: string, region: string, more: Partial<AuditReport> = {}): AuditReport =>
  reportOf({ account, region, ...more });

describe('reports of one place', () => {
  test('keep account, Region and the names of clusters', () => {
    const parts = ['production', 'staging'].map((name) =>
      at('111122223333', 'eu-central-1', { clusters: [cluster(name)], summary: summaryOf({ services: 1, tasks: 2 }) }),
    );
    const merged = merge(parts);
    expect(merged).toMatchObject({ account: '111122223333', region: 'eu-central-1', by: 'audit of a fleet' });
    expect(merged.clusters.map(({ name }) => name)).toEqual(['production', 'staging']);
    expect(merged.summary).toMatchObject({ services: 2, tasks: 4 });
  });

  test('a group and a finding that two of them tell are told once', () => {
    const group = { arn: groupArn('a'), name: 'a', states: {}, missing: 2, stale: 0, wrong: 1, unknown: 0 };
    const part = at('111122223333', 'eu-central-1', { groups: [group], findings: [finding({})] });
    const merged = merge([part, part]);
    expect(merged.groups).toEqual([group]);
    expect(merged.findings).toHaveLength(1);
    expect(merged.summary).toMatchObject({
      groups: 1,
      targets: { missing: 2, stale: 0, wrong: 1 },
      findings: { high: 0, medium: 0, low: 1, info: 0 },
      rules: { 'TGT-1': 1 },
    });
  });
});

describe('reports of several places', () => {
  test('clusters of the same name are told apart, and so are their findings and what was not seen of them', () => {
    const part = (account: string) =>
      at(account, 'eu-central-1', {
        clusters: [cluster('production')],
        findings: [finding({ cluster: 'production', resource: `${account} service` })],
        unseen: [
          { resource: `arn:aws:ecs:eu-central-1:${account}:cluster/production`, what: 'tasks', why: 'Denied.' },
          { resource: 'auto scaling', what: 'auto scaling', why: 'Denied.' },
          { resource: groupArn('shop'), what: 'targets', why: 'Denied.' },
        ],
      });
    const merged = merge([part('111122223333'), part('444455556666')]);
    const names = ['production (111122223333, eu-central-1)', 'production (444455556666, eu-central-1)'];
    expect(merged).not.toHaveProperty('account');
    expect(merged.clusters.map(({ name }) => name)).toEqual(names);
    expect(new Set(merged.clusters.flatMap(({ workloads }) => workloads.map(({ key }) => key))).size).toBe(2);
    expect(merged.findings.map((each) => each.cluster)).toEqual(names);
    expect(merged.unseen.map(({ resource }) => resource)).toEqual([
      names[0],
      'auto scaling (111122223333, eu-central-1)',
      groupArn('shop'),
      names[1],
      'auto scaling (444455556666, eu-central-1)',
      groupArn('shop'),
    ]);
  });

  test('what nobody could look at stands first', () => {
    const unseen = [{ resource: 'all clusters in 444455556666, eu-west-1', what: 'everything', why: 'Denied.' }];
    const merged = merge([at('111122223333', 'eu-central-1')], unseen);
    expect(merged.unseen[0]).toEqual(unseen[0]);
  });

  test('no report at all is a report of now, with nothing in it', () => {
    const merged = merge([]);
    expect(merged.summary).toEqual(summaryOf({ takenAtMs: NOW }));
    expect(merged.clusters).toEqual([]);
  });
});

test('the worst findings stand first whatever the order of the parts, and the figures are the sums', () => {
  const sizes = fc.array(
    fc.record({
      account: fc.constantFrom('111122223333', '444455556666', '777788889999'),
      clusters: fc.integer({ min: 1, max: 2 }),
      services: fc.integer({ min: 1, max: 4 }),
      groups: fc.integer({ min: 0, max: 4 }),
      findings: fc.integer({ min: 0, max: 8 }),
    }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(sizes, (parts) => {
      const reports = parts.map(({ account, ...size }) => ({
        ...fleetReport(size),
        account,
        region: 'eu-central-1',
      }));
      const one = merge(reports);
      const other = merge(reports.toReversed());
      expect(other.findings.map(({ rule, resource, summary }) => [rule, resource, summary])).toEqual(
        one.findings.map(({ rule, resource, summary }) => [rule, resource, summary]),
      );
      const { takenAtMs: _, ...figures } = one.summary;
      expect(other.summary).toMatchObject(figures);
      expect(one.summary.services).toBe(reports.reduce((sum, { summary }) => sum + summary.services, 0));
      const { high, medium, low, info } = one.summary.findings;
      expect(high + medium + low + info).toBe(one.findings.length);
    }),
    { numRuns: 50 },
  );
});
