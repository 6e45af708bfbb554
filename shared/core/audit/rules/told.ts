import { READABLE_REVISION } from '../../tracing/verdict.ts';
import type { Rule } from '../rule.ts';

/** Rules that only the functions tell of, when they see or change something: no snapshot shows them. */
export const TOLD_RULES: readonly Omit<Rule<never>, 'check'>[] = [
  READABLE_REVISION,
  {
    id: 'TGT-8',
    slug: 'aws-takes-the-target',
    severity: 'high',
    requires: 'Elastic Load Balancing takes the targets that are registered.',
    risk: 'The task gets no traffic.',
    fix: 'Read AWS’s own words in the finding: the address or the instance is not one that the group may have.',
    page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html',
  },
  {
    id: 'TGT-9',
    slug: 'group-is-not-full',
    severity: 'high',
    requires: 'A target group is below its quota of targets when tasks are registered.',
    risk: 'New tasks get no traffic until others leave.',
    fix: 'Ask for a higher quota of targets per target group in Service Quotas, or use fewer and larger tasks.',
    page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html',
  },
  {
    id: 'TGT-11',
    slug: 'group-may-be-changed',
    severity: 'high',
    requires: 'The role of register-targets may change the target group.',
    risk: 'Nothing in the group is changed: new tasks get no traffic, and targets of old ones stay.',
    fix: 'See that the group carries its tags, and that no boundary or service control policy forbids the call.',
    page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/load-balancer-authentication-access-control.html',
  },
  {
    id: 'SCL-5',
    slug: 'reaction-was-taken',
    severity: 'high',
    requires: 'A reaction to an event changes bounds only where the desired count stays.',
    risk: 'The reaction was left out, so scaling goes on as if nothing had happened.',
    fix: 'Bring the desired count into the bounds, or change the tag.',
    page: 'https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html',
  },
  {
    id: 'SCL-6',
    slug: 'tasks-start',
    severity: 'high',
    requires: 'The tasks of a service start.',
    risk: 'Every task that scaling adds fails like the others, and costs money; scale-out is held meanwhile.',
    fix: 'Read why the tasks stop, in the service’s events and the containers’ logs.',
    page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-errors.html',
  },
  {
    id: 'SCL-8',
    slug: 'aws-takes-the-scaling',
    severity: 'high',
    requires: 'Application Auto Scaling takes what the tags ask for.',
    risk: 'The service does not scale as its tag says.',
    fix: 'Read AWS’s own words in the finding.',
    page: 'https://docs.aws.amazon.com/autoscaling/application/userguide/what-is-application-auto-scaling.html',
  },
];
