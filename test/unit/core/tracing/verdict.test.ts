import { expect, test } from '@jest/globals';
import { parseTaskDefinition } from '../../../../shared/contracts/task-definition-file.ts';
import type { TracedTask } from '../../../../shared/core/tracing/subject.ts';
import { judgeRevision } from '../../../../shared/core/tracing/verdict.ts';

const ARN = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:1';
const APP = { name: 'app', image: 'shop:1', logConfiguration: { logDriver: 'awslogs' } };
const DAEMON = { name: 'xray', image: 'amazon/aws-xray-daemon:3.3.14', essential: false };

const traced = (containers: readonly object[], more: object = {}, about: Partial<TracedTask> = {}): TracedTask => {
  const definition = {
    family: 'web',
    networkMode: 'awsvpc',
    requiresCompatibilities: ['FARGATE'],
    containerDefinitions: containers,
    ...more,
  };
  const [read] = parseTaskDefinition(definition, 'web');
  if (read?.task === undefined) throw new Error('no task');
  return { task: read.task, wanted: 'any', ...about };
};

const rulesOf = (subject: TracedTask, tracing: 'required' | 'optional' | 'off') =>
  judgeRevision(subject, tracing, ARN).map(({ rule }) => rule);

test.each<{ name: string; subject: TracedTask; required: boolean; optional: boolean }>([
  { name: 'no collector', subject: traced([APP]), required: true, optional: false },
  { name: 'a broken one', subject: traced([APP, DAEMON]), required: true, optional: true },
  {
    name: 'no collector on EC2',
    subject: traced([APP], { requiresCompatibilities: ['EC2'], networkMode: 'bridge' }, { daemonCollector: false }),
    required: true,
    optional: false,
  },
])('$name', ({ subject, required, optional }) => {
  expect(rulesOf(subject, 'required').length > 0).toBe(required);
  expect(rulesOf(subject, 'optional').length > 0).toBe(optional);
  expect(rulesOf(subject, 'off')).toEqual([]);
});

test('a finding holds what it promises, and nothing of the document', () => {
  const [finding] = judgeRevision(traced([APP]), 'required', ARN);
  expect(Object.keys(finding ?? {}).sort()).toEqual(['fix', 'resource', 'rule', 'severity', 'summary']);
  expect(finding).toMatchObject({ rule: 'XRY-1', resource: ARN, severity: 'high' });
});
