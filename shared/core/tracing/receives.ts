import type { CollectorKind } from './collectors.ts';
import type { DefinedContainer } from './definition.ts';
import { isList, memberOf, membersOf, type Outline, outlineOf } from './outline.ts';

/** What a collector can receive traces by. */
export type Receiver = 'xray-udp' | 'xray-tcp' | 'otlp-grpc' | 'otlp-http';

/** Who can reach a listener: everybody on the network, only its own network namespace, or nobody can tell. */
export type Bound = 'all' | 'loopback' | 'unknown';

/** One socket on which a collector waits for traces. */
export interface Listener {
  readonly receiver: Receiver;
  readonly port: number;
  readonly bound: Bound;
}

/** What a collector receives, or that its configuration cannot be read (it is elsewhere, computed, or not plain). */
export type Reception = { readonly known: true; readonly listeners: readonly Listener[] } | { readonly known: false };

const UNKNOWN: Reception = { known: false };
const known = (listeners: readonly Listener[]): Reception => ({ known: true, listeners });

/** `0.0.0.0:2000`, `[::]:2000`, `:2000`, `localhost:2000`. */
const listenerAt = (receiver: Receiver, address: string): Listener | undefined => {
  const [, host = '', digits] = /^(?:[a-z]+:\/\/)?(.*):(\d{1,5})$/.exec(address.trim()) ?? [];
  if (digits === undefined) return undefined;
  return { receiver, port: Number(digits), bound: boundOf(host) };
};

const boundOf = (host: string): Bound => {
  if (['', '0.0.0.0', '::', '[::]'].includes(host)) return 'all';
  return /^(127\.[\d.]+|localhost|\[?::1\]?)$/.test(host) ? 'loopback' : 'unknown';
};

/** Words of entry point and command, also where a shell gets them in one. */
const wordsOf = (texts: readonly string[]): readonly string[] =>
  texts.flatMap((text) => text.split(/\s+/)).filter(Boolean);

/** A flag's last value, as in `-b x`, `-b=x`, `--bind x`, `--bind=x`. */
const flagOf = (words: readonly string[], ...names: readonly string[]): string | undefined => {
  let value: string | undefined;
  for (const [at, word] of words.entries()) {
    const name = names.find((each) => word === each || word.startsWith(`${each}=`));
    if (name !== undefined) value = word === name ? words[at + 1] : word.slice(name.length + 1);
  }
  return value;
};

/**
 * The official image begins with `-t 0.0.0.0:2000 -b 0.0.0.0:2000`, and the command's flags win over these; an entry
 * point of one's own takes them away, and the daemon's own default is the loopback.
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-configuration.html
 */
const daemonReceives = ({ entryPoint, command }: DefinedContainer): Reception => {
  const words = wordsOf([...entryPoint, ...command]);
  const otherwise = entryPoint.length === 0 ? '0.0.0.0:2000' : '127.0.0.1:2000';
  const udp = flagOf(words, '-b', '--bind');
  const tcp = flagOf(words, '-t', '--bind-tcp');
  if (flagOf(words, '-c', '--config') !== undefined && (udp === undefined || tcp === undefined)) return UNKNOWN;
  const listeners = [listenerAt('xray-udp', udp ?? otherwise), listenerAt('xray-tcp', tcp ?? otherwise)];
  return listeners.includes(undefined) ? UNKNOWN : known(listeners.filter((each) => each !== undefined));
};

const OTLP: readonly Listener[] = [
  { receiver: 'otlp-grpc', port: 4317, bound: 'all' },
  { receiver: 'otlp-http', port: 4318, bound: 'all' },
];
/** The receiver also opens TCP 2000 for sampling rules, on an address that differs between versions. */
const XRAY: readonly Listener[] = [
  { receiver: 'xray-udp', port: 2000, bound: 'all' },
  { receiver: 'xray-tcp', port: 2000, bound: 'unknown' },
];

/**
 * What the configurations in the image receive traces by; the ones without traces receive OTLP for metrics only.
 * https://github.com/aws-observability/aws-otel-collector/tree/main/config/ecs
 */
const ADOT_FILES: Readonly<Record<string, readonly Listener[]>> = {
  '/etc/ecs/ecs-default-config.yaml': [...OTLP, ...XRAY],
  '/etc/ecs/container-insights/otel-task-metrics-config.yaml': [...OTLP, ...XRAY],
  '/etc/ecs/ecs-xray.yaml': OTLP,
  '/etc/ecs/ecs-cloudwatch-xray.yaml': OTLP,
  '/etc/ecs/ecs-amp-xray.yaml': OTLP,
  '/etc/ecs/ecs-amp-xray-prometheus.yaml': OTLP,
  '/etc/ecs/ecs-cloudwatch.yaml': [],
  '/etc/ecs/ecs-amp.yaml': [],
  '/etc/ecs/ecs-amp-prometheus.yaml': [],
  '/etc/ecs/otel-instance-metrics-config.yaml': [],
};

/** A variable's text; `undefined` where there is none, `null` where it is computed or a secret. */
const variable = ({ environment, secrets }: DefinedContainer, name: string): string | null | undefined => {
  if (secrets.includes(name)) return null;
  return environment.has(name) ? (environment.get(name) ?? null) : undefined;
};

/** Endpoints default to the loopback in new versions and to all addresses in old ones. */
const endpointOf = (receiver: Receiver, config: Outline, port: number): Listener | undefined => {
  const endpoint = memberOf(config, 'endpoint');
  if (endpoint === undefined || endpoint === '') return { receiver, port, bound: 'unknown' };
  return typeof endpoint === 'string' ? listenerAt(receiver, endpoint) : undefined;
};

