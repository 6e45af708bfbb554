import type { ServiceSpec } from '../../simulator/ecs.ts';
import type { ServiceRecord, TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import { createWorld, type World } from '../../simulator/world.ts';

/** The demo's account: a small shop on ECS. */
export interface Shop {
  readonly world: World;
  readonly groups: Readonly<Record<'web' | 'admin' | 'api' | 'checkout' | 'legacy' | 'reports', TargetGroupRecord>>;
  readonly web: ServiceRecord;
  readonly api: ServiceRecord;
  readonly checkout: ServiceRecord;
  /** In no target group: it takes its work from a queue. */
  readonly images: ServiceRecord;
  /** The address that a person put into the group `web`. */
  readonly persons: string;
}

/** Roles that the tasks of api have; whoever attaches a collector to them hands these to ECS. */
export const API_ROLES = ['task', 'execution'].map((role) => `arn:aws:iam::111122223333:role/api-${role}`);

// About ten times faster than AWS, so that a person can watch it.
const TIMES = {
  provisioningMs: 500,
  pendingMs: 700,
  activatingMs: 300,
  stopNoticeMs: 900,
  deactivatingMs: 400,
  stoppingMs: 900,
  deprovisioningMs: 700,
  replaceMs: 400,
  spotNoticeMs: 4_500,
  jitter: 0.4,
};

const port = (containerPort: number) => ({ containerPort, protocol: 'tcp' as const });

/** Builds the account; its tasks start at once. */
export const createShop = (): Shop => {
  const world = createWorld({ seed: 7, startMs: Date.now(), ecs: TIMES, targetGroups: { initialMs: 1_500 } });
  const { network, ecs, targetGroups } = world;
  const vpc = network.addVpc({ id: 'vpc-shop' });
  // Small on purpose: an address that is free goes to the next task at once.
  const subnet = network.addSubnet({ vpcId: vpc.id, id: 'subnet-shop', cidr: '10.0.7.0/26' });
  ecs.addCluster('shop');

  const group = (name: string, tags: Readonly<Record<string, string>>, spec: object = {}) =>
    targetGroups.add({ name, vpcId: vpc.id, port: 8080, delaySeconds: 6, tags, ...spec });
  const groups = {
    web: group('web', { 'taskwire:service': 'shop/web', 'taskwire:port': '8080' }),
    admin: group('admin', { 'taskwire:service': 'shop/web', 'taskwire:container': 'web', 'taskwire:port': '9090' }),
    api: group('api', { 'taskwire:service': 'shop/api' }),
    checkout: group('checkout', { 'taskwire:service': 'shop/checkout' }),
    legacy: group('legacy', { 'taskwire:service': 'shop/legacy' }, { targetType: 'instance' }),
    reports: group('reports', { 'taskwire:family': 'shop/reports' }),
  };

  const fargate = (family: string, ports: readonly number[]) =>
    ecs.registerTaskDefinition({ family, containers: [{ name: family, portMappings: ports.map(port) }] });
  fargate('web', [8080, 9090]);
  for (const family of ['checkout', 'reports']) fargate(family, [8080]);
  fargate('images', []);
  const [taskRoleArn = '', executionRoleArn = ''] = API_ROLES;
  ecs.registerTaskDefinition({
    family: 'api',
    cpu: '512',
    memory: '1024',
    taskRoleArn,
    executionRoleArn,
    requiresCompatibilities: ['FARGATE'],
    containers: [
      {
        name: 'api',
        image: '111122223333.dkr.ecr.eu-central-1.amazonaws.com/api:1.4.2',
        cpu: 256,
        memory: 512,
        portMappings: [port(8080)],
        environment: [
          { name: 'AWS_XRAY_CONTEXT_MISSING', value: 'LOG_ERROR' },
          { name: 'DB_PASSWORD', value: 'correct-horse' },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': 'api', 'awslogs-region': 'eu-central-1' },
        },
      },
    ],
  });
  ecs.registerTaskDefinition({
    family: 'legacy',
    networkMode: 'bridge',
    containers: [{ name: 'legacy', portMappings: [port(8080)] }],
  });
  for (let index = 0; index < 2; index++) {
    ecs.addContainerInstance('shop', network.addInstance({ subnetId: subnet.id }).id);
  }

  const service = (name: string, desiredCount: number, spec: Partial<ServiceSpec> = {}): ServiceRecord =>
    ecs.createService({ cluster: 'shop', name, taskDefinition: name, subnets: [subnet.id], desiredCount, ...spec });
  const web = service('web', 6);
  const api = service('api', 4, { serviceTags: { 'taskwire:tracing': 'required' } });
  const checkout = service('checkout', 4, { launchType: null, capacityProviderName: 'FARGATE_SPOT' });
  const images = service('images', 4, { launchType: null, capacityProviderName: 'FARGATE_SPOT' });
  service('legacy', 3, { subnets: [] });
  ecs.runTask({ cluster: 'shop', taskDefinition: 'reports', subnets: [subnet.id] });

  const persons = network.addInterface({ subnetId: subnet.id, address: '10.0.7.60' }).ipv4 ?? '';
  targetGroups.put(groups.web.arn, { id: persons, port: 8080 });
  return { world, groups, web, api, checkout, images, persons };
};

/** A task's own IPv4 address, as long as it has one. */
export const addressOf = (task: TaskRecord): string | undefined => task.attachment?.interface?.ipv4;
