import type { Remark } from '../core/definition/written.ts';
import { printable, quote } from '../core/text.ts';
import type { DefinedContainer, DefinedNetworkMode, DefinedPort } from '../core/tracing/definition.ts';
import { imageNameOf } from '../core/tracing/image.ts';
import type { DocumentPath } from './json-text.ts';
import { found, isRecord, memberOf } from './problem.ts';

/** Stands in a document for what it computes: an intrinsic function of a template, a variable of a Compose file. */
export class Computed {
  /** The text around what is computed, each piece of which is written `${name}`; absent where it is no text. */
  readonly template: string | undefined;

  constructor(template?: string) {
    this.template = template;
  }
}

/** A value of a document, and where it stands: in members as RegisterTaskDefinition calls them. */
export interface Node {
  readonly value: unknown;
  readonly path: DocumentPath;
}

/** How a format writes what RegisterTaskDefinition takes. */
export interface Dialect {
  /** A member's name in this format: `portMappings` → `PortMappings`. */
  readonly spell: (member: string) => string;
  /** Whether text stands for numbers and booleans, too, and they for text: CloudFormation converts, ECS refuses. */
  readonly converts: boolean;
  /** Members that bring more members from elsewhere: what is not written beside them may be there all the same. */
  readonly include?: RegExp;
}

/** Reads values, and remembers what was of the wrong kind and what the document computes. */
export interface Reader {
  readonly refusals: readonly Remark[];
  /** Paths joined by `.`. */
  readonly computed: ReadonlySet<string>;
  readonly member: (node: Node, name: string) => Node;
  readonly text: (node: Node) => string | undefined;
  readonly integer: (node: Node) => number | undefined;
  readonly flag: (node: Node) => boolean | undefined;
  /** The elements that are there; none for what is no list. */
  readonly list: (node: Node) => readonly Node[];
  readonly texts: (node: Node) => readonly string[];
  /** Whether there is an object; anything else that is there is refused. */
  readonly object: (node: Node) => boolean;
  readonly refuse: (node: Pick<Node, 'path'>, found: string, fix: string) => void;
  /** Says that nobody here knows all of it. */
  readonly leaveOpen: (node: Pick<Node, 'path'>) => void;
}

const lastOf = (path: DocumentPath): string => {
  const names = path.filter((part) => typeof part === 'string');
  // A variable's name is the document's own text.
  return printable(names.at(-1) ?? 'the document');
};

/** A reader of one definition. */
export const createReader = ({ spell, converts, include }: Dialect): Reader => {
  const refusals: Remark[] = [];
  const computed = new Set<string>();
  const refuse: Reader['refuse'] = ({ path }, what, fix) => {
    refusals.push({ path, found: what, fix });
  };
  const isAbsent = ({ value, path }: Node): boolean => {
    if (value instanceof Computed) computed.add(path.join('.'));
    return value === undefined || value === null || value instanceof Computed;
  };
  const wrong = (node: Node, expected: string): undefined => {
    refuse(node, `${lastOf(node.path)} must be ${expected}, found ${found(node.value)}.`, `Write ${expected}.`);
  };
  const text: Reader['text'] = (node) => {
    if (isAbsent(node)) return undefined;
    const { value } = node;
    if (typeof value === 'string') return value;
    if (converts && (typeof value === 'number' || typeof value === 'boolean')) return String(value);
    return wrong(node, 'text');
  };
  const list: Reader['list'] = (node) => {
    if (isAbsent(node)) return [];
    if (!Array.isArray(node.value)) return wrong(node, 'a list') ?? [];
    return node.value.flatMap((value: unknown, index): readonly Node[] => {
      if (!(value instanceof Computed)) return [{ value, path: [...node.path, index] }];
      // One element that nobody knows makes the whole list one that nobody knows all of.
      computed.add(node.path.join('.'));
      return [];
    });
  };
  return {
    refusals,
    computed,
    refuse,
    leaveOpen: ({ path }) => {
      computed.add(path.join('.'));
    },
    member: ({ value, path }, name) => {
      const own = value instanceof Computed ? value : memberOf(value, spell(name));
      const open =
        own === undefined &&
        include !== undefined &&
        isRecord(value) &&
        Object.keys(value).some((member) => include.test(member));
      return { value: open ? new Computed() : own, path: [...path, name] };
    },
    text,
    integer: (node) => {
      if (isAbsent(node)) return undefined;
      const { value } = node;
      const number = converts && typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value;
      return typeof number === 'number' && Number.isSafeInteger(number) ? number : wrong(node, 'a whole number');
    },
    flag: (node) => {
      if (isAbsent(node)) return undefined;
      const { value } = node;
      if (typeof value === 'boolean') return value;
      // YAML 1.1, which AWS reads, knows more words than YAML 1.2.
      if (converts && typeof value === 'string' && /^(?:true|yes|on|false|no|off)$/i.test(value)) {
        return /^(?:true|yes|on)$/i.test(value);
      }
      return wrong(node, 'true or false');
    },
    list,
    texts: (node) => list(node).flatMap((each) => text(each) ?? []),
    object: (node) => {
      if (isAbsent(node)) return false;
      if (!isRecord(node.value)) wrong(node, 'an object');
      return isRecord(node.value);
    },
  };
};

