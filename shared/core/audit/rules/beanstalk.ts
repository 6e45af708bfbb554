import type { Rule } from '../rule.ts';
import type { AuditedEnvironment } from '../subject.ts';
import { branchSupported } from './beanstalk/branch-supported.ts';
import { collectorInEcs } from './beanstalk/collector-in-ecs.ts';
import { wiredHasInstances } from './beanstalk/wired-has-instances.ts';
import { wiredHasTasks } from './beanstalk/wired-has-tasks.ts';
import { xrayOptionWorks } from './beanstalk/xray-option-works.ts';

/** Every rule about Elastic Beanstalk, in the order of their ids. */
export const BEANSTALK_RULES: readonly Rule<AuditedEnvironment>[] = [
  branchSupported,
  collectorInEcs,
  xrayOptionWorks,
  wiredHasTasks,
  wiredHasInstances,
];
