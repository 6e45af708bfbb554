import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditFinding, AuditReport } from '../../../shared/core/audit/report.ts';
import type { Severity } from '../../../shared/core/outcome.ts';
import { renderAuditJson } from '../../../shared/report/audit-json.ts';
import { renderAuditMarkdown } from '../../../shared/report/audit-markdown.ts';
import { renderAuditSarif } from '../../../shared/report/audit-sarif.ts';
import { fleetReport, groupArn, RULES, reportOf, serviceArn, summaryOf } from '../../support/audit-report.ts';
import { readSarif } from '../../support/sarif.ts';

const VERSION = { version: '1.2.3' };

const finding: AuditFinding = {
  rule: 'TGT-1',
  severity: 'high',
  resource: groupArn('web'),
  targetGroup: groupArn('web'),
  service: serviceArn('production', 'checkout'),
  cluster: 'production',
  summary: '10.0.1.7:8080 is missing.',
  fix: 'Run taskwire apply.',
  page: 'https://docs.aws.amazon.com/x.html',
};
const found = reportOf({
  region: 'eu-central-1',
  account: '111122223333',
  summary: summaryOf({ services: 1, tasks: 4, groups: 1, targets: { missing: 1, stale: 0, wrong: 0 } }),
  findings: [finding, { ...finding, severity: 'low', summary: 'A second one.' }],
  unseen: [{ resource: 'staging', what: 'tasks', why: 'Access denied.' }],
});

