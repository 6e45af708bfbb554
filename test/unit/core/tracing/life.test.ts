import { describe, expect, test } from '@jest/globals';
import type { Task, TaskContainer } from '../../../../shared/core/task/task.ts';
import type { DefinedContainer, DefinedTask } from '../../../../shared/core/tracing/definition.ts';
import { judgeLife, LIFE_RULES } from '../../../../shared/core/tracing/life.ts';
import { TRACING_RULES } from '../../../../shared/core/tracing/rules.ts';
import { READABLE_REVISION } from '../../../../shared/core/tracing/verdict.ts';

const defined = (name: string, more: Partial<DefinedContainer> = {}): DefinedContainer => ({
  name,
  essential: name === 'app',
  ports: [],
  environment: new Map(),
  secrets: [],
  command: [],
  entryPoint: [],
  links: [],
  dependsOn: [],
  path: [],
  ...more,
});

const seen = (name: string, lastStatus: string, more: Partial<TaskContainer> = {}): TaskContainer => ({
  name,
  lastStatus,
  ports: [],
  ...more,
});

const APP = seen('app', 'RUNNING');
const CHECKED = { healthCheck: { command: ['CMD', '/healthcheck'] } };

interface Case {
  readonly name: string;
  readonly containers: readonly TaskContainer[];
  readonly collector?: Partial<DefinedContainer>;
  readonly task?: Partial<Task>;
  readonly rules?: readonly string[];
  readonly says?: RegExp;
}

const ENDED: Partial<Task> = { desiredStatus: 'STOPPED', stopCode: 'EssentialContainerExited' };
const dead = seen('xray', 'STOPPED', { exitCode: 137, reason: 'OutOfMemoryError' });

test.each<Case>([
  { name: 'a collector that runs', containers: [APP, seen('xray', 'RUNNING')] },
  {
    name: 'one that ended',
    containers: [APP, dead],
    rules: ['XRY-30'],
    says: /"xray" of task t1 stopped with exit code 137 \("OutOfMemoryError"\)/,
  },
  {
    name: 'one that ended well',
    containers: [APP, seen('xray', 'STOPPED', { exitCode: 0 })],
    rules: ['XRY-30'],
    says: /exit code 0,/,
  },
  {
    name: 'one that could not start',
    containers: [APP, seen('xray', 'STOPPED', { reason: 'CannotPullContainerError: x' })],
    rules: ['XRY-31'],
    says: /never ran \("CannotPull/,
  },
  { name: 'one that is still to start', containers: [APP, seen('xray', 'PENDING')], rules: ['XRY-31'] },
  { name: 'a sighting in which no container runs', containers: [seen('app', 'PENDING'), seen('xray', 'PENDING')] },
  { name: 'one that is not there', containers: [APP], rules: ['XRY-31'] },
  { name: 'a sighting that tells no containers', containers: [] },
  { name: 'before the task runs', containers: [APP, seen('xray', 'PENDING')], task: { lastStatus: 'ACTIVATING' } },
  { name: 'when the task is to stop', containers: [APP, dead], task: { desiredStatus: 'STOPPED' } },
  {
    name: 'an unhealthy one',
    containers: [APP, seen('xray', 'RUNNING', { health: 'UNHEALTHY' })],
    collector: CHECKED,
    rules: ['XRY-32'],
  },
  { name: 'a healthy one', containers: [APP, seen('xray', 'RUNNING', { health: 'HEALTHY' })], collector: CHECKED },
  {
    name: 'one of which nothing is known yet',
    containers: [APP, seen('xray', 'RUNNING', { health: 'UNKNOWN' })],
    collector: CHECKED,
  },
  { name: 'an event, which tells no health', containers: [APP, seen('xray', 'RUNNING')], collector: CHECKED },
  { name: 'unhealthy without a health check', containers: [APP, seen('xray', 'RUNNING', { health: 'UNHEALTHY' })] },
  {
    name: 'an essential one ended the task',
    containers: [APP, dead],
    collector: { essential: true },
    task: ENDED,
    rules: ['XRY-33'],
    says: /ended with exit code 137 .* took its task with it/,
  },
  {
    name: 'the application ended the task',
    containers: [seen('app', 'STOPPED'), seen('xray', 'RUNNING')],
    collector: { essential: true },
    task: ENDED,
  },
  { name: 'all have ended', containers: [seen('app', 'STOPPED'), dead], collector: { essential: true }, task: ENDED },
])('$name', ({ containers, collector = {}, task = {}, rules = [], says = /(?:)/ }) => {
  const xray = defined('xray', collector);
  const definition: DefinedTask = {
    name: 'web:1',
    source: 'task-definition',
    networkMode: 'awsvpc',
    fargate: true,
    containers: [defined('app'), xray],
    computed: new Set(),
    path: [],
  };
  const sighting: Task = {
    taskArn: 'arn:aws:ecs:eu-central-1:111122223333:task/production/t1',
    clusterArn: 'arn:aws:ecs:eu-central-1:111122223333:cluster/production',
    taskDefinitionArn: 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:1',
    lastStatus: 'RUNNING',
    desiredStatus: 'RUNNING',
    interfaces: [],
    containers,
    ...task,
  };
  const findings = judgeLife({ task: sighting, definition, collectors: [xray] });
  expect(findings.map(({ rule }) => rule)).toEqual(rules);
  expect(findings.map(({ resource }) => resource)).toEqual(rules.map(() => sighting.taskArn));
  expect(findings.map(({ summary }) => summary).join('')).toMatch(says);
});

describe('the rules', () => {
  test('have ids and slugs of their own, and say all that a rule says', () => {
    const told = [...LIFE_RULES, READABLE_REVISION];
    const all = [...TRACING_RULES, ...told];
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(new Set(all.map(({ slug }) => slug)).size).toBe(all.length);
    for (const { requires, risk, fix, page } of told) {
      expect([requires, risk, fix].every((text) => /^[A-Z].*\.$/.test(text))).toBe(true);
      expect(page).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    }
  });
});
