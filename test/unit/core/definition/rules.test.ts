import { expect, test } from '@jest/globals';
import { evaluate } from '../../../../shared/core/audit/evaluate.ts';
import { DEFINITION_RULES } from '../../../../shared/core/definition/rules.ts';
import type { WrittenTask } from '../../../../shared/core/definition/written.ts';
import type { DefinedContainer, DefinedTask } from '../../../../shared/core/tracing/definition.ts';

const container: DefinedContainer = {
  name: 'app',
  image: 'web:7',
  essential: true,
  memory: 128,
  ports: [],
  environment: new Map(),
  secrets: [],
  command: [],
  entryPoint: [],
  links: [],
  dependsOn: [],
  path: ['containerDefinitions', 0],
};

const task: DefinedTask = {
  name: 'web',
  source: 'task-definition',
  networkMode: 'bridge',
  fargate: false,
  containers: [container],
  computed: new Set(),
  path: [],
};

const written: WrittenTask = { task, bytes: 65_536, refusals: [], notes: [] };

const statusOf = (id: string, subject: WrittenTask): readonly string[] => {
  const rule = DEFINITION_RULES.find((each) => each.id === id)!;
  return [rule.check(subject)].flat().map(({ status }) => status);
};

const remark = { path: ['x'], found: 'Something.', fix: 'Mend it.' };

test.each<[string, WrittenTask, readonly string[]]>([
  ['DEF-1', written, ['pass']],
  ['DEF-1', { ...written, bytes: 65_537 }, ['fail']],
  ['DEF-2', written, ['pass']],
  ['DEF-2', { ...written, refusals: [remark, remark] }, ['fail', 'fail']],
  ['DEF-2', { ...written, task: { ...task, containers: [] } }, ['fail']],
  ['DEF-2', { bytes: 0, refusals: [], notes: [remark] }, ['pass']],
  ['DEF-3', written, ['not-applicable']],
  ['DEF-3', { bytes: 0, refusals: [], notes: [remark] }, ['fail']],
])('%s of %j: %j', (id, subject, statuses) => {
  expect(statusOf(id, subject)).toEqual(statuses);
});

test('what is not known is not held against anybody', () => {
  const { image: _image, memory: _memory, ...bare } = container;
  const unknown = { ...bare, name: '#1', essential: false };
  const open = (...computed: readonly string[]) =>
    evaluate(
      { ...written, task: { ...task, containers: [unknown], computed: new Set(computed) } },
      DEFINITION_RULES,
      '',
    );
  expect(open().map(({ summary }) => summary)).toEqual([
    'No container is essential.',
    '"#1" is no name of a container.',
    'Container "#1" has no image.',
    'Container "#1" has no memory, and neither has the task.',
  ]);
  expect(open('containerDefinitions.0')).toEqual([]);
  const each = ['name', 'image', 'essential', 'memory'].map((member) => `containerDefinitions.0.${member}`);
  expect(open(...each)).toEqual([]);
  expect(open(...each.slice(0, 3), 'memory')).toEqual([]);
});

test('rules are told apart, and say all that a report needs', () => {
  expect(new Set(DEFINITION_RULES.map(({ id }) => id)).size).toBe(DEFINITION_RULES.length);
  for (const { slug, requires, risk, fix, page } of DEFINITION_RULES) {
    expect(slug).toMatch(/^[a-z0-9-]+$/);
    for (const sentence of [requires, risk, fix]) expect(sentence).toMatch(/^[A-Z].*\.$/);
    expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
  }
});
