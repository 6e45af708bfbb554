import { parseArn, targetGroupNameOf } from '../core/task/arn.ts';
import { printable } from '../core/text.ts';

/** What a person calls a resource: `production/checkout`, the name of a target group, `web:12`. Printable. */
export const resourceNameOf = (resource: string): string => {
  const named = parseArn(resource)?.resource;
  if (named === undefined) return printable(resource);
  if (named.startsWith('targetgroup/')) return printable(targetGroupNameOf(resource));
  return printable(named.slice(named.indexOf('/') + 1));
};

const KINDS: Readonly<Record<string, string>> = {
  service: 'service',
  targetgroup: 'target group',
  'task-definition': 'task definition',
  task: 'task',
  cluster: 'cluster',
  environment: 'Beanstalk environment',
};

/** What kind of thing an ARN names, in words; empty where that is not known. */
export const resourceKindOf = (resource: string): string =>
  KINDS[parseArn(resource)?.resource.split('/', 1)[0] ?? ''] ?? '';
