import type { ServiceRecord, TargetGroupRecord, TaskRecord } from '../../../simulator/state.ts';
import { createWorld, type World, type WorldOptions } from '../../../simulator/world.ts';

/** A world with one VPC (10.0.0.0/24), one cluster `production` and a Fargate task definition `web` that listens on 8080. */
export interface Town {
  readonly world: World;
  readonly vpcId: string;
  readonly subnetId: string;
}

export const createTown = (options: WorldOptions = {}): Town => {
  const world = createWorld(options);
  const vpc = world.network.addVpc({ id: 'vpc-0a' });
  const subnet = world.network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/24' });
  world.ecs.addCluster('production');
  world.ecs.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  return { world, vpcId: vpc.id, subnetId: subnet.id };
};

export const addService = ({ world, subnetId }: Town, name: string, desiredCount = 1): ServiceRecord =>
  world.ecs.createService({ cluster: 'production', name, taskDefinition: 'web', subnets: [subnetId], desiredCount });

export const addGroup = (
  { world, vpcId }: Town,
  name: string,
  tags: Readonly<Record<string, string>> = {},
): TargetGroupRecord => world.targetGroups.add({ name, vpcId, port: 8080, tags });

/** Long enough for a task to start, or to stop. */
export const A_WHILE_MS = 60_000;

/** The only item of a list. */
export const only = <T>(items: readonly T[]): T => {
  const [first] = items;
  if (first === undefined || items.length !== 1) throw new Error(`one item expected, found ${items.length}`);
  return first;
};

export const addressOf = (task: TaskRecord): string => {
  const address = task.attachment?.interface?.ipv4;
  if (address === undefined) throw new Error(`${task.arn} has no address`);
  return address;
};
