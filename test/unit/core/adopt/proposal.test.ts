import { describe, expect, test } from '@jest/globals';
import type { TargetHolder } from '../../../../shared/core/adopt/holder.ts';
import { proposeWorkload } from '../../../../shared/core/adopt/proposal.ts';
import { isTagged, proposeTags, type TagWish } from '../../../../shared/core/adopt/tags.ts';
import type { Workload } from '../../../../shared/core/targets/binding.ts';

const service = (name: string): Workload => ({ kind: 'service', cluster: 'production', service: name });
const task = (...workloads: readonly Workload[]): TargetHolder => ({ kind: 'task', task: 'arn', workloads, words: '' });
const nobody: TargetHolder = { kind: 'nobody', words: '' };

describe('the proposed workload', () => {
  test.each<{ name: string; holders: readonly TargetHolder[]; says: string; workload?: Workload }>([
    { name: 'nothing there', holders: [], says: 'it has no targets' },
    { name: 'no task', holders: [nobody, nobody], says: 'no task holds any of its targets (2 by nobody)' },
    {
      name: 'one',
      holders: [task(service('a'))],
      workload: service('a'),
      says: 'tasks of service production/a hold 1 of 1 target',
    },
    {
      name: 'most',
      holders: [task(service('b')), task(service('a')), task(service('a')), nobody],
      workload: service('a'),
      says: 'tasks of service production/a hold 2 of 4 targets; 1 by tasks of service production/b, 1 by nobody',
    },
    {
      name: 'as many',
      holders: [task(service('b')), task(service('a'))],
      says: 'tasks of service production/a (1) and service production/b (1) hold as many',
    },
    {
      name: 'a task that no tag can name',
      holders: [task()],
      says: 'no task holds any of its targets (1 by tasks that no tag can name)',
    },
    {
      name: 'the nearest of a task',
      holders: [task({ kind: 'beanstalk', environment: 'shop' }, { kind: 'family', cluster: 'c', family: 'f' })],
      workload: { kind: 'beanstalk', environment: 'shop' },
      says: 'tasks of beanstalk shop hold 1 of 1 target',
    },
  ])('$name', ({ holders, says, workload }) => {
    const proposal = proposeWorkload(holders);
    expect(proposal.workload).toEqual(workload);
    expect(proposal.workload === undefined ? proposal.why : proposal.restsOn).toBe(says);
  });
});

describe('the proposed tags', () => {
  const web = { name: 'service', value: 'production/web' } as const;
  test.each<{ name: string; present?: Record<string, string>; wish: TagWish; sets: readonly string[] }>([
    {
      name: 'begin with observe',
      wish: { workload: web },
      sets: ['taskwire:service = production/web', 'taskwire:mode = observe', 'taskwire:targets = shared'],
    },
    {
      name: 'begin as asked',
      wish: { workload: web, mode: 'enforce' },
      sets: ['taskwire:service = production/web', 'taskwire:mode = enforce', 'taskwire:targets = shared'],
    },
    {
      name: 'leave the mode of what is wired to this',
      present: { 'taskwire:service': 'production/web' },
      wish: { workload: web },
      sets: [],
    },
    {
      name: 'change the mode where it is asked',
      present: { 'taskwire:service': 'production/web' },
      wish: { mode: 'observe' },
      sets: ['taskwire:mode = observe'],
    },
    {
      name: 'tell what it was',
      present: { 'taskwire:service': 'production/api', 'taskwire:targets': 'exclusive' },
      wish: { workload: web },
      sets: ['taskwire:service = production/web (production/api)', 'taskwire:mode = observe'],
    },
    {
      name: 'name container and port',
      present: { 'taskwire:service': 'production/web', 'taskwire:port': '80' },
      wish: { container: 'app', port: 81 },
      sets: ['taskwire:container = app', 'taskwire:port = 81 (80)'],
    },
    {
      name: 'of another prefix are not looked at',
      present: { 'other:service': 'production/web' },
      wish: { workload: web, mode: 'observe' },
      sets: ['taskwire:service = production/web', 'taskwire:mode = observe', 'taskwire:targets = shared'],
    },
  ])('$name', ({ present = {}, wish, sets }) => {
    const { changes, tags } = proposeTags(present, wish, 'taskwire');
    expect(changes.map(({ key, value, was }) => `${key} = ${value}${was === undefined ? '' : ` (${was})`}`)).toEqual(
      sets,
    );
    expect(tags).toEqual({ ...present, ...Object.fromEntries(changes.map(({ key, value }) => [key, value])) });
    // What was set needs no setting again.
    expect(proposeTags(tags, wish, 'taskwire').changes).toEqual([]);
  });

  test.each<[string, boolean]>([
    ['taskwire:service', true],
    ['taskwire:family.2', true],
    ['taskwire:mode', false],
    ['taskwire:services', false],
    ['other:service', false],
  ])('%s: names a workload %s', (key, tagged) => {
    expect(isTagged({ [key]: 'x' }, 'taskwire')).toBe(tagged);
  });
});
