import type { DefinedContainer } from './definition.ts';
import { imageNameOf } from './image.ts';

/** A host and a port. */
export interface Address {
  readonly host: string;
  /** `undefined` where the text has none. */
  readonly port?: number;
}

/** Where a container sends, as far as its environment says. */
export type Destination<Where> =
  /** Nothing is set: the library's default, the loopback. */
  | { readonly kind: 'default' }
  /** A secret, or what the document computes. */
  | { readonly kind: 'computed' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'at'; readonly at: Where };

/** Both of the X-Ray SDK's addresses: segments go over UDP, sampling rules come over TCP. */
export interface DaemonAddress {
  readonly udp: Address;
  readonly tcp: Address;
}

/** A variable as the rules see it. */
type Variable =
  | { readonly kind: 'absent' }
  | { readonly kind: 'computed' }
  | { readonly kind: 'text'; readonly text: string };

const variable = ({ environment, secrets }: DefinedContainer, name: string): Variable => {
  if (secrets.includes(name)) return { kind: 'computed' };
  if (!environment.has(name)) return { kind: 'absent' };
  const text = environment.get(name);
  // Where a value is put together when the document is used, its rest cannot be judged.
  if (text === undefined || text.includes('${')) return { kind: 'computed' };
  return text.trim() === '' ? { kind: 'absent' } : { kind: 'text', text: text.trim() };
};

const textOf = (container: DefinedContainer, name: string): string => {
  const found = variable(container, name);
  return found.kind === 'text' ? found.text.toLowerCase() : '';
};

const has = (container: DefinedContainer, name: string): boolean => variable(container, name).kind !== 'absent';

/** Whether the environment shows that a container uses the X-Ray SDK. */
export const sendsXRay = (container: DefinedContainer): boolean => {
  if (textOf(container, 'AWS_XRAY_SDK_ENABLED') === 'false') return false;
  return [...container.environment.keys(), ...container.secrets].some((name) => name.startsWith('AWS_XRAY_'));
};

const OTLP_VARIABLES = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_PROTOCOL',
  'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
];

const isInstrumentation = (word: string): boolean => word.startsWith('-javaagent:') && word.includes('opentelemetry');

/**
 * Whether the environment shows that a container sends traces by OTLP.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const sendsOtlp = (container: DefinedContainer): boolean => {
  if (textOf(container, 'OTEL_SDK_DISABLED') === 'true') return false;
  const exporters = variable(container, 'OTEL_TRACES_EXPORTER');
  if (exporters.kind === 'text')
    return exporters.text
      .toLowerCase()
      .split(/\s*,\s*/)
      .includes('otlp');
  return (
    OTLP_VARIABLES.some((name) => has(container, name)) ||
    textOf(container, 'JAVA_TOOL_OPTIONS').split(/\s+/).some(isInstrumentation) ||
    textOf(container, 'NODE_OPTIONS').includes('opentelemetry')
  );
};

const PORT = /^\d{1,5}$/;

const addressOf = (text: string): Address | undefined => {
  const colon = text.lastIndexOf(':');
  const [host, port] = [text.slice(0, colon), text.slice(colon + 1)];
  if (colon <= 0 || !PORT.test(port) || Number(port) > 65_535 || /[\s/]/.test(host)) return undefined;
  return { host: host.toLowerCase(), port: Number(port) };
};

/**
 * Reads `AWS_XRAY_DAEMON_ADDRESS` in both of its spellings: `host:port`, and `tcp:host:port udp:host:port` in either
 * order.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-sdk-nodejs-configuration.html
 */
export const daemonAddressOf = (container: DefinedContainer): Destination<DaemonAddress> => {
  const found = variable(container, 'AWS_XRAY_DAEMON_ADDRESS');
  if (found.kind !== 'text') return { kind: found.kind === 'absent' ? 'default' : 'computed' };
  const parts = found.text.split(/\s+/);
  const [only = ''] = parts;
  if (parts.length === 1) {
    const both = /^(udp|tcp):.*:/i.test(only) ? undefined : addressOf(only);
    return both === undefined ? { kind: 'malformed' } : { kind: 'at', at: { udp: both, tcp: both } };
  }
  const of = (protocol: string): Address | undefined => {
    const part = parts.find((each) => each.toLowerCase().startsWith(`${protocol}:`));
    return part === undefined ? undefined : addressOf(part.slice(protocol.length + 1));
  };
  const [udp, tcp] = [of('udp'), of('tcp')];
  if (parts.length !== 2 || udp === undefined || tcp === undefined) return { kind: 'malformed' };
  return { kind: 'at', at: { udp, tcp } };
};

/** Where a container's exporter sends traces by OTLP: the endpoint for traces wins over the one for all. */
export const otlpEndpointOf = (container: DefinedContainer): Destination<Address> => {
  const traces = variable(container, 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT');
  const found = traces.kind === 'absent' ? variable(container, 'OTEL_EXPORTER_OTLP_ENDPOINT') : traces;
  if (found.kind !== 'text') return { kind: found.kind === 'absent' ? 'default' : 'computed' };
  const [, host, port] =
    /^(?:[a-z]+:\/\/)?(\[[0-9a-f:]+\]|[^\s:/@]+)(?::(\d{1,5}))?(?:\/\S*)?$/i.exec(found.text) ?? [];
  if (host === undefined) return { kind: 'malformed' };
  return { kind: 'at', at: { host: host.toLowerCase(), ...(port !== undefined && { port: Number(port) }) } };
};

/** The protocol that a container's exporter is told to use; `undefined` where it is the library's default. */
export const otlpProtocolOf = (container: DefinedContainer): 'grpc' | 'http' | undefined => {
  const told =
    textOf(container, 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL') || textOf(container, 'OTEL_EXPORTER_OTLP_PROTOCOL');
  if (told === 'grpc') return 'grpc';
  return told.startsWith('http/') ? 'http' : undefined;
};

/** Programs that stand beside an application and are not traced: log routers, proxies, agents of other makers. */
const COMPANIONS: ReadonlySet<string> = new Set([
  'aws-for-fluent-bit',
  'fluent-bit',
  'fluentd',
  'vector',
  'envoy',
  'aws-appmesh-envoy',
  'aws-appmesh-proxy-route-manager',
  'amazon-ecs-service-connect-agent',
  'aws-guardduty-agent-fargate',
  'aws-guardduty-agent',
  'amazon-ssm-agent',
  'datadog-agent',
  'newrelic-infra',
  'statsd-exporter',
]);

/** Whether a container is known to stand beside the application: it starts, runs and dies without being traced. */
export const isCompanion = ({ name, image }: DefinedContainer): boolean => {
  if (/^(aws-guardduty-agent-|ecs-service-connect-)/.test(name)) return true;
  if (image === undefined) return false;
  const of = imageNameOf(image);
  return COMPANIONS.has(of.name) || of.path === 'datadog/agent';
};
