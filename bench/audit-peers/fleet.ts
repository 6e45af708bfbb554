import {
  ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CreateSecurityGroupCommand } from '@aws-sdk/client-ec2';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { sideBySide } from '../../shared/app/side-by-side.ts';
import type { Moto } from '../../test/cloud/moto.ts';
import { addressOf, createMotoWorld, type MotoWorld, motoSettings } from '../../test/cloud/moto-world.ts';
import { present } from '../../test/cloud/present.ts';
import { BARE_CLUSTER, FAULTS, STRANGER } from './faults.ts';
import { APP, COLLECTOR, type GroupSpec, PORT, type ServiceSpec, soundService } from './service.ts';

/** How many services of a fleet are wired to a target group: one in so many. */
const ONE_WIRED_IN = 10;
const ONE_FAULTY_IN = 50;
/** A service that is sound, and wired: what a tool says of it, it says of every one. */
export const CONTROL = 'control';

const CLUSTERS = 10;
const AT_ONCE = 8;

const clusterOf = (index: number): string => `production-${index % CLUSTERS}`;

/** A sound one, and one with each fault. */
const oneOfEach = (): readonly ServiceSpec[] => [
  soundService(CONTROL, clusterOf(0), true),
  ...FAULTS.map(({ name, plant }, index) => plant(soundService(name, clusterOf(index + 1), true))),
];

/** What grows with the count: one in ten is wired, one in fifty is not traced. */
const many = (count: number): readonly ServiceSpec[] =>
  Array.from({ length: count }, (_, index) => {
    const sound = soundService(`service-${index}`, clusterOf(index), index % ONE_WIRED_IN === 0);
    return index % ONE_FAULTY_IN === 0 ? { ...sound, collector: undefined } : sound;
  });

interface Network {
  readonly securityGroupId: string;
  readonly loadBalancerArn: string;
}

const createRevision = async ({ ecs }: MotoWorld, { name, app, collector, definition }: ServiceSpec): Promise<void> => {
  const containerDefinitions = [
    {
      ...APP,
      ...app,
      ...(collector && { dependsOn: [{ containerName: COLLECTOR.name, condition: 'START' as const }] }),
    },
    ...(collector ? [{ ...COLLECTOR, ...collector }] : []),
  ];
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: name,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      taskRoleArn: 'arn:aws:iam::123456789012:role/task',
      executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
      containerDefinitions,
      ...definition,
    }),
  );
};

const createService = async (
  { ecs, subnetId }: MotoWorld,
  { name, cluster, service, tags, assignPublicIp }: ServiceSpec,
  { securityGroupId }: Network,
): Promise<string> => {
  const networkConfiguration = {
    awsvpcConfiguration: {
      subnets: [subnetId],
      securityGroups: [securityGroupId],
      assignPublicIp: assignPublicIp ? ('ENABLED' as const) : ('DISABLED' as const),
    },
  };
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: name,
      taskDefinition: name,
      desiredCount: 1,
      launchType: 'FARGATE',
      platformVersion: 'LATEST',
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      networkConfiguration,
      ...service,
    }),
  );
  const { tasks } = await ecs.send(
    new RunTaskCommand({
      cluster,
      taskDefinition: name,
      launchType: 'FARGATE',
      group: `service:${name}`,
      startedBy: 'ecs-svc/1',
      networkConfiguration,
    }),
  );
  return addressOf(present(tasks?.[0]));
};

