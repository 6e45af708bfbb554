import type { Finding } from '../outcome.ts';
import type { Binding, Workload } from '../targets/binding.ts';
import { missingCluster, missingEnvironment, missingService } from '../targets/missing.ts';
import { clusterNameOf } from '../task/arn.ts';
import type { AuditedGroup, SnapshotIndex } from './subject.ts';
import { isUnseen } from './unseen.ts';

/** Names that a snapshot saw. Built once. */
interface Known {
  readonly clusters: ReadonlySet<string>;
  readonly allClusters: boolean;
  readonly environments: ReadonlySet<string>;
  /** Whether environments were read at all. */
  readonly environmentsRead: boolean;
}

const knownIn = ({ snapshot }: SnapshotIndex): Known => ({
  clusters: new Set(snapshot.clusters.map(clusterNameOf)),
  allClusters: snapshot.allClusters === true,
  environments: new Set(snapshot.environments.map(({ name }) => name)),
  environmentsRead: !snapshot.unseen.some(({ resource }) => resource === 'Elastic Beanstalk'),
});

/**
 * Tells which workloads of a group's tags do not exist, as the sweep tells it. A cluster that was not looked at proves
 * nothing, unless all were; families come and go.
 */
export const missingWorkloadsIn = (index: SnapshotIndex): ((group: AuditedGroup) => readonly Finding[]) => {
  const known = knownIn(index);
  const missing = (workload: Workload, binding: Binding, group: AuditedGroup): readonly Finding[] => {
    switch (workload.kind) {
      case 'family': {
        const { cluster, family } = workload;
        const isThere = known.clusters.has(cluster) || !known.allClusters;
        return isThere ? [] : [missingCluster(binding, cluster, family)];
      }
      case 'service': {
        const { cluster, service } = workload;
        if (index.services.has(`${cluster}/${service}`)) return [];
        const looked = known.clusters.has(cluster) ? !isUnseen(group.unseen, 'services') : known.allClusters;
        return looked ? [missingService(binding, cluster, service)] : [];
      }
      case 'beanstalk': {
        const { environment } = workload;
        if (known.environments.has(environment) || !known.environmentsRead) return [];
        return [missingEnvironment(binding, environment)];
      }
    }
  };
  return (group) => {
    const { binding } = group.seen;
    return binding?.wiring.workloads.flatMap((workload) => missing(workload, binding, group)) ?? [];
  };
};