/** The image's name, where only registry and tag are computed: what it runs is known, then. */
export const imageOf = (reader: Reader, node: Node): string | undefined => {
  const { value } = node;
  if (!(value instanceof Computed) || value.template === undefined) return reader.text(node);
  const { name } = imageNameOf(value.template.replace(/\$\{[^{}]*\}/g, '$'));
  return name === '' || name.includes('$') ? reader.text(node) : value.template;
};

const MODES: readonly DefinedNetworkMode[] = ['awsvpc', 'bridge', 'host', 'none'];

/** `bridge` where nothing is said, as ECS takes it. */
export const networkModeOf = (reader: Reader, node: Node): DefinedNetworkMode => {
  const text = reader.text(node);
  if (text === undefined || text === '') return 'bridge';
  const mode = MODES.find((each) => each === text);
  if (mode === undefined) reader.refuse(node, `${quote(text, 60)} is no network mode.`, `Use ${MODES.join(', ')}.`);
  return mode ?? 'bridge';
};

/**
 * CPU units or MiB of a task: `256`, `.5 vCPU`, `1024`, `2 GB`.
 * @param unit What a number may be followed by; one of it comes to 1,024 CPU units, or 1,024 MiB.
 */
export const taskSizeOf = (reader: Reader, node: Node, unit: 'vCPU' | 'GB'): number | undefined => {
  const text = reader.text(node);
  if (text === undefined || text === '') return undefined;
  const [, number, named] = /^\s*(\d+|\d*\.\d+)\s*(vcpu|gb)?\s*$/i.exec(text) ?? [];
  if (number !== undefined && (named === undefined || named.toLowerCase() === unit.toLowerCase())) {
    return named === undefined ? Number(number) : Math.round(Number(number) * 1024);
  }
  reader.refuse(
    node,
    `${lastOf(node.path)} of the task must be ${unit === 'GB' ? 'MiB' : 'CPU units'}, found ${quote(text, 60)}.`,
    `Write it such as ${unit === 'GB' ? '"512" or "1 GB"' : '"256" or ".25 vCPU"'}.`,
  );
  return undefined;
};

/** Name or ARN of a role; `true` where the document computes which, or whether: that none is there is not known then. */
export const roleOf = (reader: Reader, node: Node): string | true | undefined => {
  const role = reader.text(node) || undefined;
  return node.value instanceof Computed ? true : role;
};

const portOf = (reader: Reader, node: Node): DefinedPort => {
  const containerPort = reader.integer(reader.member(node, 'containerPort'));
  const hostPort = reader.integer(reader.member(node, 'hostPort'));
  const protocolNode = reader.member(node, 'protocol');
  const protocol = reader.text(protocolNode)?.toLowerCase();
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp') {
    reader.refuse(protocolNode, `${quote(protocol, 60)} is no protocol of a port.`, 'Use tcp or udp.');
  }
  return {
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    ...(containerPort !== undefined && { containerPort }),
    ...(hostPort !== undefined && { hostPort }),
  };
};

/** Name and value pairs; a value that is computed, or not written down, is `undefined`. */
const environmentOf = (reader: Reader, node: Node): ReadonlyMap<string, string | undefined> => {
  const environment = new Map<string, string | undefined>();
  for (const pair of reader.list(node)) {
    if (!reader.object(pair)) continue;
    const name = reader.text(reader.member(pair, 'name'));
    const value = reader.text(reader.member(pair, 'value'));
    if (name !== undefined) environment.set(name, value);
  }
  return environment;
};

