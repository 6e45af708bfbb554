import { createWorld, type World } from '../../simulator/world.ts';

const MINUTE = 60_000;

interface BigAccount {
  readonly services: number;
  /** Of each service. */
  readonly tasks: number;
  /** How many of them are behind a group. */
  readonly groups?: number;
}

/** Services in ten clusters, a revision each; some of them behind a group, all scaled by two policies. */
export const bigAccount = async ({ services, tasks, groups = 50 }: BigAccount): Promise<World> => {
  // Keeping to the rates is the clients’ work.
  const world = createWorld({ budgets: false });
  const { network, ecs, targetGroups, scaling } = world;
  const vpc = network.addVpc({ id: 'vpc-0a' });
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/16' });
  for (let index = 0; index < services; index++) {
    const cluster = `cluster-${index % 10}`;
    if (!ecs.clusters.has(cluster)) ecs.addCluster(cluster);
    const name = `service-${index}`;
    ecs.registerTaskDefinition({ family: name, containers: [{ name: 'app', portMappings: [{ containerPort: 80 }] }] });
    const service = ecs.createService({
      cluster,
      name,
      taskDefinition: name,
      subnets: [subnet.id],
      desiredCount: tasks,
      serviceTags: { 'taskwire:scaling': `min=${tasks} max=${2 * tasks} cpu=60 memory=70` },
    });
    scaling.register(service.arn, { min: tasks, max: 2 * tasks });
    for (const metric of ['CPU', 'Memory']) {
      scaling.putPolicy(service.arn, {
        name: `taskwire-${metric.toLowerCase()}`,
        tracking: {
          TargetValue: metric === 'CPU' ? 60 : 70,
          PredefinedMetricSpecification: { PredefinedMetricType: `ECSServiceAverage${metric}Utilization` },
        },
      });
    }
    if (index < groups) {
      const group = targetGroups.add({
        name,
        vpcId: vpc.id,
        port: 80,
        tags: { 'taskwire:service': `${cluster}/${name}` },
      });
      // Nobody's: whose it is must be asked.
      targetGroups.put(group.arn, { id: `10.0.${255 - Math.floor(index / 250)}.${index % 250}`, port: 80 });
    }
  }
  await world.clock.advance(2 * MINUTE);
  return world;
};
