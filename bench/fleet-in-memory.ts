import { createBindings } from '../shared/app/bindings.ts';
import { createFactBook } from '../shared/app/fact-book.ts';
import type { SweepDeps } from '../shared/app/sweep-targets.ts';
import { wiringReaders } from '../shared/contracts/wiring-readers.ts';
import { groupBy } from '../shared/core/group-by.ts';
import type { ObservedTarget } from '../shared/core/targets/target.ts';
import type { Task } from '../shared/core/task/task.ts';
import { IncompleteError } from '../shared/errors.ts';
import { PORT } from './wired-service.ts';

export const NOW_MS = Date.UTC(2026, 10, 20);
const PLACE = 'eu-central-1:111122223333';
/** With 50 tasks each, what the addresses of a VPC are enough for; the next VPC has the same ones again. */
const SERVICES_PER_VPC = 1_000;

/** A fleet that rolls over, and all that a sweep asks about it, answered at once. */
export interface FleetInMemory {
  readonly tasks: readonly Task[];
  /** By the index of the service that the group is wired to. */
  readonly observed: readonly (readonly ObservedTarget[])[];
  readonly deps: SweepDeps;
}

const groupArnOf = (index: number): string =>
  `arn:aws:elasticloadbalancing:${PLACE}:targetgroup/group-${index}/0123456789abcdef`;
const vpcOf = (service: number): number => Math.floor(service / SERVICES_PER_VPC);
const addressOf = (service: number, nth: number): string => {
  const number = nth * SERVICES_PER_VPC + (service % SERVICES_PER_VPC);
  return `10.0.${Math.floor(number / 250)}.${number % 250}`;
};

/** Of ten tasks of a service one stops and is registered, one has started and is not, and the rest runs and is. */
const taskOf = (service: number, nth: number): Task => {
  const id = `${service.toString(16).padStart(16, '0')}${nth.toString(16).padStart(16, '0')}`;
  return {
    taskArn: `arn:aws:ecs:${PLACE}:task/production/${id}`,
    clusterArn: `arn:aws:ecs:${PLACE}:cluster/production`,
    taskDefinitionArn: `arn:aws:ecs:${PLACE}:task-definition/service-${service}:7`,
    group: `service:service-${service}`,
    startedBy: 'ecs-svc/4827160935518264701',
    lastStatus: 'RUNNING',
    desiredStatus: nth % 10 === 0 ? 'STOPPED' : 'RUNNING',
    version: 4,
    containers: [{ name: 'app', lastStatus: 'RUNNING', ports: [] }],
    interfaces: [
      {
        attachmentId: `attachment-${id}`,
        interfaceId: `eni-${id}`,
        subnetId: `subnet-${vpcOf(service)}-${nth % 3}`,
        ipv4: addressOf(service, nth),
      },
    ],
  };
};

/**
 * @param services Each wired to a group of its own.
 * @param tasksOfEach At most 65; a multiple of 10 makes two changes of ten tasks.
 */
export const fleetInMemory = (services: number, tasksOfEach: number): FleetInMemory => {
  const indexes = Array.from({ length: services }, (_, index) => index);
  const tasks = indexes.flatMap((service) => Array.from({ length: tasksOfEach }, (_, nth) => taskOf(service, nth)));
  const byArn = new Map(tasks.map((task) => [task.taskArn, task]));
  const arns = groupBy(tasks, ({ group, desiredStatus }) => `${group} ${desiredStatus}`);
  const listed = new Map([...arns].map(([key, of]) => [key, of.map(({ taskArn }) => taskArn)]));
  const observed = indexes.map((service) =>
    Array.from({ length: tasksOfEach }, (_, nth) => nth)
      .filter((nth) => nth % 10 !== 1)
      .map((nth) => ({ id: addressOf(service, nth), port: PORT, state: 'healthy' })),
  );
  const groups = indexes.map((service) => ({
    arn: groupArnOf(service),
    name: `group-${service}`,
    targetType: 'ip',
    protocol: 'HTTP',
    port: 80,
    vpcId: `vpc-${vpcOf(service)}`,
    ipAddressType: 'ipv4' as const,
  }));
  const targetsOf = new Map(groups.map(({ arn }, service) => [arn, observed[service] ?? []]));
  const groupOf = new Map(groups.map((group) => [group.arn, group]));
  const known = indexes.map((service) => ({
    serviceArn: `arn:aws:ecs:${PLACE}:service/production/service-${service}`,
    clusterArn: `arn:aws:ecs:${PLACE}:cluster/production`,
    name: `service-${service}`,
    status: 'ACTIVE',
    targetGroupArns: [],
    revisionArns: [],
    tags: {},
  }));
  const tagged = groups.map(({ arn }, service) => ({
    arn,
    tags: { 'taskwire:service': `production/service-${service}` },
  }));
  const unasked = (): Promise<never> =>
    Promise.reject(new IncompleteError('This fleet has nothing that this is asked about.'));
  const running = tasks.filter(({ desiredStatus }) => desiredStatus === 'RUNNING').map(({ taskArn }) => taskArn);

  const ports: Pick<SweepDeps, 'tasks' | 'targetGroups' | 'services' | 'addresses' | 'clock'> = {
    tasks: {
      list: async (_cluster, { service, desiredStatus }) =>
        service === undefined ? running : (listed.get(`service:${service} ${desiredStatus}`) ?? []),
      describe: async (_cluster, taskArns) => ({
        tasks: taskArns.flatMap((arn) => byArn.get(arn) ?? []),
        missing: [],
        failed: [],
      }),
      definition: async (taskDefinitionArn) => ({
        taskDefinitionArn,
        networkMode: 'awsvpc',
        containers: [{ name: 'app', ports: [{ from: PORT, to: PORT, protocol: 'tcp' }] }],
      }),
      ec2InstanceIds: unasked,
      containerInstances: unasked,
      clusters: unasked,
    },
    targetGroups: {
      tagged: async (key) => (key === 'taskwire:service' ? tagged : []),
      describe: async (wanted) => wanted.flatMap((arn) => groupOf.get(arn) ?? []),
      targets: async (arn) => targetsOf.get(arn) ?? [],
      deregistrationDelaySeconds: unasked,
      register: async (_arn, accepted) => ({ accepted, refused: [], full: false }),
      deregister: async () => undefined,
    },
    services: {
      describe: async () => known,
      list: async () => known.map(({ serviceArn }) => serviceArn),
      targetGroupsOfRevisions: async () => [],
    },
    addresses: {
      subnets: async (subnetIds) =>
        subnetIds.map((subnetId) => ({ subnetId, vpcId: `vpc-${subnetId.split('-')[1]}`, cidrs: ['10.0.0.0/16'] })),
      subnetsOfVpc: unasked,
      holders: unasked,
      environments: unasked,
      instancesOfEnvironment: unasked,
    },
    clock: { nowMs: () => NOW_MS, sleep: unasked },
  };
  return {
    tasks,
    observed,
    deps: {
      ...ports,
      bindings: createBindings({
        ...ports,
        fillers: { autoScaling: async () => new Map(), codeDeploy: async () => new Map() },
        tagPrefix: 'taskwire',
        ...wiringReaders({ tagPrefix: 'taskwire', clusters: [], consent: 'group' }),
      }),
      factBook: createFactBook(ports.tasks, ports.addresses),
      isStandby: () => false,
      budget: { take: async () => undefined, giveBack: () => undefined },
    },
  };
};
