import type { Facts } from '../core/targets/facts.ts';
import type { Subnet, Task, TaskDefinition } from '../core/task/task.ts';
import { NotFoundError } from '../errors.ts';
import type { Addresses } from '../ports/addresses.ts';
import type { Tasks } from '../ports/tasks.ts';
import { sideBySide } from './side-by-side.ts';

/** Facts about tasks that never change while the resource lives: looked up once, and kept. */
export interface FactBook {
  /** All that is known so far; it grows. */
  readonly facts: Facts;
  /** Looks up what is not known yet of the instances of these tasks. */
  learnInstances(tasks: readonly Task[]): Promise<void>;
  /** Looks up the Elastic Beanstalk environments of these tasks' instances. */
  learnEnvironments(tasks: readonly Task[]): Promise<void>;
  /** Looks up the subnets of these tasks. */
  learnSubnets(tasks: readonly Task[]): Promise<void>;
  /** Looks up the task definitions of these tasks. One that ECS no longer describes stays unknown. */
  learnDefinitions(tasks: readonly Task[]): Promise<void>;
  /** Looks up all subnets of a VPC. */
  learnVpc(vpcId: string): Promise<void>;
  /** Takes over what somebody else looked up, where it is not known yet. */
  recall(known: { readonly definitions: readonly TaskDefinition[]; readonly subnets: readonly Subnet[] }): void;
}

/** A warm function meets ever new revisions; the oldest are looked up again when they come back. */
const DEFINITIONS_KEPT = 5_000;
const INSTANCES_KEPT = 20_000;

const keepAtMost = (map: Map<string, unknown>, most: number): void => {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
};

const unknownOf = (known: ReadonlyMap<string, unknown>, keys: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(keys.filter((key): key is string => key !== undefined && !known.has(key))),
];

/** An empty book over the ports. */
export const createFactBook = (tasks: Tasks, addresses: Addresses): FactBook => {
  const definitions = new Map<string, TaskDefinition>();
  const subnets = new Map<string, Subnet>();
  const subnetsOfVpc = new Map<string, readonly Subnet[]>();
  const instances = new Map<string, string>();
  const environments = new Map<string, string>();
  /** Instances without an environment, so that they are not asked about again. */
  const asked = new Set<string>();

  return {
    facts: { definitions, subnets, subnetsOfVpc, instances, environments },

    learnInstances: async (of) => {
      const byCluster = new Map<string, string[]>();
      for (const { clusterArn, containerInstanceArn } of of) {
        if (containerInstanceArn === undefined || instances.has(containerInstanceArn)) continue;
        const arns = byCluster.get(clusterArn);
        if (arns === undefined) byCluster.set(clusterArn, [containerInstanceArn]);
        else arns.push(containerInstanceArn);
      }
      for (const [cluster, arns] of byCluster) {
        for (const [arn, id] of await tasks.ec2InstanceIds(cluster, [...new Set(arns)])) instances.set(arn, id);
      }
      keepAtMost(instances, INSTANCES_KEPT);
    },

    learnEnvironments: async (of) => {
      const ids = of.map(({ containerInstanceArn }) => containerInstanceArn && instances.get(containerInstanceArn));
      const unknown = unknownOf(environments, ids).filter((id) => !asked.has(id));
      if (unknown.length === 0) return;
      for (const [id, environment] of await addresses.environments(unknown)) environments.set(id, environment);
      for (const id of unknown) asked.add(id);
      if (asked.size > INSTANCES_KEPT) asked.clear();
      keepAtMost(environments, INSTANCES_KEPT);
    },

    learnSubnets: async (of) => {
      const unknown = new Set<string>();
      for (const { interfaces } of of) {
        for (const { subnetId } of interfaces) {
          if (subnetId !== undefined && !subnets.has(subnetId)) unknown.add(subnetId);
        }
      }
      if (unknown.size === 0) return;
      for (const subnet of await addresses.subnets([...unknown])) subnets.set(subnet.subnetId, subnet);
    },

    learnDefinitions: async (of) => {
      const unknown = unknownOf(
        definitions,
        of.map(({ taskDefinitionArn }) => taskDefinitionArn),
      );
      await sideBySide(unknown, 8, async (arn) => {
        try {
          definitions.set(arn, await tasks.definition(arn));
        } catch (error) {
          if (!(error instanceof NotFoundError)) throw error;
        }
      });
      keepAtMost(definitions, DEFINITIONS_KEPT);
    },

    learnVpc: async (vpcId) => {
      if (subnetsOfVpc.has(vpcId)) return;
      const known = await addresses.subnetsOfVpc(vpcId);
      subnetsOfVpc.set(vpcId, known);
      for (const subnet of known) subnets.set(subnet.subnetId, subnet);
    },

    recall: (known) => {
      for (const each of known.definitions) {
        if (!definitions.has(each.taskDefinitionArn)) definitions.set(each.taskDefinitionArn, each);
      }
      for (const each of known.subnets) if (!subnets.has(each.subnetId)) subnets.set(each.subnetId, each);
    },
  };
};
