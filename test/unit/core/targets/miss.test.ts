import { describe, expect, test } from '@jest/globals';
import type { Workload } from '../../../../shared/core/targets/binding.ts';
import { workloadsOf } from '../../../../shared/core/targets/fleet.ts';
import { bindingTagOf, missOf } from '../../../../shared/core/targets/miss.ts';
import type { Task } from '../../../../shared/core/task/task.ts';
import { aFacts } from '../../../support/sight.ts';
import { anInstanceTask, arnOf, aTask } from '../../../support/tasks.ts';
import { aWiring, family, service } from '../../../support/wiring.ts';

const OF_SERVICE = aTask('a', { service: 'shop', revision: 'web:1' });
const STANDALONE = aTask('b', { service: null, revision: 'job:1' });
const BORROWED = aTask('c', { service: null, revision: 'job:1', group: 'service:shop' });
const BEANSTALK = anInstanceTask('d', { service: null, containerInstanceArn: arnOf.instance('ci-2') });
const DEPLOYED = aTask('e', { group: 'mine', startedBy: 'ecs-svc/1' });

const beanstalk = (environment: string): Workload => ({ kind: 'beanstalk', environment });
const ownOf = (task: Task) => workloadsOf(task, aFacts());

interface Case {
  readonly name: string;
  readonly task?: Task;
  readonly names: readonly Workload[];
  readonly near?: boolean;
  readonly why: string;
}

describe('a group that does not bind a task', () => {
  test.each<Case>([
    {
      name: 'names another cluster',
      names: [service('staging/shop')],
      near: true,
      why: 'It names the service staging/shop, and this task runs in cluster production.',
    },
    {
      name: 'names the family as a service',
      names: [service('production/web')],
      near: true,
      why: "It names the service production/web, which is this task's family; its service is production/shop.",
    },
    {
      name: 'spells the service differently',
      names: [service('production/Shop')],
      near: true,
      why: "It names the service production/Shop, and this task's is production/shop: upper and lower case count.",
    },
    {
      name: 'names another service',
      names: [service('production/api')],
      why: 'It names the service production/api, and this task belongs to service production/shop.',
    },
    {
      name: 'names the nearest of several',
      names: [service('production/api'), service('staging/shop')],
      near: true,
      why: 'It names the service staging/shop, and this task runs in cluster production.',
    },
    {
      name: 'names the family of a service’s task',
      names: [family('production/web')],
      near: true,
      why: 'It names the family production/web, which binds only tasks of no service; this task belongs to service production/shop: use the service tag.',
    },
    {
      name: 'names another family',
      names: [family('production/job')],
      why: 'It names the family production/job, which binds only tasks of no service; this task belongs to service production/shop.',
    },
    {
      name: 'names the service whose group the task borrows',
      task: BORROWED,
      names: [service('production/shop')],
      near: true,
      why: 'It names the service production/shop, and this task carries its group, but the service did not start it (startedBy is empty, not ecs-svc/…): RunTask may borrow any group.',
    },
    {
      name: 'names a standalone task’s family as a service',
      task: STANDALONE,
      names: [service('production/job')],
      near: true,
      why: 'It names the service production/job, and this task belongs to no service: its family of that name is bound by the family tag.',
    },
    {
      name: 'names a service, and the task has none',
      task: STANDALONE,
      names: [service('production/api')],
      why: 'It names the service production/api, and this task belongs to family production/job.',
    },
    {
      name: 'names the family in another cluster',
      task: STANDALONE,
      names: [family('staging/job')],
      near: true,
      why: 'It names the family staging/job, and this task runs in cluster production.',
    },
    {
      name: 'spells the family differently',
      task: STANDALONE,
      names: [family('production/Job')],
      near: true,
      why: "It names the family production/Job, and this task's is job: upper and lower case count.",
    },
    {
      name: 'names a family that is not the task’s',
      task: STANDALONE,
      names: [family('production/web')],
      why: "It names the family production/web, and this task's family is job.",
    },
    {
      name: 'names another environment',
      task: BEANSTALK,
      names: [beanstalk('blog')],
      why: "It names the Elastic Beanstalk environment blog, and this task's instance belongs to shop.",
    },
    {
      name: 'spells the environment differently',
      task: BEANSTALK,
      names: [beanstalk('Shop')],
      near: true,
      why: "It names the Elastic Beanstalk environment Shop, and this task's instance belongs to shop.",
    },
    {
      name: 'names an environment, and the task has none',
      task: STANDALONE,
      names: [beanstalk('shop')],
      why: "It names the Elastic Beanstalk environment shop, and this task's instance belongs to no environment.",
    },
    {
      name: 'names an environment, and a service started the task',
      names: [beanstalk('shop')],
      why: 'It names the Elastic Beanstalk environment shop, and this task was started by a service.',
    },
    {
      name: 'names a service, and a deployment without one started the task',
      task: DEPLOYED,
      names: [service('production/shop')],
      why: 'It names the service production/shop, and this task belongs to no workload (its group is mine).',
    },
    {
      name: 'names a family, and a deployment without a service started the task',
      task: DEPLOYED,
      names: [family('production/web')],
      why: 'It names the family production/web, and this task was started by a deployment.',
    },
  ])('$name', ({ task = OF_SERVICE, names, near = false, why }) => {
    expect(missOf(task, ownOf(task), aWiring({ workloads: names }))).toEqual({ near, why });
  });
});

describe('the tag that would bind a task', () => {
  test.each([
    { name: 'of a service', task: OF_SERVICE, tag: 'tw:service = production/shop' },
    { name: 'of a family', task: STANDALONE, tag: 'tw:family = production/job' },
    { name: 'of an environment', task: BEANSTALK, tag: 'tw:beanstalk = shop' },
    { name: 'of a deployment without a service: none', task: DEPLOYED, tag: undefined },
  ])('$name', ({ task, tag }) => {
    expect(bindingTagOf(ownOf(task), 'tw')).toBe(tag);
  });
});
