import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { stagesUnseen } from './wired-only.ts';

export const stagesWait: Rule<AuditedService> = {
  id: 'TGT-23',
  slug: 'staged-deployment-waits-for-groups',
  severity: 'medium',
  requires:
    'A deployment in stages (BLUE_GREEN, LINEAR, CANARY) of a wired service without a load balancer of its own has a hook at POST_SCALE_UP.',
  risk: 'ECS looks at no wired group: it goes on, and stops the old tasks in the end, whether or not the new ones are healthy there.',
  fix: 'Add the hook that taskwire gate prints: it lets the deployment go on once every new task is healthy in every wired group.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html',
  check: (audited) => {
    const { deploymentStrategy, hookStages, name } = audited.service;
    if (!stagesUnseen(audited)) return NOT_APPLICABLE;
    if (hookStages.includes('POST_SCALE_UP')) return PASS;
    return fail(
      `${printable(name)} is deployed by ${printable(deploymentStrategy)}, and nothing waits at POST_SCALE_UP.`,
    );
  },
};
