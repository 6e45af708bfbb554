import type { DefinedNetworkMode } from './definition.ts';
import type { JsonObject } from './json.ts';

/** The collectors that can be attached. */
export type AttachedCollector = 'xray' | 'adot' | 'cloudwatch-agent';

/** Where nobody says which: it takes what the X-Ray SDK sends and OTLP, and is developed on, unlike the X-Ray daemon. */
export const DEFAULT_COLLECTOR: AttachedCollector = 'adot';

/** What is decided about a sidecar apart from its kind. */
export interface SidecarSays {
  readonly name: string;
  readonly image?: string;
  readonly networkMode: DefinedNetworkMode;
}

interface Kind {
  readonly name: string;
  readonly image: string;
  readonly speaksOtlp: boolean;
  readonly more: (networkMode: DefinedNetworkMode) => JsonObject;
}

/** On a bridge the application comes from another address; anywhere else the loopback is enough, and closed to others. */
const agentConfig = (networkMode: DefinedNetworkMode): string => {
  const host = networkMode === 'bridge' ? '0.0.0.0' : '127.0.0.1';
  return JSON.stringify({
    traces: {
      traces_collected: {
        xray: { bind_address: `${host}:2000`, tcp_proxy: { bind_address: `${host}:2000` } },
        otlp: { grpc_endpoint: `${host}:4317`, http_endpoint: `${host}:4318` },
      },
    },
  });
};

const KINDS: Readonly<Record<AttachedCollector, Kind>> = {
  xray: {
    name: 'xray-daemon',
    image: 'public.ecr.aws/xray/aws-xray-daemon:3.x',
    speaksOtlp: false,
    more: () => ({}),
  },
  adot: {
    name: 'aws-otel-collector',
    image: 'public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0',
    speaksOtlp: true,
    // The other configurations of the image have no receiver for the X-Ray SDK.
    more: () => ({ command: ['--config=/etc/ecs/ecs-default-config.yaml'] }),
  },
  'cloudwatch-agent': {
    name: 'cloudwatch-agent',
    image: 'public.ecr.aws/cloudwatch-agent/cloudwatch-agent:1.300062.0b1304',
    speaksOtlp: true,
    more: (networkMode) => ({ environment: [{ name: 'CW_CONFIG_CONTENT', value: agentConfig(networkMode) }] }),
  },
};

/** What the container is called where nobody else is called so. */
export const sidecarName = (collector: AttachedCollector): string => KINDS[collector].name;

/** AWS's own example; https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-ecs.html */
const CPU_UNITS = 32;
const MEMORY_MIB = 256;

/**
 * On a bridge ECS picks a free port of the instance. On host networking the collector takes the instance's own port, and
 * a mapping is how ECS learns to place one such task on each instance. On awsvpc nothing is mapped.
 */
const portsOf = ({ speaksOtlp }: Kind, networkMode: DefinedNetworkMode): readonly JsonObject[] => {
  if (networkMode === 'awsvpc') return [];
  const map = (containerPort: number, protocol: string): JsonObject => ({
    containerPort,
    hostPort: networkMode === 'host' ? containerPort : 0,
    protocol,
  });
  return [map(2000, 'udp'), ...(speaksOtlp ? [map(4317, 'tcp'), map(4318, 'tcp')] : [])];
};

/** The container definition of a collector, members in AWS's order; its log configuration is the task's matter. */
export const sidecarOf = (collector: AttachedCollector, { name, image, networkMode }: SidecarSays): JsonObject => {
  const kind = KINDS[collector];
  const ports = portsOf(kind, networkMode);
  return {
    name,
    image: image ?? kind.image,
    cpu: CPU_UNITS,
    memoryReservation: MEMORY_MIB,
    ...(ports.length > 0 && { portMappings: ports }),
    essential: false,
    ...kind.more(networkMode),
  };
};
