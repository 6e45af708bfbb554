import { type Target, textOf } from '../../core/targets/target.ts';
import { clusterOfService, serviceNameOf, targetGroupNameOf, taskIdOf } from '../../core/task/arn.ts';

/** `1 target group`, `2 target groups`. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`;

/** `10.0.1.23:8080`, `[2001:db8::1]:8080`, `i-0abc:32768`. */
export const targetText: (target: Pick<Target, 'id' | 'port'>) => string = textOf;

/** What a person calls a resource: a target group's name, a task's id, a service with its cluster; else as it is. */
export const resourceText = (resource: string): string => {
  const [, kind] = /^arn:[^:]*:ecs:[^:]*:[^:]*:(task|service)\//.exec(resource) ?? [];
  if (kind === 'task') return `task ${taskIdOf(resource)}`;
  if (kind === undefined) return targetGroupNameOf(resource);
  return `service ${[clusterOfService(resource), serviceNameOf(resource)].filter(Boolean).join('/')}`;
};
