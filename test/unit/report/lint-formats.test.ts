import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { DEFINITION_RULES } from '../../../shared/core/definition/rules.ts';
import type { Severity } from '../../../shared/core/outcome.ts';
import { TRACING_RULES } from '../../../shared/core/tracing/rules.ts';
import { renderJUnit } from '../../../shared/report/junit.ts';
import type { PlacedFailure, PlacedFinding, PlacedReport } from '../../../shared/report/placed.ts';
import { renderSarif } from '../../../shared/report/sarif.ts';
import { readSarif } from '../../support/sarif.ts';

const RULES = [...DEFINITION_RULES, ...TRACING_RULES];

const finding: PlacedFinding = {
  rule: 'XRY-1',
  severity: 'high',
  resource: 'infra/a b/web.json',
  file: './infra/a b/web.json',
  line: 3,
  column: 5,
  task: 'web',
  container: 'app',
  summary: 'No "collector" & <nothing>.',
  fix: 'Add one.',
};

const reportOf = (findings: readonly PlacedFinding[], failures: readonly PlacedFailure[] = []): PlacedReport => ({
  function: 'lint',
  mode: 'observe',
  changes: [],
  held: [],
  calls: {},
  findings,
  failures,
});

const sarif = (findings: readonly PlacedFinding[], failures: readonly PlacedFailure[] = []) => {
  return readSarif(renderSarif(reportOf(findings, failures), RULES, '1.2.3'));
};

/** Whatever may stand in a file's name, a container's, or a message. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u001b[31m', ']]>', '<!--', '&#0;', '\ufffe', '\ud800'),
);
const anyFinding: fc.Arbitrary<PlacedFinding> = fc
  .record({
    file: hostile,
    summary: hostile,
    fix: hostile,
    task: hostile,
    container: hostile,
    rule: fc.constantFrom('XRY-1', 'DEF-2', 'OLD-9'),
    severity: fc.constantFrom<Severity>('high', 'medium', 'low', 'info'),
    line: fc.integer({ min: 1, max: 1e6 }),
    column: fc.integer({ min: 1, max: 1e6 }),
  })
  .map((each) => ({ ...each, resource: each.file }));
const anyFailure: fc.Arbitrary<PlacedFailure> = fc
  .record({ file: hostile, message: hostile, line: fc.option(fc.integer({ min: 1, max: 99 }), { nil: undefined }) })
  .map(({ line, ...each }) => ({ ...each, resource: each.file, ...(line !== undefined && { line, column: line }) }));

describe('SARIF', () => {
  test('says where, which rule, and what kept it from being whole', () => {
    const log = sarif([finding], [{ resource: 'b.json', file: 'b.json', line: 2, column: 9, message: 'No JSON.' }]);
    const [run] = log.runs;
    expect(run.tool.driver).toMatchObject({ name: 'Taskwire', version: '1.2.3' });
    expect(run.tool.driver.rules).toHaveLength(RULES.length);
    const [result] = run.results;
    expect(run.tool.driver.rules[result.ruleIndex]).toMatchObject({
      id: 'XRY-1',
      name: 'CollectorPresent',
      defaultConfiguration: { level: 'error' },
    });
    expect(result).toEqual({
      ruleId: 'XRY-1',
      ruleIndex: DEFINITION_RULES.length,
      level: 'error',
      message: { text: 'No "collector" & <nothing>. Add one.' },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'infra/a%20b/web.json' },
            region: { startLine: 3, startColumn: 5 },
          },
          logicalLocations: [
            { name: 'web', kind: 'resource' },
            { name: 'app', kind: 'member' },
          ],
        },
      ],
      partialFingerprints: { 'taskwire/v1': 'XRY-1|web|app|No "collector" & <nothing>.' },
    });
    expect(run.invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: 'No JSON.' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'b.json' },
                  region: { startLine: 2, startColumn: 9 },
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  test.each([
    ['/home/me/web.json', 'file:///home/me/web.json'],
    ['../x#y?.json', '../x%23y%3F.json'],
    ['infra\\web.json', 'infra/web.json'],
    ['C:\\infra\\web.json', 'file:///C:/infra/web.json'],
  ])('a file %s is %s', (file, uri) => {
    const [{ results }] = sarif([{ ...finding, file }]).runs;
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(uri);
  });

  test('a report without findings is one, too', () => {
    expect(sarif([]).runs[0]).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] });
  });

  test('whatever is found keeps to the schema', () => {
    fc.assert(
      fc.property(
        fc.array(anyFinding, { maxLength: 3 }),
        fc.array(anyFailure, { maxLength: 2 }),
        (findings, failures) => {
          sarif(findings, failures);
        },
      ),
    );
  });
});

describe('JUnit', () => {
  const junit = (report: PlacedReport, files: readonly string[], fails: readonly Severity[] = ['high']): string => {
    const xml = renderJUnit(report, { files, tasks: 1 }, fails);
    expect(XMLValidator.validate(xml)).toBe(true);
    // What XML 1.0 has no place for, even as a reference.
    expect(xml).not.toMatch(/[^\P{Cc}\n]|[\p{Cs}\ufffe\uffff]|&#(?:x?0*[0-8];)/u);
    return xml;
  };

  test('has a suite for each file and a case for each finding', () => {
    const report = reportOf(
      [
        { ...finding, file: 'a.json' },
        { ...finding, file: 'a.json', rule: 'XRY-20', severity: 'info', summary: 'Old.' },
      ],
      [{ resource: 'c.json', file: 'c.json', message: 'There is no such file.' }],
    );
    expect(junit(report, ['a.json', 'b.json'])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="taskwire lint" tests="4" failures="1" errors="1">
  <testsuite name="a.json" tests="2" failures="1" errors="0">
    <testcase name="XRY-1 web app 3:5" classname="a.json" file="a.json" line="3">
      <failure message="No &quot;collector&quot; &amp; &lt;nothing&gt;." type="XRY-1">a.json:3:5 high XRY-1: No &quot;collector&quot; &amp; &lt;nothing&gt;. Cure: Add one.</failure>
    </testcase>
    <testcase name="XRY-20 web app 3:5" classname="a.json" file="a.json" line="3">
      <system-out>a.json:3:5 info XRY-20: Old. Cure: Add one.</system-out>
    </testcase>
  </testsuite>
  <testsuite name="b.json" tests="1" failures="0" errors="0">
    <testcase name="no findings" classname="b.json" file="b.json"/>
  </testsuite>
  <testsuite name="c.json" tests="1" failures="0" errors="1">
    <testcase name="can be read" classname="c.json" file="c.json">
      <error message="There is no such file." type="unreadable">c.json:1:1 There is no such file.</error>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  test('whatever is found is well-formed, and read back as it was', () => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: '@',
      isArray: (name) => name === 'testcase',
    });
    fc.assert(
      fc.property(
        fc.array(anyFinding, { maxLength: 3 }),
        fc.array(anyFailure, { maxLength: 2 }),
        (findings, failures) => {
          const read = parser.parse(junit(reportOf(findings, failures), ['a.json'], ['high', 'medium', 'low', 'info']));
          expect(Number(read.testsuites['@failures'])).toBe(findings.length);
          expect(Number(read.testsuites['@errors'])).toBe(failures.length);
        },
      ),
    );
  });
});