/** Options of log drivers whose values are judged; the others' may hold what nobody should read. */
const TOLD_OPTIONS: ReadonlySet<string> = new Set(['mode', 'awslogs-stream-prefix', 'Name', 'name']);

const logOptionsOf = (reader: Reader, node: Node): Readonly<Record<string, string>> | undefined => {
  if (!isRecord(node.value)) return undefined;
  const { value } = reader.member(node, 'options');
  if (value instanceof Computed) return undefined;
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, text]) => [name, typeof text === 'string' && TOLD_OPTIONS.has(name) ? text : '']),
  );
};

/** A container definition, as it stands in task definitions, Dockerrun files and templates. */
const containerOf = (reader: Reader, node: Node): DefinedContainer => {
  const { member, text, integer, flag, list, texts, object } = reader;
  const of = (name: string): Node => member(node, name);
  const image = imageOf(reader, of('image'));
  const cpu = integer(of('cpu'));
  const memory = integer(of('memory'));
  const memoryReservation = integer(of('memoryReservation'));
  const healthCheck = of('healthCheck');
  const logConfiguration = of('logConfiguration');
  const logDriver = object(logConfiguration) ? text(member(logConfiguration, 'logDriver')) : undefined;
  const logOptions = logOptionsOf(reader, logConfiguration);
  const stopTimeoutSeconds = integer(of('stopTimeout'));
  // More variables come out of a file that nobody reads here.
  if (list(of('environmentFiles')).length > 0) reader.leaveOpen(of('environment'));
  return {
    name: text(of('name')) ?? '',
    ...(image !== undefined && { image }),
    essential: flag(of('essential')) ?? true,
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(memoryReservation !== undefined && { memoryReservation }),
    ports: list(of('portMappings')).flatMap((port) => (object(port) ? [portOf(reader, port)] : [])),
    environment: environmentOf(reader, of('environment')),
    secrets: list(of('secrets')).flatMap((secret) => (object(secret) ? (text(member(secret, 'name')) ?? []) : [])),
    command: texts(of('command')),
    entryPoint: texts(of('entryPoint')),
    links: texts(of('links')),
    dependsOn: list(of('dependsOn')).flatMap((each) => {
      if (!object(each)) return [];
      const container = text(member(each, 'containerName'));
      return container === undefined ? [] : [{ container, condition: text(member(each, 'condition')) ?? '' }];
    }),
    ...(object(healthCheck) && { healthCheck: { command: texts(member(healthCheck, 'command')) } }),
    ...(logDriver !== undefined && { logDriver }),
    ...(logOptions !== undefined && { logOptions }),
    ...(isRecord(of('firelensConfiguration').value) && { routesLogs: true }),
    ...(stopTimeoutSeconds !== undefined && { stopTimeoutSeconds }),
    path: node.path,
  };
};

/** A container of which only is known that it may be there. */
const unknownContainer = (path: DocumentPath, index: number): DefinedContainer => ({
  name: `#${index + 1}`,
  essential: true,
  ports: [],
  environment: new Map(),
  secrets: [],
  command: [],
  entryPoint: [],
  links: [],
  dependsOn: [],
  path,
});

/**
 * The containers of a definition. One that the document computes stands among them under its number, its path among
 * the computed ones: it may be anything, a collector, too. What is no object is refused and left out.
 */
export const containersOf = (reader: Reader, node: Node): readonly DefinedContainer[] => {
  const { value, path } = node;
  if (value instanceof Computed) {
    reader.leaveOpen(node);
    return [unknownContainer(path, 0)];
  }
  if (!Array.isArray(value)) {
    reader.list(node);
    return [];
  }
  return value.flatMap((each: unknown, index): readonly DefinedContainer[] => {
    const at = { value: each, path: [...path, index] };
    if (!(each instanceof Computed)) return reader.object(at) ? [containerOf(reader, at)] : [];
    reader.leaveOpen(at);
    return [unknownContainer(at.path, index)];
  });
};

const ENCODER = new TextEncoder();

/** How large a definition is when it is sent: JSON without blanks, in UTF-8 bytes. */
export const bytesOf = (value: unknown): number => ENCODER.encode(JSON.stringify(value) ?? '').length;
