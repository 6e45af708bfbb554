import type { WrittenTask } from '../core/definition/written.ts';
import type { DefinedTask } from '../core/tracing/definition.ts';
import { READ_ONLY } from '../core/tracing/reshape.ts';
import {
  bytesOf,
  containersOf,
  createReader,
  type Dialect,
  type Node,
  networkModeOf,
  type Reader,
  roleOf,
  taskSizeOf,
} from './definition-reader.ts';
import { isRecord, memberOf } from './problem.ts';

const AS_REGISTERED: Dialect = { spell: (member) => member, converts: false };

/** Whether the launch types name Fargate; text of any case, as some tools write it. */
const isFargate = (reader: Reader, node: Node): boolean =>
  reader.texts(node).some((each) => each.toUpperCase() === 'FARGATE');

/** A definition by its members, in whatever dialect the reader reads. */
export const definedTaskOf = (reader: Reader, node: Node, about: Pick<DefinedTask, 'name' | 'source'>): DefinedTask => {
  const of = (name: string): Node => reader.member(node, name);
  const cpu = taskSizeOf(reader, of('cpu'), 'vCPU');
  const memory = taskSizeOf(reader, of('memory'), 'GB');
  const taskRole = roleOf(reader, of('taskRoleArn'));
  const executionRole = roleOf(reader, of('executionRoleArn'));
  return {
    ...about,
    networkMode: networkModeOf(reader, of('networkMode')),
    fargate: isFargate(reader, of('requiresCompatibilities')),
    ...(cpu !== undefined && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(taskRole !== undefined && { taskRole }),
    ...(executionRole !== undefined && { executionRole }),
    containers: containersOf(reader, of('containerDefinitions')),
    computed: reader.computed,
    path: node.path,
  };
};

/** Whether a document is a task definition: as it is registered, or as `aws ecs describe-task-definition` answers. */
export const isTaskDefinition = (value: unknown): boolean =>
  memberOf(value, 'containerDefinitions') !== undefined ||
  memberOf(memberOf(value, 'taskDefinition'), 'containerDefinitions') !== undefined;

/**
 * Reads a task definition as it stands in files, or as `aws ecs describe-task-definition` answers.
 * @param file Its name, where the definition has no family.
 */
export const parseTaskDefinition = (value: unknown, file: string): readonly WrittenTask[] => {
  const reader = createReader(AS_REGISTERED);
  const isDescribed = memberOf(value, 'containerDefinitions') === undefined;
  const node: Node = isDescribed
    ? { value: memberOf(value, 'taskDefinition'), path: ['taskDefinition'] }
    : { value, path: [] };
  const familyNode = reader.member(node, 'family');
  const family = reader.text(familyNode);
  // Deployment actions fill it in; without any name nobody can.
  if (family !== undefined && !/^[A-Za-z0-9_-]{1,255}$/.test(family)) {
    reader.refuse(
      familyNode,
      'family is no name of a task definition.',
      'Use letters, digits, hyphens and underscores.',
    );
  } else if (family === undefined && familyNode.value === undefined) {
    reader.refuse(node, 'The definition has no family.', 'Give it one: "family": "web".');
  }
  const revision = memberOf(node.value, 'revision');
  const name = family === undefined ? file : [family, ...(typeof revision === 'number' ? [revision] : [])].join(':');
  const task = definedTaskOf(reader, node, { name, source: 'task-definition' });
  const registered = isRecord(node.value)
    ? Object.fromEntries(Object.entries(node.value).filter(([key]) => !READ_ONLY.has(key)))
    : {};
  return [{ task, bytes: bytesOf(registered), refusals: reader.refusals, notes: [] }];
};
