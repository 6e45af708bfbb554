import type { DefinedContainer, DefinedNetworkMode, DefinedTask } from '../../shared/core/tracing/definition.ts';

/** A container definition as RegisterTaskDefinition takes it, as far as the tests of tracing write one. */
export interface WrittenContainer {
  readonly name: string;
  readonly image?: string;
  readonly essential?: boolean;
  readonly cpu?: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
  readonly portMappings?: readonly {
    readonly containerPort?: number;
    readonly hostPort?: number;
    readonly protocol?: 'tcp' | 'udp';
  }[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly links?: readonly string[];
  readonly dependsOn?: readonly { readonly containerName: string; readonly condition: string }[];
  readonly healthCheck?: { readonly command: readonly string[] };
  readonly logConfiguration?: { readonly logDriver: string; readonly options?: Readonly<Record<string, string>> };
}

/** A task definition as RegisterTaskDefinition takes it, as far as the tests of tracing write one. */
export interface WrittenTask {
  readonly family: string;
  readonly networkMode?: DefinedNetworkMode;
  readonly requiresCompatibilities?: readonly string[];
  readonly cpu?: string;
  readonly memory?: string;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly containerDefinitions: readonly WrittenContainer[];
}

const containerOf = (written: WrittenContainer, index: number): DefinedContainer => {
  const { name, image, cpu, memory, memoryReservation, healthCheck, logConfiguration } = written;
  return {
    name,
    ...(image !== undefined && { image }),
    essential: written.essential ?? true,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(memoryReservation !== undefined && { memoryReservation }),
    ports: (written.portMappings ?? []).map((port) => ({ protocol: 'tcp', ...port })),
    environment: new Map((written.environment ?? []).map((each) => [each.name, each.value])),
    secrets: (written.secrets ?? []).map((each) => each.name),
    command: written.command ?? [],
    entryPoint: written.entryPoint ?? [],
    links: written.links ?? [],
    dependsOn: (written.dependsOn ?? []).map(({ containerName, condition }) => ({
      container: containerName,
      condition,
    })),
    ...(healthCheck && { healthCheck }),
    ...(logConfiguration && { logDriver: logConfiguration.logDriver }),
    path: ['containerDefinitions', index],
  };
};

/** A written task definition as the rules see it. */
export const definedTaskOf = (written: WrittenTask): DefinedTask => ({
  name: written.family,
  source: 'task-definition',
  networkMode: written.networkMode ?? 'bridge',
  fargate: written.requiresCompatibilities?.includes('FARGATE') ?? false,
  ...(written.cpu !== undefined && { cpu: Number(written.cpu) }),
  ...(written.memory !== undefined && { memory: Number(written.memory) }),
  ...(written.taskRoleArn !== undefined && { taskRole: written.taskRoleArn }),
  ...(written.executionRoleArn !== undefined && { executionRole: written.executionRoleArn }),
  containers: written.containerDefinitions.map(containerOf),
  computed: new Set(),
  path: [],
});
