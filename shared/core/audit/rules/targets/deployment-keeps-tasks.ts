import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { rollsUnseen } from './wired-only.ts';

export const deploymentKeepsTasks: Rule<AuditedService> = {
  id: 'TGT-22',
  slug: 'deployment-keeps-tasks',
  severity: 'high',
  requires: 'A deployment of a wired service leaves at least one task running until new ones are there.',
  risk: 'With a minimumHealthyPercent of 0 ECS may stop all old tasks before a new one serves: every deployment is an outage.',
  fix: 'Set minimumHealthyPercent to 100 and maximumPercent to 200; where instances have no room for both, to at least 50 and more than one task.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html',
  check: (audited) => {
    const { service } = audited;
    const { minimumHealthyPercent, strategy, desired, name } = service;
    if (!rollsUnseen(audited) || minimumHealthyPercent === undefined) return NOT_APPLICABLE;
    // A daemon service replaces the one task of an instance: the others stay whatever it says.
    if (strategy === 'DAEMON' || desired === 0) return NOT_APPLICABLE;
    // ECS rounds up, so that of one task any percentage keeps it.
    if (Math.ceil((desired * minimumHealthyPercent) / 100) > 0) return PASS;
    return fail(
      `A deployment of ${printable(name)} may stop ${desired === 1 ? 'its only task' : `all ${desired} tasks`} before a new one runs.`,
    );
  },
};
