import { describe, expect, test } from '@jest/globals';
import { renderJson } from '../../../shared/report/json.ts';
import type { Report } from '../../../shared/report/report.ts';
import { changeLines, type LookedResource } from '../../../shared/report/terminal/changes.ts';
import { callLine } from '../../../shared/report/terminal/footer.ts';
import { paint } from '../../../shared/report/terminal/text.ts';
import { arnOf } from '../../support/tasks.ts';

const EMPTY: Report = {
  function: 'plan',
  mode: 'observe',
  changes: [],
  held: [],
  findings: [],
  calls: {},
  failures: [],
};
const aReport = (says: Partial<Report>): Report => ({ ...EMPTY, ...says });

const looked = (name: string, says: Partial<LookedResource> = {}): LookedResource => ({
  resource: arnOf.group(name),
  asks: [`service production/${name}`],
  observed: false,
  waits: [],
  unplaced: [],
  ...says,
});

const register = (name: string, id: string, says = {}) =>
  ({
    action: 'register',
    resource: arnOf.group(name),
    target: { id, port: 80 },
    reason: 'task a is running',
    applied: false,
    ...says,
  }) as const;

const text = (report: Partial<Report>, groups: readonly LookedResource[] = [], made = false): string =>
  paint(changeLines(aReport(report), groups, made), { colour: false, width: 80 });

describe('what would be done', () => {
  test('is told group by group, in the order of their names', () => {
    const changes = [
      register('web', '10.0.0.1'),
      { ...register('web', '10.0.0.200'), action: 'deregister' as const, reason: 'task b stopped' },
      register('api', '2001:db8::1'),
    ];
    const held = [
      {
        action: 'deregister' as const,
        resource: arnOf.group('web'),
        target: { id: '10.0.0.3', port: 80 },
        reason: 'brake: 9 of 10 targets without proof',
      },
    ];
    expect(text({ changes, held }, [looked('web'), looked('shop'), looked('api', { observed: true })])).toBe(
      `api  service production/api, observed only: nothing is changed
  + [2001:db8::1]:80  task a is running

web  service production/web
  + 10.0.0.1:80    task a is running
  - 10.0.0.200:80  task b stopped
  ! 10.0.0.3:80    held, brake: 9 of 10 targets without proof

1 target group is as wanted: shop

2 to register (+), 1 to deregister (-), 1 held (!).
`,
    );
  });

  test('tells findings with their cures, the worst first, and what must be seen again', () => {
    const finding = {
      rule: 'TGT-3',
      severity: 'medium',
      resource: arnOf.group('web'),
      summary: 'Left over.',
      fix: 'Deregister it.',
    } as const;
    const findings = [
      finding,
      { ...finding, rule: 'TAG-10', severity: 'high' as const, summary: 'Several ports could be meant.' },
    ];
    const group = looked('web', {
      waits: [{ target: { id: '10.0.0.9', port: 80 }, seconds: 42 }],
      unplaced: [{ taskArn: arnOf.task('abc'), why: 'its address is not known yet' }],
    });
    expect(text({ findings }, [group])).toBe(
      `web  service production/web
  ? 10.0.0.9:80  unexplained so far; decided when it is seen the same for 42 s
                 more
  ? task abc     its address is not known yet
  TAG-10  high    Several ports could be meant.
                  Cure: Deregister it.
  TGT-3   medium  Left over.
                  Cure: Deregister it.

2 findings (1 high, 1 medium).
`,
    );
  });

  test('names a task by its id, where a finding is about one', () => {
    const findings = [
      { rule: 'TAG-13', severity: 'medium', resource: arnOf.task('abc'), summary: 'Wrong.', fix: 'Right it.' } as const,
    ];
    expect(text({ findings })).toContain('task abc\n  TAG-13  medium  Wrong.\n');
  });

  test.each([
    { name: 'nothing is tagged', groups: [], report: {}, says: 'Nothing here carries a tag of Taskwire.\n' },
    {
      name: 'all is as wanted',
      groups: [looked('web'), looked('api')],
      report: {},
      says: '2 target groups are as wanted: api, web\n\nNothing to do.\n',
    },
    {
      name: 'a group could not be looked at',
      groups: [looked('web')],
      report: { failures: [{ resource: arnOf.group('web'), message: 'It was denied.' }] },
      says: 'Could not finish:\n  web: It was denied.\n\nNothing else to report.\n',
    },
  ])('says so where $name', ({ groups, report, says }) => {
    expect(text(report, groups)).toBe(says);
  });

  test('counts a hundred quiet groups instead of naming them', () => {
    const many = Array.from({ length: 100 }, (_, index) => looked(`group-${index}`));
    expect(text({}, many)).toMatch(/and 80\s+more/);
  });
});

describe('what was done', () => {
  test('tells what AWS refused from what was made, and from what is only observed', () => {
    const changes = [
      register('web', '10.0.0.1', { applied: true }),
      register('web', '10.0.0.2', { reason: 'task b is running; AWS refused it: InvalidTarget' }),
      register('api', '10.0.0.3'),
    ];
    expect(text({ changes }, [looked('web'), looked('api', { observed: true })], true)).toBe(
      `api  service production/api, observed only: nothing is changed
  + 10.0.0.3:80  task a is running

web  service production/web
  + 10.0.0.1:80  task a is running
  x 10.0.0.2:80  task b is running; AWS refused it: InvalidTarget

1 registered (+), 2 not done.
`,
    );
  });
});

describe('calls', () => {
  test.each([
    { name: 'none', calls: {}, says: 'No AWS call was sent.\n' },
    {
      name: 'the most frequent first',
      calls: { 'a:B': 1, 'c:D': 3, 'a:A': 1 },
      says: '5 AWS calls: c:D 3, a:A 1, a:B 1\n',
    },
  ])('$name', ({ calls, says }) => {
    expect(paint([callLine({ calls })], { colour: false, width: 80 })).toBe(says);
  });
});

describe('JSON', () => {
  test('is one document; a whole report is an Outcome and nothing else', () => {
    const { failures: _, ...outcome } = EMPTY;
    expect(JSON.parse(renderJson(EMPTY))).toEqual(outcome);
    expect(renderJson(EMPTY)).toMatch(/^\{\n {2}"function": "plan",\n[\s\S]*\}\n$/);
  });

  test('says what could not be done', () => {
    const failures = [{ resource: 'x', message: 'y' }];
    expect(JSON.parse(renderJson(aReport({ failures })))).toMatchObject({ failures });
  });

  test('escapes what a terminal would obey, and still means the same', () => {
    const report = aReport({ changes: [register('web', '10.0.0.1', { reason: 'a\u001b[2J\u009b\u202e\u2028\nb' })] });
    const json = renderJson(report);
    expect(json).toContain('a\\u001b[2J\\u009b\\u202e\\u2028\\nb');
    expect(JSON.parse(json).changes).toEqual(report.changes);
  });
});
