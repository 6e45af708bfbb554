import type { Remark, WrittenTask } from '../core/definition/written.ts';
import type { DefinedContainer, DefinedPort } from '../core/tracing/definition.ts';
import {
  bytesOf,
  Computed,
  createReader,
  imageOf,
  type Node,
  networkModeOf,
  type Reader,
  roleOf,
  taskSizeOf,
} from './definition-reader.ts';
import type { DocumentPath } from './json-text.ts';
import { isRecord, memberOf } from './problem.ts';

/** Names under which Docker looks for a Compose file, and those of its overrides. */
export const COMPOSE_NAME = /^(?:docker-)?compose(?:\.[\w-]+)?\.ya?ml$/i;

/** Whether a document is a Compose file. Version 1 has its services at the root: only the file's name tells it. */
export const isCompose = (value: unknown, name: string): boolean =>
  isRecord(memberOf(value, 'services')) || (COMPOSE_NAME.test(name) && isRecord(value));

/** Whether a document is an `ecs-params.yml`. */
export const isEcsParams = (value: unknown): boolean =>
  isRecord(memberOf(value, 'task_definition')) || isRecord(memberOf(value, 'run_params'));

/** What a Compose file calls the members of a container definition; one that is not here has the same name. */
const SPELLING: ReadonlyMap<string, string> = new Map([
  ['containerDefinitions', 'services'],
  ['portMappings', 'ports'],
  ['entryPoint', 'entrypoint'],
  ['cpu', 'cpu_shares'],
  ['memory', 'mem_limit'],
  ['memoryReservation', 'mem_reservation'],
  ['dependsOn', 'depends_on'],
  ['healthCheck', 'healthcheck'],
  ['logConfiguration', 'logging'],
  ['logDriver', 'driver'],
  ['stopTimeout', 'stop_grace_period'],
]);

const spell = (member: string): string => SPELLING.get(member) ?? member;

/** What `ecs-params.yml` calls the members of a task definition. */
const PARAMS: ReadonlyMap<string, readonly string[]> = new Map([
  ['networkMode', ['ecs_network_mode']],
  ['taskRoleArn', ['task_role_arn']],
  ['executionRoleArn', ['task_execution_role']],
  ['cpu', ['task_size', 'cpu_limit']],
  ['memory', ['task_size', 'mem_limit']],
]);

/** Where a path of a Compose task leads: into the Compose file, or into the `ecs-params.yml` beside it. */
export const placeOf = (path: DocumentPath): { readonly in: 'compose' | 'params'; readonly path: DocumentPath } => {
  const [first, second] = path;
  if (first === 'task_definition') return { in: 'params', path };
  const param = typeof first === 'string' && second === undefined ? PARAMS.get(first) : undefined;
  if (param !== undefined) return { in: 'params', path: ['task_definition', ...param] };
  // A service may be called like a member; its name is no member.
  const nameAt = first === 'services' || first === 'containerDefinitions' ? 1 : 0;
  const spelt = path.map((part, at) => (typeof part === 'number' || at === nameAt ? part : spell(part)));
  return { in: 'compose', path: spelt };
};

// A brace that never closes must not send every other one to the end of the text.
const VARIABLE = /\$(?:\$|\{[^{}]*\}|[A-Za-z_]\w*)/g;

/** Variables come from the shell of whoever deploys: text with one in it is computed. `$$` stands for a dollar sign. */
const interpolated = (value: unknown): unknown => {
  if (typeof value === 'string') {
    let isComputed = false;
    const text = value.replace(VARIABLE, (match) => {
      if (match === '$$') return '$';
      isComputed = true;
      return `\${${/\w+/.exec(match)?.[0] ?? ''}}`;
    });
    return isComputed ? new Computed(text) : text;
  }
  if (Array.isArray(value)) return value.map(interpolated);
  if (!isRecord(value)) return value;
  // `!reset`, `!override` and the like.
  const [first] = Object.keys(value);
  if (first?.startsWith('Fn::') || first === 'Ref') return new Computed();
  return Object.fromEntries(Object.entries(value).map(([key, each]): [string, unknown] => [key, interpolated(each)]));
};

