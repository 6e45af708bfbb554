import { familyOf } from '../task/arn.ts';
import type { Task } from '../task/task.ts';
import { type Wiring, type Workload, workloadKeyOf } from './binding.ts';

/** Why a group's tags do not bind a task. */
export interface Miss {
  /** It is close to what would bind: perhaps this group was meant. */
  readonly near: boolean;
  /** In words: one sentence. */
  readonly why: string;
}

const isFromService = (task: Task): boolean => task.startedBy?.startsWith('ecs-svc/') ?? false;

const groupServiceOf = ({ group }: Task): string | undefined =>
  group?.startsWith('service:') ? group.slice('service:'.length) : undefined;

const alike = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const ownText = (own: readonly Workload[], task: Task): string =>
  own.length > 0 ? own.map(workloadKeyOf).join(' and ') : `no workload (its group is ${task.group ?? 'empty'})`;

const missOfService = (
  { cluster, service }: Extract<Workload, { kind: 'service' }>,
  task: Task,
  own: readonly Workload[],
): Miss => {
  const named = `It names the service ${cluster}/${service}`;
  const mine = own.find((each) => each.kind === 'service');
  if (mine !== undefined) {
    if (mine.service === service)
      return { near: true, why: `${named}, and this task runs in cluster ${mine.cluster}.` };
    if (alike(mine.service, service) && alike(mine.cluster, cluster)) {
      return {
        near: true,
        why: `${named}, and this task's is ${mine.cluster}/${mine.service}: upper and lower case count.`,
      };
    }
    if (mine.cluster === cluster && familyOf(task.taskDefinitionArn) === service) {
      return {
        near: true,
        why: `${named}, which is this task's family; its service is ${mine.cluster}/${mine.service}.`,
      };
    }
    return { near: false, why: `${named}, and this task belongs to ${workloadKeyOf(mine)}.` };
  }
  if (groupServiceOf(task) === service) {
    return {
      near: true,
      why: `${named}, and this task carries its group, but the service did not start it (startedBy is ${task.startedBy ?? 'empty'}, not ecs-svc/…): RunTask may borrow any group.`,
    };
  }
  if (familyOf(task.taskDefinitionArn) === service) {
    return {
      near: true,
      why: `${named}, and this task belongs to no service: its family of that name is bound by the family tag.`,
    };
  }
  return { near: false, why: `${named}, and this task belongs to ${ownText(own, task)}.` };
};

const missOfFamily = (
  { cluster, family }: Extract<Workload, { kind: 'family' }>,
  task: Task,
  own: readonly Workload[],
): Miss => {
  const named = `It names the family ${cluster}/${family}`;
  const service = own.find((each) => each.kind === 'service');
  if (service !== undefined) {
    const near = familyOf(task.taskDefinitionArn) === family || service.service === family;
    return {
      near,
      why: `${named}, which binds only tasks of no service; this task belongs to ${workloadKeyOf(service)}${near ? ': use the service tag' : ''}.`,
    };
  }
  if (isFromService(task)) return { near: false, why: `${named}, and this task was started by a deployment.` };
  const mine = familyOf(task.taskDefinitionArn);
  const where = own.find((each) => each.kind === 'family')?.cluster;
  if (mine === family) return { near: true, why: `${named}, and this task runs in cluster ${where ?? 'unknown'}.` };
  return {
    near: alike(mine, family),
    why: alike(mine, family)
      ? `${named}, and this task's is ${mine}: upper and lower case count.`
      : `${named}, and this task's family is ${mine}.`,
  };
};

const missOfBeanstalk = (
  { environment }: Extract<Workload, { kind: 'beanstalk' }>,
  task: Task,
  own: readonly Workload[],
): Miss => {
  const named = `It names the Elastic Beanstalk environment ${environment}`;
  const mine = own.find((each) => each.kind === 'beanstalk');
  if (mine !== undefined) {
    return {
      near: alike(mine.environment, environment),
      why: `${named}, and this task's instance belongs to ${mine.environment}.`,
    };
  }
  if (isFromService(task)) return { near: false, why: `${named}, and this task was started by a service.` };
  return { near: false, why: `${named}, and this task's instance belongs to no environment.` };
};

const missOfWorkload = (workload: Workload, task: Task, own: readonly Workload[]): Miss => {
  switch (workload.kind) {
    case 'service':
      return missOfService(workload, task, own);
    case 'family':
      return missOfFamily(workload, task, own);
    case 'beanstalk':
      return missOfBeanstalk(workload, task, own);
  }
};

/**
 * Tells why none of a group's workloads is the task's; where several are named, the one that comes nearest.
 * @param own What the task belongs to (`workloadsOf`).
 */
export const missOf = (task: Task, own: readonly Workload[], { workloads }: Wiring): Miss => {
  const misses = workloads.map((workload) => missOfWorkload(workload, task, own));
  return misses.find(({ near }) => near) ?? misses[0] ?? { near: false, why: 'It names no workload.' };
};

/**
 * Which tag would bind the task, such as `taskwire:service = production/checkout`; `undefined` where none can.
 * @param own What the task belongs to (`workloadsOf`).
 */
export const bindingTagOf = (own: readonly Workload[], tagPrefix: string): string | undefined => {
  const best = own.find(({ kind }) => kind === 'beanstalk') ?? own[0];
  switch (best?.kind) {
    case 'service':
      return `${tagPrefix}:service = ${best.cluster}/${best.service}`;
    case 'family':
      return `${tagPrefix}:family = ${best.cluster}/${best.family}`;
    case 'beanstalk':
      return `${tagPrefix}:beanstalk = ${best.environment}`;
    case undefined:
      return undefined;
  }
};
