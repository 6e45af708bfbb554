import type { ServiceRecord, TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import { createWorld, type World } from '../../simulator/world.ts';

/** A fleet at rest: every task is registered in its service's target group, and healthy there. */
export interface Fleet {
  readonly world: World;
  readonly services: readonly ServiceRecord[];
  /** The target group of each service, by its name. */
  readonly groups: ReadonlyMap<string, TargetGroupRecord>;
  /** The next revision of what all of them run. */
  readonly nextRevision: string;
}

/** How large a fleet is, and how it deploys. */
export interface FleetSpec {
  readonly services: number;
  readonly tasksPerService: number;
  /** Tasks of one more service. */
  readonly large?: number;
  /** Of the desired count; what is above 100 starts at a time. */
  readonly maximumPercent: number;
  /** How long a task takes to start, from, in milliseconds; up to half as long again. */
  readonly startMs: number;
}

export const PORT = 8080;
/** What a call to AWS takes from a Lambda function in its Region. */
const LATENCY_MS = 60;
const ACTIONS = [
  'ecs:DescribeTasks',
  'ecs:ListTasks',
  'elasticloadbalancing:DescribeTargetHealth',
  'elasticloadbalancing:RegisterTargets',
  'elasticloadbalancing:DeregisterTargets',
  'ec2:DescribeNetworkInterfaces',
] as const;
/** Longer than any task takes to start and any target to be healthy. */
const REST_MS = 180_000;

export const addressOf = (task: TaskRecord): string => task.attachment?.interface?.ipv4 ?? '';

const definition = {
  family: 'app',
  containers: [{ name: 'app', portMappings: [{ containerPort: PORT, protocol: 'tcp' as const }] }],
};

/** Builds a fleet on AWS's documented call budgets. Addresses are given out again as late as the subnet allows. */
export const createFleet = async (spec: FleetSpec): Promise<Fleet> => {
  const world = createWorld({
    ecs: {
      provisioningMs: spec.startMs * 0.3,
      pendingMs: spec.startMs * 0.5,
      activatingMs: spec.startMs * 0.2,
      jitter: 0.5,
    },
    network: { reuse: 'oldest' },
  });
  const { ecs, network, targetGroups, clock } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  ecs.addCluster('production');
  ecs.registerTaskDefinition(definition);
  const { services: count, tasksPerService, large, maximumPercent } = spec;
  const tasksOf = new Map(Array.from({ length: count }, (_, index) => [`service-${index}`, tasksPerService]));
  if (large !== undefined) tasksOf.set('large', large);
  const groups = new Map(
    [...tasksOf].map(([name, tasks]) => [
      name,
      targetGroups.add({
        name,
        vpcId: vpc.id,
        port: PORT,
        tags: { 'taskwire:service': `production/${name}` },
        quota: tasks * 2,
      }),
    ]),
  );
  const services = [...tasksOf].map(([name, desiredCount]) =>
    ecs.createService({
      cluster: 'production',
      name,
      taskDefinition: 'app',
      subnets: [subnet.id],
      desiredCount,
      maximumPercent,
    }),
  );
  await clock.advance(REST_MS);
  for (const service of services) {
    const group = groups.get(service.name);
    if (group === undefined) continue;
    for (const task of ecs.tasksOf(service.arn)) targetGroups.put(group.arn, { id: addressOf(task), port: PORT });
  }
  await clock.advance(REST_MS);
  for (const action of ACTIONS) world.faults.add({ action, latencyMs: LATENCY_MS });
  world.calls.reset();
  return { world, services, groups, nextRevision: ecs.registerTaskDefinition(definition).arn };
};
