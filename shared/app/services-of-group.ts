import { workloadKeyOf } from '../core/targets/binding.ts';
import { targetGroupNameOf } from '../core/task/arn.ts';
import { InputError } from '../errors.ts';
import type { Bindings } from './bindings.ts';

/** A service, as a target group's tags name it. */
interface NamedService {
  readonly cluster: string;
  readonly service: string;
  /** Of the group, so in the service's own account and Region. */
  readonly targetGroupArn: string;
}

/**
 * The services whose tasks a target group's tags wire to it, read anew: a person asks, and may just have tagged it.
 * @param targetGroup Name or ARN.
 * @throws {InputError} If the group is not wired, or only to what is no service; with the cure.
 * @throws {TaskwireError} If the bindings cannot be read.
 */
export const servicesOfGroup = async (
  targetGroup: string,
  { bindings, tagPrefix }: { readonly bindings: Pick<Bindings, 'refresh'>; readonly tagPrefix: string },
): Promise<readonly NamedService[]> => {
  const set = await bindings.refresh();
  const name = targetGroupNameOf(targetGroup);
  const binding = set.bindings.find(({ group }) => group.arn === targetGroup || group.name === targetGroup);
  if (binding === undefined) {
    const wrong = set.findings.find(
      ({ resource }) => resource === targetGroup || targetGroupNameOf(resource) === targetGroup,
    );
    throw new InputError(
      `The target group ${name} is not wired: ${
        wrong === undefined
          ? `no group of that name has tags of Taskwire. Check the name, or tag it with ${tagPrefix}:service = <cluster>/<service>.`
          : `${wrong.summary} ${wrong.fix}`
      }`,
    );
  }
  const services = binding.wiring.workloads.flatMap((workload) =>
    workload.kind === 'service'
      ? [{ cluster: workload.cluster, service: workload.service, targetGroupArn: binding.group.arn }]
      : [],
  );
  if (services.length === 0) {
    const workloads = binding.wiring.workloads.map(workloadKeyOf).join(', ');
    throw new InputError(
      `The target group ${name} is wired to ${workloads}, and only services scale. Leave the group out, or name one that a service is wired to.`,
    );
  }
  return services;
};
