import type { Binding } from '../shared/core/targets/binding.ts';
import type { Facts } from '../shared/core/targets/facts.ts';
import type { Fleet } from '../shared/core/targets/fleet.ts';
import type { Sight } from '../shared/core/targets/sight.ts';
import type { ObservedTarget } from '../shared/core/targets/target.ts';
import type { Task } from '../shared/core/task/task.ts';

/** Container port of every task of the benchmarks. */
export const PORT = 8080;

/** The service `production/service-<index>`, wired to a group of its own. */
export const bindingOf = (index: number): Binding => ({
  group: {
    arn: `arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/group-${index}/0123456789abcdef`,
    name: `group-${index}`,
    targetType: 'ip',
    protocol: 'HTTP',
    port: 80,
    vpcId: 'vpc-1',
    ipAddressType: 'ipv4',
  },
  wiring: {
    workloads: [{ kind: 'service', cluster: 'production', service: `service-${index}` }],
    mode: 'enforce',
    targets: 'shared',
    zone: 'auto',
  },
});

/** What a warm function knows about these tasks. */
export const factsOf = (tasks: readonly Task[]): Facts => {
  const revisions = new Set(tasks.map(({ taskDefinitionArn }) => taskDefinitionArn));
  const subnetIds = new Set(tasks.flatMap(({ interfaces }) => interfaces.flatMap(({ subnetId }) => subnetId ?? [])));
  const subnets = [...subnetIds].map((subnetId) => ({ subnetId, vpcId: 'vpc-1', cidrs: ['10.0.0.0/16'] }));
  const containers = [{ name: 'app', ports: [{ from: PORT, to: PORT, protocol: 'tcp' as const }] }];
  return {
    definitions: new Map(
      Array.from(revisions, (taskDefinitionArn) => [
        taskDefinitionArn,
        { taskDefinitionArn, networkMode: 'awsvpc', containers },
      ]),
    ),
    subnets: new Map(subnets.map((subnet) => [subnet.subnetId, subnet])),
    subnetsOfVpc: new Map([['vpc-1', subnets]]),
    instances: new Map(),
    environments: new Map(),
  };
};

/** A look at one group. */
export const sightOf = (
  binding: Binding,
  observed: readonly ObservedTarget[],
  fleet: Fleet,
  facts: Facts,
  nowMs: number,
): Sight => ({
  binding,
  observed,
  fleet,
  facts,
  listed: 'clusters',
  listedInstances: new Set(),
  holders: new Map(),
  firstSeenMs: new Map(),
  isStandby: () => false,
  nowMs,
});
