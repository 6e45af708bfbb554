import type { GroupSpec, ServiceSpec } from './service.ts';

/** Something that is wrong with one service, which is sound otherwise. */
export interface Fault {
  /** The name of the service, its family and its target group: what a finding names. */
  readonly name: string;
  /** For a reader of the table. */
  readonly what: string;
  plant(sound: ServiceSpec): ServiceSpec;
}

const ofGroup =
  (change: Partial<GroupSpec>) =>
  (sound: ServiceSpec): ServiceSpec => ({ ...sound, group: sound.group && { ...sound.group, ...change } });

const tagsOfGroup =
  (tags: GroupSpec['tags']) =>
  (sound: ServiceSpec): ServiceSpec => ({
    ...sound,
    group: sound.group && { ...sound.group, tags: { ...sound.group.tags, ...tags } },
  });

const ofApp =
  (app: ServiceSpec['app']) =>
  (sound: ServiceSpec): ServiceSpec => ({ ...sound, app });

/** The address of nobody, and that of the service that the fleet's first task belongs to. */
const NOBODY = '10.255.255.250';
export const STRANGER = 'stranger';

/** A cluster of its own for the fault that is one of a cluster. */
export const BARE_CLUSTER = 'fault-cluster';

/** Fargate takes neither. */
const ON_INSTANCES = { requiresCompatibilities: ['EC2' as const] };

/** moto 5.2.5 keeps no `deploymentConfiguration` of a service, so a wrong one (TGT-22) cannot be planted. */
export const FAULTS: readonly Fault[] = [
  { name: 'fault-missing', what: 'a running task is not registered', plant: ofGroup({ registersTasks: false }) },
  { name: 'fault-stale', what: 'a target that nobody holds any more', plant: ofGroup({ registers: [NOBODY] }) },
  { name: 'fault-wrong', what: 'a target that is another service’s task', plant: ofGroup({ registers: [STRANGER] }) },
  { name: 'fault-unattached', what: 'a wired group behind no load balancer', plant: ofGroup({ attached: false }) },
  {
    name: 'fault-delay',
    what: 'deregistration delay longer than stopTimeout',
    plant: ofGroup({ deregistrationDelaySeconds: 300 }),
  },
  {
    name: 'fault-type',
    what: 'a group of type instance for awsvpc tasks',
    plant: ofGroup({ type: 'instance', registersTasks: false }),
  },
  {
    name: 'fault-nowhere',
    what: 'a group that names a service that does not exist',
    plant: tagsOfGroup({ 'taskwire:service': 'production-0/no-such-service' }),
  },
  { name: 'fault-port-tag', what: 'a port tag that is no number', plant: tagsOfGroup({ 'taskwire:port': 'http' }) },
  { name: 'fault-stop-timeout', what: 'stopTimeout too short to leave the group', plant: ofApp({ stopTimeout: 5 }) },
  {
    name: 'fault-health-check',
    what: 'no container health check behind a wired group',
    plant: ofApp({ healthCheck: undefined }),
  },
  { name: 'fault-public', what: 'tasks with a public address', plant: (sound) => ({ ...sound, assignPublicIp: true }) },
  {
    name: 'fault-unscaled',
    what: 'a scaling tag and no scalable target',
    plant: (sound) => ({ ...sound, scaling: undefined }),
  },
  {
    name: 'fault-bounds',
    what: 'bounds other than the scaling tag’s',
    plant: (sound) => ({ ...sound, scaling: sound.scaling && { ...sound.scaling, max: 2 } }),
  },
  {
    name: 'fault-suspended',
    what: 'scale-out suspended for good',
    plant: (sound) => ({
      ...sound,
      scaling: sound.scaling && {
        ...sound.scaling,
        suspended: { ...sound.scaling.suspended, DynamicScalingOutSuspended: true },
      },
    }),
  },
  { name: 'fault-untraced', what: 'no X-Ray collector', plant: (sound) => ({ ...sound, collector: undefined }) },
  {
    name: 'fault-essential',
    what: 'an essential X-Ray collector',
    plant: (sound) => ({ ...sound, collector: { essential: true } }),
  },
  {
    name: 'fault-address',
    what: 'AWS_XRAY_DAEMON_ADDRESS that leads nowhere',
    plant: ofApp({ environment: [{ name: 'AWS_XRAY_DAEMON_ADDRESS', value: 'xray:2000' }] }),
  },
  {
    name: 'fault-role',
    what: 'a collector and no task role',
    plant: (sound) => ({ ...sound, definition: { taskRoleArn: undefined } }),
  },
  {
    name: 'fault-unlogged',
    what: 'a container without a log configuration',
    plant: ofApp({ logConfiguration: undefined }),
  },
  {
    name: 'fault-blocking',
    what: 'a log driver in blocking mode',
    plant: ofApp({
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': 'shop', 'awslogs-stream-prefix': 'shop', mode: 'blocking' },
      },
    }),
  },
  {
    name: 'fault-privileged',
    what: 'a privileged container',
    plant: (sound) => ({ ...sound, definition: ON_INSTANCES, app: { privileged: true } }),
  },
  { name: 'fault-writable', what: 'a writable root file system', plant: ofApp({ readonlyRootFilesystem: false }) },
  {
    name: 'fault-secret',
    what: 'a password among the environment variables',
    plant: ofApp({ environment: [{ name: 'DB_PASSWORD', value: 'Tq7rW2kd9Zx4mPz1' }] }),
  },
  {
    name: 'fault-host',
    what: 'the host’s process namespace',
    plant: (sound) => ({ ...sound, definition: { ...ON_INSTANCES, pidMode: 'host' } }),
  },
  {
    name: 'fault-platform',
    what: 'an old Fargate platform version',
    plant: (sound) => ({ ...sound, service: { platformVersion: '1.3.0' } }),
  },
  {
    name: 'fault-cluster',
    what: 'a cluster without Container Insights',
    plant: (sound) => ({ ...sound, cluster: BARE_CLUSTER, group: undefined }),
  },
];