/** Listeners of one receiver of a collector's configuration; `undefined` where one cannot be read. */
const listenersOf = (name: string, config: Outline): readonly Listener[] | undefined => {
  const kind = name.split('/')[0];
  const listeners: (Listener | undefined)[] = [];
  if (kind === 'awsxray') {
    listeners.push(endpointOf('xray-udp', config, 2000));
    listeners.push(endpointOf('xray-tcp', memberOf(config, 'proxy_server') ?? '', 2000));
  }
  if (kind === 'otlp') {
    for (const [protocol, settings] of membersOf(memberOf(config, 'protocols'))) {
      if (protocol === 'grpc') listeners.push(endpointOf('otlp-grpc', settings, 4317));
      if (protocol === 'http') listeners.push(endpointOf('otlp-http', settings, 4318));
    }
  }
  return listeners.includes(undefined) ? undefined : listeners.filter((each) => each !== undefined);
};

/** Receivers count where a pipeline of traces takes from them; all others are metrics and logs. */
const configurationReceives = (text: string): Reception => {
  const outline = outlineOf(text);
  const pipelines = memberOf(outline, 'service', 'pipelines');
  const receivers = membersOf(memberOf(outline, 'receivers'));
  if (pipelines === undefined || receivers.length === 0) return UNKNOWN;
  const taken = new Set<Outline>();
  for (const [name, pipeline] of membersOf(pipelines)) {
    if (name.split('/')[0] !== 'traces') continue;
    const from = memberOf(pipeline, 'receivers');
    if (from === undefined || !isList(from)) return UNKNOWN;
    for (const each of from) taken.add(each);
  }
  const listeners = receivers.filter(([name]) => taken.has(name)).map(([name, config]) => listenersOf(name, config));
  return listeners.includes(undefined) ? UNKNOWN : known(listeners.flatMap((each) => each ?? []));
};

/**
 * The AWS distribution takes its configuration from `AOT_CONFIG_CONTENT` where that is set, else from `--config`; both
 * read `--config=env:NAME` and `--config=yaml:…`.
 */
const openTelemetryReceives = (container: DefinedContainer, kind: 'adot' | 'opentelemetry'): Reception => {
  const content = kind === 'adot' ? variable(container, 'AOT_CONFIG_CONTENT') : undefined;
  if (content === null) return UNKNOWN;
  if (content !== undefined && content.trim() !== '') return configurationReceives(content);
  const words = wordsOf([...container.entryPoint, ...container.command]);
  const file = flagOf(words, '--config');
  if (file === undefined) {
    // The image's own file: of OpenTelemetry's distributions it receives OTLP on every address; AWS's has changed.
    return kind === 'opentelemetry' && container.command.length === 0 ? known(OTLP) : UNKNOWN;
  }
  if (words.filter((word) => word.startsWith('--config')).length > 1) return UNKNOWN;
  if (file.startsWith('env:')) {
    const text = variable(container, file.slice('env:'.length));
    return text === null || text === undefined ? UNKNOWN : configurationReceives(text);
  }
  const listeners = kind === 'adot' && Object.hasOwn(ADOT_FILES, file) ? ADOT_FILES[file] : undefined;
  return listeners === undefined ? UNKNOWN : known(listeners);
};

/** A text of the agent's configuration, or its default. */
const agentListener = (receiver: Receiver, address: Outline | undefined, otherwise: string): Listener | undefined =>
  listenerAt(receiver, typeof address === 'string' && address !== '' ? address : otherwise);

/**
 * The agent listens to what `traces_collected` names, on 127.0.0.1 unless it is told otherwise.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
 */
const agentReceives = (container: DefinedContainer): Reception => {
  const content = variable(container, 'CW_CONFIG_CONTENT');
  if (content === null || content === undefined) return UNKNOWN;
  const outline = outlineOf(content);
  if (outline === undefined || !content.trimStart().startsWith('{')) return UNKNOWN;
  const collected = memberOf(outline, 'traces', 'traces_collected');
  const listeners: (Listener | undefined)[] = [];
  const xray = memberOf(collected, 'xray');
  if (xray !== undefined) {
    listeners.push(agentListener('xray-udp', memberOf(xray, 'bind_address'), '127.0.0.1:2000'));
    listeners.push(agentListener('xray-tcp', memberOf(xray, 'tcp_proxy', 'bind_address'), '127.0.0.1:2000'));
  }
  const otlp = memberOf(collected, 'otlp');
  for (const each of otlp === undefined ? [] : isList(otlp) ? otlp : [otlp]) {
    listeners.push(agentListener('otlp-grpc', memberOf(each, 'grpc_endpoint'), '127.0.0.1:4317'));
    listeners.push(agentListener('otlp-http', memberOf(each, 'http_endpoint'), '127.0.0.1:4318'));
  }
  if (memberOf(collected, 'application_signals') !== undefined) {
    listeners.push(
      { receiver: 'otlp-grpc', port: 4315, bound: 'all' },
      { receiver: 'otlp-http', port: 4316, bound: 'all' },
    );
  }
  return listeners.includes(undefined) ? UNKNOWN : known(listeners.filter((each) => each !== undefined));
};

/**
 * What a collector receives traces by, and who can reach it, from its command, entry point and environment. Files in an
 * image of one's own, secrets and whatever the document computes are unknown.
 */
export const receivesOf = (container: DefinedContainer, kind: CollectorKind): Reception => {
  switch (kind) {
    case 'xray':
      return daemonReceives(container);
    case 'cloudwatch-agent':
      return agentReceives(container);
    default:
      return openTelemetryReceives(container, kind);
  }
};
