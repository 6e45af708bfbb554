import { groupBy } from '../core/group-by.ts';
import type { Finding } from '../core/outcome.ts';
import { type Binding, type Workload, workloadKeyOf } from '../core/targets/binding.ts';
import { missingCluster, missingEnvironment, missingService } from '../core/targets/missing.ts';
import type { Services } from '../ports/services.ts';
import { sideBySide } from './side-by-side.ts';

/** What a look at the bindings' workloads saw of them, by `workloadKeyOf`. */
interface Sighted {
  /** Those that have tasks, or that could not be looked at. */
  readonly alive: ReadonlySet<string>;
  /** Those whose cluster ECS does not know, and environments without an instance in a cluster. */
  readonly unknown: ReadonlySet<string>;
}

/** What is missing, and what could not be asked for. */
interface Missing {
  readonly findings: readonly Finding[];
  readonly failures: readonly { readonly resource: string; readonly error: unknown }[];
}

const CLUSTERS_AT_ONCE = 4;

interface Named<K extends Workload['kind'] = Workload['kind']> {
  readonly binding: Binding;
  readonly workload: Extract<Workload, { kind: K }>;
}

const servicesOf = ({ binding, workload }: Named): readonly Named<'service'>[] =>
  workload.kind === 'service' ? [{ binding, workload }] : [];

/** Services without a task are asked for, ten per call: they may be scaled to zero, or not exist. */
const missingServices = async (
  cluster: string,
  of: readonly Named<'service'>[],
  services: Services,
): Promise<Missing> => {
  try {
    const known = await services.describe(cluster, [...new Set(of.map(({ workload }) => workload.service))]);
    const names = new Set(known.map(({ name }) => name));
    const missing = of.filter(({ workload }) => !names.has(workload.service));
    const findings = missing.map(({ binding, workload }) => missingService(binding, cluster, workload.service));
    return { findings, failures: [] };
  } catch (error) {
    // What the sweep did is done, and must be told.
    return { findings: [], failures: of.map(({ binding }) => ({ resource: binding.group.arn, error })) };
  }
};

const missingElsewhere = ({ binding, workload }: Named): readonly Finding[] => {
  switch (workload.kind) {
    case 'service':
      return [];
    case 'family':
      return [missingCluster(binding, workload.cluster, workload.family)];
    case 'beanstalk':
      return [missingEnvironment(binding, workload.environment)];
  }
};

/** The workloads that the bindings' tags name and that do not exist. Throws nothing: what could not be asked for is told. */
export const missingWorkloads = async (
  bindings: readonly Binding[],
  { alive, unknown }: Sighted,
  services: Services,
): Promise<Missing> => {
  const idle = bindings
    .flatMap((binding) => binding.wiring.workloads.map((workload): Named => ({ binding, workload })))
    .filter(({ workload }) => !alive.has(workloadKeyOf(workload)));
  const byCluster = groupBy(idle.flatMap(servicesOf), ({ workload }) => workload.cluster);
  const answers = await sideBySide([...byCluster], CLUSTERS_AT_ONCE, ([cluster, of]) =>
    missingServices(cluster, of, services),
  );
  const elsewhere = idle.filter(({ workload }) => unknown.has(workloadKeyOf(workload))).flatMap(missingElsewhere);
  return {
    findings: [...answers.flatMap(({ findings }) => findings), ...elsewhere],
    failures: answers.flatMap(({ failures }) => failures),
  };
};
