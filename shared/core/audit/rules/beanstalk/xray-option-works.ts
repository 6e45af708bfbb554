import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedEnvironment } from '../../subject.ts';
import { isAlive } from './alive.ts';
import { platformOf } from './platform.ts';

export const xrayOptionWorks: Rule<AuditedEnvironment> = {
  id: 'EBS-3',
  slug: 'xray-option-is-offered',
  severity: 'medium',
  requires: 'The option XRayEnabled is only set where the platform has the daemon: the ECS-managed one has none.',
  risk: 'The option reads as if the environment were traced, and starts nothing.',
  fix: 'Take XRayEnabled (aws:elasticbeanstalk:xray) away, and run a collector as a container of Dockerrun.aws.json.',
  page: 'https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environment-configuration-debugging.html',
  check: ({ environment }) => {
    if (environment.xrayEnabled !== true || !isAlive(environment)) return NOT_APPLICABLE;
    if (platformOf(environment.platform).kind !== 'ecs') return PASS;
    return fail(`${printable(environment.name)} sets XRayEnabled on the ECS-managed platform, which ignores it.`);
  },
};
