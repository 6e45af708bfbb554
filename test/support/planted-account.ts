import type { ContainerSpec, ServiceSpec, TaskDefinitionSpec } from '../../simulator/ecs.ts';
import type { ServiceRecord, TargetGroupRecord } from '../../simulator/state.ts';
import { createWorld, type World } from '../../simulator/world.ts';

const MINUTE = 60_000;

/** A container that logs, is checked, and ends in time. */
const RIGHT: ContainerSpec = {
  name: 'app',
  image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop@sha256:0123',
  portMappings: [{ containerPort: 8080, protocol: 'tcp' }],
  healthCheck: { command: ['CMD', '/healthy'] },
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': 'shop', 'awslogs-stream-prefix': 'shop', mode: 'non-blocking' },
  },
  stopTimeout: 60,
};

/** What of a staged service differs from one with nothing to say against it. */
export interface PlantedService extends Partial<Omit<ServiceSpec, 'name' | 'taskDefinition' | 'cluster'>> {
  readonly cluster?: string;
  readonly container?: Partial<ContainerSpec>;
  /** Members that its container lacks. */
  readonly without?: readonly (keyof ContainerSpec)[];
  readonly definition?: Partial<TaskDefinitionSpec>;
}

/** An account in which nothing is wrong until somebody plants it. */
export interface PlantedAccount {
  readonly world: World;
  readonly vpcId: string;
  /** A service on Fargate with its own roles, logs and health check, and one revision. */
  service(name: string, spec?: PlantedService): ServiceRecord;
  /** A group that is wired to the service of its name, its tasks registered once they run. */
  group(name: string, spec?: Parameters<World['targetGroups']['add']>[0] | object): TargetGroupRecord;
  /** Waits until all tasks run, registers them in the groups of their services' names, and lets them become healthy. */
  settle(): Promise<void>;
}

const lacking = (spec: ContainerSpec, members: readonly (keyof ContainerSpec)[]): ContainerSpec => ({
  name: spec.name,
  ...Object.fromEntries(Object.entries(spec).filter(([name]) => !members.some((member) => member === name))),
});

/** One cluster, `production`, with a service `shop` of two tasks that is wired, scaled as its tags ask, and right. */
export const createPlantedAccount = (): PlantedAccount => {
  const world = createWorld({ budgets: false });
  const { network, ecs, targetGroups, scaling, clock } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/20' });
  ecs.addCluster('production');

  const service: PlantedAccount['service'] = (
    name,
    { container, without = [], definition, cluster = 'production', ...spec } = {},
  ) => {
    ecs.registerTaskDefinition({
      family: name,
      containers: [{ ...lacking(RIGHT, without), ...container }],
      taskRoleArn: `arn:aws:iam::111122223333:role/${name}-task`,
      executionRoleArn: `arn:aws:iam::111122223333:role/${name}-execution`,
      requiresCompatibilities: ['FARGATE'],
      ...definition,
    });
    return ecs.createService({
      cluster,
      name,
      taskDefinition: name,
      subnets: [subnet.id],
      desiredCount: 2,
      circuitBreaker: 'rollback',
      ...spec,
    });
  };
  const group: PlantedAccount['group'] = (name, spec = {}) =>
    targetGroups.add({
      name,
      vpcId: vpc.id,
      port: 8080,
      delaySeconds: 30,
      tags: { 'taskwire:service': `production/${name}` },
      ...spec,
    });

  const shop = service('shop', { serviceTags: { 'taskwire:scaling': 'min=2 max=10 cpu=60' } });
  group('shop');
  scaling.register(shop.arn, { min: 2, max: 10 });
  scaling.putPolicy(shop.arn, {
    name: 'taskwire-cpu',
    tracking: {
      TargetValue: 60,
      PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
    },
  });

  return {
    world,
    vpcId: vpc.id,
    service,
    group,
    settle: async () => {
      await clock.advance(MINUTE);
      for (const { arn, name } of targetGroups.groups.values()) {
        const own = [...ecs.services.values()].find((each) => each.name === name);
        for (const { attachment } of own ? ecs.tasksOf(own.arn) : []) {
          const address = attachment?.interface?.ipv4;
          if (address !== undefined) targetGroups.put(arn, { id: address, port: 8080 });
        }
      }
      await clock.advance(MINUTE);
    },
  };
};