/** Words of a shell's line: quotes keep blanks, a backslash keeps what follows. */
const wordsOf = (line: string): readonly string[] =>
  Array.from(line.matchAll(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+/g), ([word]) =>
    word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double?: string, single?: string, escaped?: string) =>
      double !== undefined ? double.replace(/\\(["\\$`])/g, '$1') : (single ?? escaped ?? ''),
    ),
  );

const commandOf = (reader: Reader, node: Node): readonly string[] =>
  Array.isArray(node.value) ? reader.texts(node) : wordsOf(reader.text(node) ?? '');

const UNITS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `512m`, `1gb`, or bytes, in MiB. */
const memoryOf = (reader: Reader, node: Node): number | undefined => {
  const text = reader.text(node);
  if (text === undefined) return undefined;
  const [, number, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([bkmg])?(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (number !== undefined) return Math.floor((Number(number) * (UNITS[unit.toLowerCase()] ?? 1)) / 2 ** 20);
  reader.refuse(node, `${String(node.path.at(-1))} is no amount of memory.`, 'Write it such as 256m or 1g.');
  return undefined;
};

const MOST_RANGE = 100;

/** `2000`, `2000/udp`, `2000:2000/udp`, `127.0.0.1:8080:80`, `3000-3005:3000-3005`; the form with members, too. */
const portsOf = (reader: Reader, node: Node): readonly DefinedPort[] =>
  reader.list(node).flatMap((each): readonly DefinedPort[] => {
    if (isRecord(each.value)) {
      const containerPort = reader.integer(reader.member(each, 'target'));
      const hostPort = reader.integer(reader.member(each, 'published'));
      const protocol = reader.text(reader.member(each, 'protocol')) === 'udp' ? 'udp' : 'tcp';
      return [
        {
          protocol,
          ...(containerPort !== undefined && { containerPort }),
          ...(hostPort !== undefined && { hostPort }),
        },
      ];
    }
    const text = reader.text(each);
    if (text === undefined) return [];
    const [, host, hostEnd, from, to, udp] =
      /^(?:(?:[^:]*:|\[[^\]]*\]:)?(?:(\d+)(?:-(\d+))?)?:)?(\d+)(?:-(\d+))?(?:\/(?:tcp|(udp)))?$/i.exec(text) ?? [];
    if (from === undefined) {
      reader.refuse(each, 'This is no port mapping.', 'Write it such as "8080:80" or "2000:2000/udp".');
      return [];
    }
    const protocol = udp === undefined ? 'tcp' : 'udp';
    const last = Number(to ?? from);
    const count = last - Number(from) + 1;
    const isPaired = host === undefined || Number(hostEnd ?? host) - Number(host) + 1 === count;
    if (count < 1 || count > MOST_RANGE || !isPaired) return [{ protocol }];
    return Array.from({ length: count }, (_, index) => ({
      containerPort: Number(from) + index,
      protocol,
      ...(host !== undefined && { hostPort: Number(host) + index }),
    }));
  });

/** A list of `NAME=value`, or an object; a name without a value takes the one of whoever deploys. */
const environmentOf = (reader: Reader, node: Node): ReadonlyMap<string, string | undefined> => {
  const environment = new Map<string, string | undefined>();
  if (isRecord(node.value) && !(node.value instanceof Computed)) {
    for (const name of Object.keys(node.value)) {
      environment.set(name, reader.text({ value: memberOf(node.value, name), path: [...node.path, name] }));
    }
    return environment;
  }
  for (const text of Array.isArray(node.value) ? node.value : []) {
    // The name is known even where the value has a variable in it.
    const whole = text instanceof Computed ? text.template : text;
    const [, name, value] = /^([^=$]+)(?:=([\s\S]*))?$/.exec(typeof whole === 'string' ? whole : '') ?? [];
    if (name === undefined) reader.leaveOpen(node);
    else environment.set(name, text instanceof Computed ? undefined : value);
  }
  return environment;
};

const healthCheckOf = (reader: Reader, node: Node): readonly string[] | undefined => {
  if (node.value === undefined || !reader.object(node)) return undefined;
  const test = reader.member(node, 'test');
  if (Array.isArray(test.value)) return reader.texts(test);
  const text = reader.text(test);
  return text === undefined ? undefined : ['CMD-SHELL', text];
};

const serviceOf = (reader: Reader, params: Reader, node: Node, param: Node, name: string): DefinedContainer => {
  const of = (member: string): Node => reader.member(node, member);
  const own = (member: string): Node => params.member(param, member);
  const image = imageOf(reader, of('image'));
  // What stands in ecs-params.yml wins, as the ECS command line merges the two.
  const cpu = params.integer(own('cpu_shares')) ?? reader.integer(of('cpu'));
  const memory = memoryOf(params, own('mem_limit')) ?? memoryOf(reader, of('memory'));
  const memoryReservation = memoryOf(params, own('mem_reservation')) ?? memoryOf(reader, of('memoryReservation'));
  const logging = own('logging').value === undefined ? of('logConfiguration') : own('logging');
  const healthCheck = healthCheckOf(params, own('healthcheck')) ?? healthCheckOf(reader, of('healthCheck'));
  const logDriver = reader.object(logging)
    ? reader.text(reader.member(logging, 'logDriver'))
    : reader.text(reader.member(node, 'log_driver'));
  const envFile = of('env_file').value;
  if (envFile !== undefined && envFile !== null) reader.leaveOpen(of('environment'));
  return {
    name,
    ...(image !== undefined && { image }),
    essential: params.flag(own('essential')) ?? true,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(memoryReservation !== undefined && { memoryReservation }),
    ports: portsOf(reader, of('portMappings')),
    environment: environmentOf(reader, of('environment')),
    secrets: params.list(own('secrets')).flatMap((secret) => {
      const secretName = params.text(params.member(secret, 'name'));
      return secretName === undefined ? [] : [secretName];
    }),
    command: commandOf(reader, of('command')),
    entryPoint: commandOf(reader, of('entryPoint')),
    links: reader.texts(of('links')),
    dependsOn: params.list(own('depends_on')).flatMap((each) => {
      const container = params.text(params.member(each, 'container_name'));
      return container === undefined
        ? []
        : [{ container, condition: params.text(params.member(each, 'condition')) ?? '' }];
    }),
    ...(healthCheck !== undefined && { healthCheck: { command: healthCheck } }),
    ...(logDriver !== undefined && { logDriver }),
    path: node.path,
  };
};

/** Members of a version 1 file that are no services. */
const NO_SERVICES: readonly string[] = ['version', 'name', 'networks', 'volumes', 'configs', 'secrets', 'include'];

/**
 * Reads a Compose file with the `ecs-params.yml` beside it, as the ECS command line does: one task whose containers are
 * the services. Compose members that it does not know (`depends_on`, `deploy`, `networks`) are passed over.
 *
 * The launch type is said at deployment. A task of `awsvpc` with both sizes counts as one for Fargate, which asks for
 * exactly that.
 * @param ecsParams The document, where there is one.
 */
export const parseCompose = (value: unknown, ecsParams: unknown, file: string): readonly WrittenTask[] => {
  const reader = createReader({ spell, converts: true });
  const params = createReader({ spell: (member) => member, converts: true });
  const whole = interpolated(value);
  const declared = memberOf(whole, 'services');
  const isFirst = declared === undefined;
  const services = isFirst
    ? Object.fromEntries(
        Object.entries(isRecord(whole) ? whole : {}).filter(
          ([name]) => !NO_SERVICES.includes(name) && !name.startsWith('x-'),
        ),
      )
    : declared;
  const servicesNode: Node = { value: services, path: isFirst ? [] : ['services'] };
  const definition: Node = { value: memberOf(interpolated(ecsParams), 'task_definition'), path: ['task_definition'] };
  const param = (name: string): Node => params.member(definition, name);
  const size = param('task_size');
  const names = reader.object(servicesNode) && isRecord(services) ? Object.keys(services) : [];
  const containers = names.flatMap((name): readonly DefinedContainer[] => {
    const node = { value: memberOf(services, name), path: [...servicesNode.path, name] };
    const own = params.member(param('services'), name);
    return reader.object(node) ? [serviceOf(reader, params, node, own, name)] : [];
  });
  const networkMode = networkModeOf(params, param('ecs_network_mode'));
  const cpu = taskSizeOf(params, params.member(size, 'cpu_limit'), 'vCPU');
  const memory = taskSizeOf(params, params.member(size, 'mem_limit'), 'GB');
  const taskRole = roleOf(params, param('task_role_arn'));
  const executionRole = roleOf(params, param('task_execution_role'));
  const task = {
    name: file,
    source: 'compose' as const,
    networkMode,
    fargate: networkMode === 'awsvpc' && cpu !== undefined && memory !== undefined,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(taskRole !== undefined && { taskRole }),
    ...(executionRole !== undefined && { executionRole }),
    containers,
    computed: new Set([
      ...reader.computed,
      ...Object.entries(PARAMS).flatMap(([member, keys]) =>
        params.computed.has(['task_definition', ...keys].join('.')) ? [member] : [],
      ),
    ]),
    path: [],
  };
  const refusals: readonly Remark[] = [...reader.refusals, ...params.refusals];
  return [{ task, bytes: bytesOf(whole), refusals, notes: [] }];
};
