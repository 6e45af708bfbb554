import type { World, WorldOptions } from '../../simulator/world.ts';

/** A port under test and the world behind it, which the suite arranges and looks at, and nothing else. */
export interface Subject<Port> {
  readonly world: World;
  readonly port: Port;
  /** Waits for work of the port, moving the world's time where that is needed. */
  run<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A fresh world and a port over it. */
export type MakeSubject<Port> = (options?: WorldOptions) => Promise<Subject<Port>>;

/** Runs one story against a fresh subject. */
export const withSubject =
  <Port>(make: MakeSubject<Port>, story: (subject: Subject<Port>) => Promise<void>, options: WorldOptions = {}) =>
  async () => {
    const subject = await make(options);
    try {
      await story(subject);
    } finally {
      await subject.close();
    }
  };

/** Long enough for any task to start or stop. */
export const A_WHILE_MS = 60_000;

/** A VPC with one subnet, a cluster `production` and a Fargate definition `web` that listens on 8080. */
export const arrange = (world: World) => {
  const vpc = world.network.addVpc({ id: 'vpc-0a' });
  const subnet = world.network.addSubnet({ vpcId: vpc.id, id: 'subnet-0a', cidr: '10.0.0.0/23' });
  const cluster = world.ecs.addCluster('production');
  const definition = world.ecs.registerTaskDefinition({
    family: 'web',
    containers: [{ name: 'web', portMappings: [{ containerPort: 8080, protocol: 'tcp' }] }],
  });
  const run = (count = 1) =>
    world.ecs.runTask({ cluster: 'production', taskDefinition: 'web', subnets: [subnet.id], count });
  return { vpcId: vpc.id, subnetId: subnet.id, cluster, definition, run };
};
