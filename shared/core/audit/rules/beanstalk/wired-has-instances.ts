import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedEnvironment } from '../../subject.ts';
import { isUnseen } from '../../unseen.ts';
import { platformOf } from './platform.ts';

export const wiredHasInstances: Rule<AuditedEnvironment> = {
  id: 'EBS-5',
  slug: 'wired-environment-has-instances',
  severity: 'medium',
  requires: 'An ECS-managed environment that a target group names has an instance in an ECS cluster.',
  risk: 'Nothing runs that could be registered, so whoever is sent to the group gets an error.',
  fix: 'Look at the environment’s events: its instances do not start, or their agent does not join the cluster.',
  page: 'https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/create_deploy_docker_ecs.html',
  check: ({ environment, groups, unseen }) => {
    if (groups.length === 0 || environment.status !== 'Ready' || isUnseen(unseen, 'tasks')) {
      return NOT_APPLICABLE;
    }
    if (platformOf(environment.platform).kind !== 'ecs') return NOT_APPLICABLE;
    if (environment.clusterArns.length > 0) return PASS;
    return fail(`${printable(environment.name)} is ready, wired, and has no instance in an ECS cluster.`);
  },
};
