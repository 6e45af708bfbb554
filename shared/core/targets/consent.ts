import type { Fault } from '../fault.ts';
import type { TargetGroup, Wiring } from './binding.ts';
import { notAllowed } from './findings.ts';

/** What a service allows: names of target groups. `undefined` where there is no such service. */
export type AllowedBy = (cluster: string, service: string) => ReadonlySet<string> | undefined;

/**
 * What stays of a wiring where the services must agree to it, too: whoever may tag a target group could otherwise lead
 * the traffic of somebody else's service to a load balancer of their own. Standalone tasks and Elastic Beanstalk have
 * no service that could agree or not; they are wired as the group says.
 * @returns No wiring where nobody is left. One fault per service that does not agree; a service that does not exist is
 *   told of by whoever looks for its tasks.
 */
export const agreedWiring = (
  { name }: Pick<TargetGroup, 'name'>,
  wiring: Wiring,
  allowedBy: AllowedBy,
  tagPrefix: string,
): { readonly wiring?: Wiring; readonly faults: readonly Fault[] } => {
  const faults: Fault[] = [];
  const workloads = wiring.workloads.filter((workload) => {
    if (workload.kind !== 'service') return true;
    const allowed = allowedBy(workload.cluster, workload.service);
    if (allowed === undefined || allowed.has(name)) return true;
    const service = `${workload.cluster}/${workload.service}`;
    faults.push(
      notAllowed(
        `${name} is tagged for ${service}, and the service does not allow it: its tag ${tagPrefix}:allow does not name the group. Nothing is changed for it.`,
        `Tag the service ${service} with ${tagPrefix}:allow = ${name} (several names are separated by spaces), or take it out of the group’s tags.`,
      ),
    );
    return false;
  });
  return workloads.length === 0 ? { faults } : { wiring: { ...wiring, workloads }, faults };
};
