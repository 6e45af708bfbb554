import type { TaskDefinitionSpec } from './ecs.ts';
import { AwsError } from './errors.ts';
import type { EcsContainerDefinition, EcsPortMapping } from './shapes.ts';

type Members = Readonly<Record<string, unknown>>;

/** What RegisterTaskDefinition takes, besides what the spec has members for. */
const OTHERS = [
  'volumes',
  'placementConstraints',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'inferenceAccelerators',
  'ephemeralStorage',
  'runtimePlatform',
  'enableFaultInjection',
] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...OTHERS,
  ...['family', 'networkMode', 'containerDefinitions', 'cpu', 'memory', 'taskRoleArn', 'executionRoleArn'],
  ...['requiresCompatibilities', 'tags'],
]);
const MODES = ['awsvpc', 'bridge', 'host', 'none'] as const;

const refused = (message: string): AwsError =>
  new AwsError('ClientException', 'ClientException', message, { statusCode: 400 });

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const listOf = (value: unknown, name: string): readonly Members[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refused(`${name} should be a list.`);
  return value.map((each: unknown) => {
    if (!isMembers(each)) throw refused(`${name} should hold objects.`);
    return each;
  });
};

const textOf = (members: Members, name: string): string | undefined => {
  const value = members[name];
  if (value !== undefined && typeof value !== 'string') throw refused(`${name} should be a string.`);
  return value;
};

const given = <Name extends string>(name: Name, value: string | undefined): { readonly [N in Name]?: string } => {
  const told: { [N in Name]?: string } = {};
  if (value !== undefined) told[name] = value;
  return told;
};

const numberOf = (members: Members, name: string): number | undefined => {
  const value = members[name];
  return typeof value === 'number' ? value : undefined;
};

/** On awsvpc and host a container's port is the instance's or the task's own. */
const portOf = (port: Members, networkMode: string): EcsPortMapping => {
  const containerPort = numberOf(port, 'containerPort');
  const hostPort = numberOf(port, 'hostPort') ?? (networkMode === 'bridge' ? 0 : containerPort);
  return {
    ...port,
    ...(containerPort !== undefined && { containerPort }),
    ...(hostPort !== undefined && { hostPort }),
    protocol: port.protocol === 'udp' ? 'udp' : 'tcp',
  };
};

/** A container with the defaults that ECS writes down. */
const containerOf = (container: Members, networkMode: string): EcsContainerDefinition => {
  const name = textOf(container, 'name');
  const image = textOf(container, 'image');
  if (!name || !image) throw refused('Container.name and Container.image should not be null or empty.');
  return {
    cpu: 0,
    environment: [],
    mountPoints: [],
    volumesFrom: [],
    systemControls: [],
    ...container,
    name,
    image,
    essential: container.essential !== false,
    portMappings: listOf(container.portMappings, 'portMappings').map((port) => portOf(port, networkMode)),
  };
};

/**
 * What RegisterTaskDefinition makes of a request.
 * @throws {AwsError} For a member that ECS alone writes or does not know, a name that is taken twice, no containers.
 * Not modelled: most of what ECS checks, among it roles, sizes and quotas.
 */
export const registeredDefinition = (input: Members): TaskDefinitionSpec => {
  for (const member of Object.keys(input)) {
    if (!KNOWN.has(member)) throw refused(`Unknown parameter in input: "${member}".`);
  }
  const family = textOf(input, 'family');
  if (family === undefined || !/^[A-Za-z0-9_-]{1,255}$/.test(family)) throw refused('Invalid family.');
  const mode = textOf(input, 'networkMode') ?? 'bridge';
  const networkMode = MODES.find((each) => each === mode);
  if (networkMode === undefined) throw refused(`Invalid network mode ${mode}.`);
  const containers = listOf(input.containerDefinitions, 'containerDefinitions').map((each) =>
    containerOf(each, networkMode),
  );
  if (containers.length === 0) throw refused('Container list cannot be empty.');
  if (new Set(containers.map(({ name }) => name)).size < containers.length) {
    throw refused('Container names should be unique.');
  }
  if (!containers.some(({ essential }) => essential)) {
    throw refused('Invalid setting for container. At least one container in a task definition must be essential.');
  }
  const compatibilities = input.requiresCompatibilities;
  return {
    family,
    networkMode,
    containers,
    ...given('cpu', textOf(input, 'cpu')),
    ...given('memory', textOf(input, 'memory')),
    ...given('taskRoleArn', textOf(input, 'taskRoleArn')),
    ...given('executionRoleArn', textOf(input, 'executionRoleArn')),
    ...(Array.isArray(compatibilities) && { requiresCompatibilities: compatibilities.map(String) }),
    tags: Object.fromEntries(
      listOf(input.tags, 'tags').map((tag) => [textOf(tag, 'key') ?? '', textOf(tag, 'value') ?? '']),
    ),
    others: Object.fromEntries(OTHERS.flatMap((name) => (input[name] === undefined ? [] : [[name, input[name]]]))),
  };
};
