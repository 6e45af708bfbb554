import { printable } from '../../../text.ts';
import { fail, NOT_APPLICABLE, PASS, together } from '../../judge.ts';
import type { Rule } from '../../rule.ts';
import type { SeenRevision } from '../../snapshot.ts';
import type { AuditedGroup } from '../../subject.ts';

/** Whether a port is open for TCP, which all health checks use: the task's own for ip, the instance's for instance. */
const opens = ({ definition, task }: SeenRevision, port: number, targetType: string): boolean =>
  targetType === 'ip' || definition.networkMode === 'host'
    ? definition.containers.some(({ ports }) =>
        ports.some(({ from, to, protocol }) => protocol === 'tcp' && from <= port && port <= to),
      )
    : task.containers.some(({ ports }) =>
        ports.some(({ hostPort, protocol }) => protocol === 'tcp' && hostPort === port),
      );

export const healthCheckPort: Rule<AuditedGroup> = {
  id: 'TGT-19',
  slug: 'health-check-port-is-exposed',
  severity: 'medium',
  requires: 'Where a target group checks health on a port of its own, a container of the tasks exposes that port.',
  risk: 'If nobody listens there, every target is unhealthy, and with it the whole service.',
  fix: 'Let the group check its traffic port (traffic-port), or add the port to the container’s portMappings, on an instance with the same hostPort.',
  page: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html',
  check: ({ seen: { group, binding, healthCheck }, revisions }) => {
    if (binding === undefined || healthCheck === undefined) return NOT_APPLICABLE;
    if (healthCheck.port === 'traffic-port') return PASS;
    const port = Number(healthCheck.port);
    if (!Number.isInteger(port)) return NOT_APPLICABLE;
    return together(
      revisions.map((revision) =>
        opens(revision, port, group.targetType)
          ? PASS
          : fail(`${group.name} checks port ${port}, which no container of ${printable(revision.task.name)} exposes.`),
      ),
    );
  },
};
