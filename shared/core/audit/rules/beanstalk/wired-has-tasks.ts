import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedEnvironment } from '../../subject.ts';
import { isAlive } from './alive.ts';
import { platformOf } from './platform.ts';

const namesOf = ({ groups }: AuditedEnvironment): string => groups.map(({ seen }) => seen.group.name).join(', ');

export const wiredHasTasks: Rule<AuditedEnvironment> = {
  id: 'EBS-4',
  slug: 'wired-environment-has-tasks',
  severity: 'high',
  requires: 'An environment that a target group names is of the ECS-managed platform.',
  risk: 'Environments of other platforms, single-container Docker among them, run no ECS tasks: the group stays empty for ever.',
  fix: 'Use the load balancer of the environment itself, or move it to the ECS-managed platform; else take the tag away.',
  page: 'https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_ecs.html',
  check: (audited) => {
    const { environment, groups } = audited;
    if (groups.length === 0 || !isAlive(environment)) return NOT_APPLICABLE;
    if (platformOf(environment.platform).kind === 'ecs') return PASS;
    return fail(
      `${printable(namesOf(audited))} names ${printable(environment.name)}, which runs ${printable(environment.platform)} and has no ECS tasks.`,
    );
  },
};
