import type { SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import type {
  ContainerDefinition,
  CreateServiceCommandInput,
  RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { TargetTypeEnum } from '@aws-sdk/client-elastic-load-balancing-v2';

/** A target group that is wired to a service. */
export interface GroupSpec {
  readonly type: TargetTypeEnum;
  readonly tags: Readonly<Record<string, string>>;
  readonly attached: boolean;
  readonly deregistrationDelaySeconds: number;
  /** The service's own tasks are among the targets. */
  readonly registersTasks: boolean;
  /** Other addresses that are. */
  readonly registers: readonly string[];
}

/** A service and all that belongs to it, as it is made in moto. */
export interface ServiceSpec {
  readonly name: string;
  readonly cluster: string;
  readonly app: Partial<ContainerDefinition>;
  readonly collector: Partial<ContainerDefinition> | undefined;
  readonly definition: Partial<RegisterTaskDefinitionCommandInput>;
  readonly service: Partial<CreateServiceCommandInput>;
  readonly tags: Readonly<Record<string, string>>;
  readonly assignPublicIp: boolean;
  readonly group: GroupSpec | undefined;
  readonly scaling: { readonly min: number; readonly max: number; readonly suspended: SuspendedState } | undefined;
}

export const PORT = 8080;
const LOGS = {
  logDriver: 'awslogs',
  options: { 'awslogs-group': 'shop', 'awslogs-stream-prefix': 'shop', mode: 'non-blocking' },
} as const;

export const COLLECTOR: ContainerDefinition = {
  name: 'collector',
  image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.43.3',
  cpu: 64,
  memory: 256,
  essential: false,
  readonlyRootFilesystem: true,
  logConfiguration: LOGS,
};

export const APP: ContainerDefinition = {
  name: 'app',
  image: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop:7',
  cpu: 128,
  memory: 256,
  essential: true,
  user: 'app',
  readonlyRootFilesystem: true,
  portMappings: [{ containerPort: PORT, protocol: 'tcp' }],
  healthCheck: { command: ['CMD', '/healthy'] },
  environment: [{ name: 'STAGE', value: 'production' }],
  stopTimeout: 60,
  logConfiguration: LOGS,
};

const wiredGroup = (name: string, cluster: string): GroupSpec => ({
  type: 'ip',
  tags: { 'taskwire:service': `${cluster}/${name}` },
  attached: true,
  deregistrationDelaySeconds: 30,
  registersTasks: true,
  registers: [],
});

/** A service that no tool has anything to say about. */
export const soundService = (name: string, cluster: string, wired: boolean): ServiceSpec => ({
  name,
  cluster,
  app: {},
  collector: {},
  definition: {},
  service: {},
  tags: { 'taskwire:scaling': 'min=1 max=4 cpu=60', 'taskwire:tracing': 'required' },
  assignPublicIp: false,
  group: wired ? wiredGroup(name, cluster) : undefined,
  scaling: {
    min: 1,
    max: 4,
    suspended: {
      DynamicScalingInSuspended: false,
      DynamicScalingOutSuspended: false,
      ScheduledScalingSuspended: false,
    },
  },
});