const createScaling = async (
  scaling: ApplicationAutoScalingClient,
  { name, cluster, scaling: spec }: ServiceSpec,
): Promise<void> => {
  if (spec === undefined) return;
  const of = {
    ServiceNamespace: 'ecs',
    ResourceId: `service/${cluster}/${name}`,
    ScalableDimension: 'ecs:service:DesiredCount',
  } as const;
  const { min: MinCapacity, max: MaxCapacity, suspended: SuspendedState } = spec;
  await scaling.send(new RegisterScalableTargetCommand({ ...of, MinCapacity, MaxCapacity, SuspendedState }));
  await scaling.send(
    new PutScalingPolicyCommand({
      ...of,
      PolicyName: 'taskwire-cpu',
      PolicyType: 'TargetTrackingScaling',
      TargetTrackingScalingPolicyConfiguration: {
        TargetValue: 60,
        PredefinedMetricSpecification: { PredefinedMetricType: 'ECSServiceAverageCPUUtilization' },
      },
    }),
  );
};

const createGroup = async (
  { elb, vpcId, register }: MotoWorld,
  name: string,
  { type, tags, attached, deregistrationDelaySeconds, registersTasks, registers }: GroupSpec,
  listenerPort: number,
  addresses: { readonly own: string; readonly stranger: string },
  { loadBalancerArn }: Network,
): Promise<void> => {
  const { TargetGroups } = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: PORT,
      VpcId: vpcId,
      TargetType: type,
      Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    }),
  );
  const TargetGroupArn = present(TargetGroups?.[0]?.TargetGroupArn);
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: String(deregistrationDelaySeconds) }];
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  if (attached) {
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn: loadBalancerArn,
        Port: listenerPort,
        Protocol: 'HTTP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn }],
      }),
    );
  }
  const others = registers.map((address) => (address === STRANGER ? addresses.stranger : address));
  for (const Id of [...(registersTasks ? [addresses.own] : []), ...others]) {
    await register(TargetGroupArn, { Id, Port: PORT });
  }
};

/** A fleet in moto. */
export interface Fleet {
  /** Of each family; one is in use. */
  addRevisions(count: number): Promise<void>;
}

/**
 * Makes a fleet in moto, which forgets what it had: services in ten clusters, each with a task, a family of one revision, and
 * a scalable target with a policy; one in ten is wired to a target group.
 * @param services How many; `faults` for a sound one and one with each planted fault.
 */
export const createFleet = async (moto: Moto, services: number | 'faults'): Promise<Fleet> => {
  await moto.reset();
  const world = await createMotoWorld(moto, clusterOf(0));
  const settings = [{ name: 'containerInsights', value: 'enabled' }] as const;
  for (let index = 0; index < CLUSTERS; index++) {
    await world.ecs.send(new CreateClusterCommand({ clusterName: clusterOf(index), settings: [...settings] }));
  }
  if (services === 'faults') await world.ecs.send(new CreateClusterCommand({ clusterName: BARE_CLUSTER }));
  const { GroupId } = await world.ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'fleet', Description: 'fleet', VpcId: world.vpcId }),
  );
  const { LoadBalancers } = await world.elb.send(
    new CreateLoadBalancerCommand({ Name: 'front', Subnets: [world.subnetId], Type: 'application' }),
  );
  const network = {
    securityGroupId: present(GroupId),
    loadBalancerArn: present(LoadBalancers?.[0]?.LoadBalancerArn),
  };
  const scaling = new ApplicationAutoScalingClient(motoSettings(moto.endpoint));
  let stranger = '';
  let listenerPort = 80;
  const create = async (spec: ServiceSpec): Promise<void> => {
    await createRevision(world, spec);
    const own = await createService(world, spec, network);
    if (stranger === '') stranger = own;
    await createScaling(scaling, spec);
    if (spec.group) await createGroup(world, spec.name, spec.group, listenerPort++, { own, stranger }, network);
  };
  const specs = services === 'faults' ? oneOfEach() : many(services);
  // The first one is the stranger of others.
  await sideBySide(specs.slice(0, 1), 1, create);
  await sideBySide(specs.slice(1), AT_ONCE, create);
  return {
    addRevisions: async (count) => {
      await sideBySide(specs, AT_ONCE, async (spec) => {
        for (let revision = 0; revision < count; revision++) await createRevision(world, spec);
      });
    },
  };
};
