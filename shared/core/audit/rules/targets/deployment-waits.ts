import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { AuditedService } from '../../subject.ts';
import { listeningFor } from './listening.ts';
import { rollsUnseen } from './wired-only.ts';

export const deploymentWaits: Rule<AuditedService> = {
  id: 'TGT-21',
  slug: 'deployment-waits-for-tasks',
  severity: 'medium',
  requires:
    'A wired service that rolls over, without a load balancer of its own, has a health check in the essential container that listens.',
  risk: 'ECS waits for no wired group: 40 seconds after RUNNING it counts a new task as healthy and stops an old one. Tasks that take longer to start leave a gap in every deployment.',
  fix: 'Give the container a healthCheck that fails until it can serve; or deploy with the strategy BLUE_GREEN and the hook that taskwire gate prints.',
  page: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html',
  check: (audited) => {
    const { service, groups, revision } = audited;
    if (!rollsUnseen(audited) || revision === undefined) return NOT_APPLICABLE;
    const listening = groups.flatMap((group) => listeningFor(group, [revision])).map(({ container }) => container);
    return together(
      [...new Set(listening)].map((container) =>
        container.essential && container.healthCheck !== undefined
          ? PASS
          : fail(
              `Deployments of ${printable(service.name)} wait 40 seconds for a new task, not until container ${printable(container.name)} serves: it ${container.essential ? 'has no health check' : 'is not essential'}.`,
            ),
      ),
    );
  },
};
