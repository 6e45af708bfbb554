import type { ServiceRecord, TargetGroupRecord, TaskRecord } from '../../simulator/state.ts';
import { createStage, type Stage, type StageOptions } from '../support/stage.ts';
import { GROUPS, type GroupName, type Life, SERVICES, type ServiceName } from './life.ts';

/** A stage with the fleet of a life on it. */
export interface Fleet {
  readonly stage: Stage;
  readonly groups: ReadonlyMap<GroupName, TargetGroupRecord>;
  readonly services: ReadonlyMap<ServiceName, ServiceRecord>;
  /** Tasks of a service that are meant to run. */
  live(service: ServiceName): readonly TaskRecord[];
}

const wires = (...services: readonly string[]) => ({
  'taskwire:service': services.map((name) => `production/${name}`).join(' '),
});

/** The tags that each group begins with. */
export const USUAL_TAGS: Readonly<Record<GroupName, Readonly<Record<string, string>>>> = {
  web: wires('web'),
  both: wires('web', 'api'),
  api: wires('api'),
  edge: wires('edge'),
  exclusive: { ...wires('api', 'web'), 'taskwire:targets': 'exclusive' },
  twin: wires('twin', 'web'),
  seen: { ...wires('web', 'api'), 'taskwire:mode': 'observe' },
  plain: {},
};

/** How long a message that a killed instance had is kept from others: shorter than AWS advises, which loses nothing and shows more. */
const VISIBILITY_MS = 120_000;

/** Builds the world of a life and its fleet, before anything happens. */
export const createFleet = (life: Life, runBatch: NonNullable<StageOptions['runBatch']>): Fleet => {
  const stage = createStage({
    world: {
      seed: life.seed,
      ecs: { jitter: life.jitter / 100, releaseAddress: life.releaseAddress, pendingMs: life.pendingMs },
      network: { reuse: life.reuse },
      targetGroups: { drainingTarget: life.drainingTarget },
    },
    delivery: {
      trouble: { lateMs: [0, life.lateMs], repeated: life.repeated / 100, lost: life.lost / 100 },
      maxConcurrency: 2,
    },
    visibilityMs: VISIBILITY_MS,
    runBatch,
  });
  const { ecs, network } = stage.world;
  const far = network.addVpc({ id: 'vpc-0b' });
  const farSubnet = network.addSubnet({ vpcId: far.id, id: 'subnet-0b', cidr: '10.0.0.0/16' });
  for (const id of ['i-0a', 'i-0b']) {
    ecs.addContainerInstance('production', network.addInstance({ id, subnetId: stage.subnetId }).id);
    // Keeps the addresses of both networks in step, so that tasks of both meet at the same ones.
    network.addInterface({ subnetId: farSubnet.id });
  }
  const both = [8080, 9090].map((containerPort) => ({ containerPort, protocol: 'tcp' as const }));
  ecs.registerTaskDefinition({ family: 'front', containers: [{ name: 'web', portMappings: both }] });
  ecs.registerTaskDefinition({
    family: 'edge',
    networkMode: 'bridge',
    containers: [{ name: 'web', essential: false, portMappings: both }, { name: 'log' }],
  });
  const groups = new Map<GroupName, TargetGroupRecord>();
  for (const name of GROUPS.filter((each) => life.groups.includes(each))) {
    const spec = {
      delaySeconds: life.delaySeconds,
      ...(name === 'edge' && { targetType: 'instance' }),
      ...(name === 'twin' && { vpcId: far.id }),
    };
    groups.set(name, stage.group(name, USUAL_TAGS[name], spec));
  }
  const services = new Map<ServiceName, ServiceRecord>();
  SERVICES.forEach((name, index) => {
    const spec = {
      taskDefinition: name === 'edge' ? 'edge' : 'front',
      ...(name === 'twin' && { subnets: [farSubnet.id] }),
    };
    services.set(name, stage.service(name, life.counts[index] ?? 1, spec));
  });
  return {
    stage,
    groups,
    services,
    live: (service) =>
      ecs.tasksOf(services.get(service)?.arn ?? '').filter(({ desiredStatus }) => desiredStatus === 'RUNNING'),
  };
};