/** Whatever may stand in a name or a sentence. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '<img src=x onerror=alert(1)>',
    '](https://evil.example)',
    '@team',
    '#12',
    '\n## x',
    '|',
    '```',
    '\u202e',
  ),
);
const anyReport: fc.Arbitrary<AuditReport> = fc
  .array(
    fc.record({
      rule: fc.constantFrom('TGT-1', 'OLD-9'),
      severity: fc.constantFrom<Severity>('high', 'medium', 'low', 'info'),
      resource: hostile,
      summary: hostile,
      fix: hostile,
    }),
    { maxLength: 4 },
  )
  .chain((findings) =>
    fc
      .record({ account: hostile, why: hostile })
      .map(({ account, why }) => reportOf({ findings, account, unseen: [{ resource: account, what: why, why }] })),
  );

describe('an audit as SARIF', () => {
  test('has every finding with its rule and its resources, and says what was not seen', () => {
    const [run] = readSarif(renderAuditSarif(found, VERSION)).runs;
    expect(run.tool.driver.rules).toHaveLength(RULES.length);
    expect(run.automationDetails).toEqual({ id: 'taskwire-audit/111122223333/eu-central-1' });
    expect(run.results[0]).toEqual({
      ruleId: 'TGT-1',
      ruleIndex: 0,
      level: 'error',
      message: { text: '10.0.1.7:8080 is missing. Run taskwire apply.' },
      locations: [
        {
          logicalLocations: [
            { name: 'web', fullyQualifiedName: groupArn('web'), kind: 'resource' },
            { name: 'production/checkout', fullyQualifiedName: serviceArn('production', 'checkout'), kind: 'resource' },
          ],
        },
      ],
      partialFingerprints: { 'taskwire/v1': `TGT-1|${groupArn('web')}|0` },
    });
    expect(run.results[1].partialFingerprints).toEqual({ 'taskwire/v1': `TGT-1|${groupArn('web')}|1` });
    expect(run.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          { level: 'warning', message: { text: 'Not seen: tasks of staging. Access denied.' } },
        ],
      },
    ]);
  });

  test('keeps to the schema, whatever was found', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        readSarif(renderAuditSarif(report, VERSION));
      }),
      { numRuns: 50 },
    );
  });
});

describe('an audit as JSON', () => {
  test('is the report, with the verdict and the trend', () => {
    const report = { ...found, previous: { takenAtMs: 7, findings: [{ ...finding, rule: 'TGT-9' }] } };
    const read = JSON.parse(renderAuditJson(report, VERSION));
    const { previous: _, ...whole } = report;
    expect(read).toMatchObject({ ...whole, format: 'taskwire-audit/1', version: '1.2.3' });
    expect(read.verdict).toEqual({ tone: 'bad', sentence: '1 target is missing.' });
    expect(read.trend).toMatchObject({
      sinceMs: 7,
      new: [{ rule: 'TGT-1' }, { rule: 'TGT-1' }],
      gone: [{ rule: 'TGT-9' }],
      staying: 0,
    });
  });

  test('says once with the rule what is of the rule', () => {
    const [rule] = RULES;
    const { risk = '', page = '' } = rule ?? {};
    const asRule = { ...finding, risk, page };
    const own = { ...finding, risk: 'Another one.', page };
    const read = JSON.parse(renderAuditJson(reportOf({ findings: [asRule, own] }), VERSION));
    const { page: _, ...bare } = finding;
    expect(read.findings).toEqual([bare, { ...bare, risk: 'Another one.' }]);
    expect(read.rules[0]).toMatchObject({ risk, page });
  });

  test('is the same text whatever the order of counts', () => {
    const calls = { 'ecs:ListTasks': 2, 'ecs:DescribeTasks': 1 };
    const other = { 'ecs:DescribeTasks': 1, 'ecs:ListTasks': 2 };
    const text = (counts: typeof calls): string =>
      renderAuditJson(reportOf({ summary: summaryOf({ calls: counts }) }), VERSION);
    expect(text(calls)).toBe(text(other));
  });
});

describe('an audit as Markdown', () => {
  test('says the verdict, what was not seen, and the findings with their cures', () => {
    expect(renderAuditMarkdown(found, VERSION)).toBe(`## Taskwire: 1 target is missing.

eu-central-1, 111122223333, 2026-11-22 04:12 UTC

| Services | Tasks | Target groups | Missing | Stale | Wrong |
| --: | --: | --: | --: | --: | --: |
| 1 | 4 | 1 | 1 | 0 | 0 |

### Not seen

- **staging**: tasks. Access denied.

### 2 findings: 1 high and 1 low

- **high** TGT-1 **production/checkout**: 10.0.1.7:8080 is missing.
  Cure: Run taskwire apply. [Why](https://docs.aws.amazon.com/x.html)
- **low** TGT-1 **production/checkout**: A second one.
  Cure: Run taskwire apply. [Why](https://docs.aws.amazon.com/x.html)

_Taskwire 1.2.3_
`);
  });

  test.each([1_500, 5_000, 60_000])(
    'of 1,000 findings stays within %i characters, and counts the rest',
    (mostCharacters) => {
      const report = fleetReport({ clusters: 10, services: 100, groups: 50, findings: 1_000, history: 2 });
      const text = renderAuditMarkdown(report, { ...VERSION, mostCharacters });
      expect(text.length).toBeLessThanOrEqual(mostCharacters);
      expect(text.length).toBeGreaterThan(mostCharacters - 450);
      const shown = text.match(/^- \*\*/gm)?.length ?? 0;
      expect(text).toContain(`\n- and ${1_000 - shown} more: `);
    },
  );

  test('takes outside text as text', () => {
    const signs = '<b>@team #12 www.evil.example https://evil.example [x](y) `z` *w* _v_ |u| ~t~ \u202e';
    const text = renderAuditMarkdown(reportOf({ findings: [{ ...finding, summary: signs }] }), VERSION);
    expect(text).toContain(
      'checkout**: &#60;b&#62;&#64;team &#35;12 www&#46;evil.example https&#58;//evil.example \\[x\\](y) \\`z\\` \\*w\\* \\_v\\_ \\|u\\| \\~t\\~ \\\\u202e\n',
    );
    fc.assert(
      fc.property(anyReport, (report) => {
        const lines = renderAuditMarkdown(report, VERSION).split('\n');
        const head = renderAuditMarkdown(
          {
            ...report,
            findings: report.findings.map((each) => ({ ...each, summary: '', fix: '', resource: 'x' })),
            account: 'x',
            unseen: [{ resource: 'x', what: 'x', why: 'x' }],
          },
          VERSION,
        );
        // No text makes a line, and none a tag or a mention.
        expect(lines).toHaveLength(head.split('\n').length);
        expect(lines.join('\n')).not.toMatch(/[<>@]/);
      }),
    );
  });
});
