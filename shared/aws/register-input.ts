import type { RegisterTaskDefinitionCommandInput, TaskDefinition } from '@aws-sdk/client-ecs';
import { quote } from '../core/text.ts';
import type { JsonObject } from '../core/tracing/json.ts';
import { READ_ONLY } from '../core/tracing/reshape.ts';
import { TaskwireError } from '../errors.ts';

type Sent = keyof RegisterTaskDefinitionCommandInput;
type Described = keyof TaskDefinition;

/**
 * Every member of a task definition: sent when it is registered again, or written by ECS alone. The compiler holds this
 * to the SDK: a member that a new version of it knows and this table does not, or the other way round, is an error.
 */
export const MEMBERS: { readonly [M in Sent | Described]: M extends Sent ? 'sent' : 'read-only' } = {
  family: 'sent',
  taskRoleArn: 'sent',
  executionRoleArn: 'sent',
  networkMode: 'sent',
  containerDefinitions: 'sent',
  volumes: 'sent',
  placementConstraints: 'sent',
  requiresCompatibilities: 'sent',
  cpu: 'sent',
  memory: 'sent',
  tags: 'sent',
  pidMode: 'sent',
  ipcMode: 'sent',
  proxyConfiguration: 'sent',
  inferenceAccelerators: 'sent',
  ephemeralStorage: 'sent',
  runtimePlatform: 'sent',
  enableFaultInjection: 'sent',
  taskDefinitionArn: 'read-only',
  revision: 'read-only',
  status: 'read-only',
  requiresAttributes: 'read-only',
  compatibilities: 'read-only',
  registeredAt: 'read-only',
  deregisteredAt: 'read-only',
  deleteRequestedAt: 'read-only',
  registeredBy: 'read-only',
};

const SENT: ReadonlySet<string> = new Set(
  Object.entries(MEMBERS).flatMap(([name, fate]) => (fate === 'sent' ? name : [])),
);

// What it looks like inside is as ECS described it; what is not in order there ECS refuses in its own words.
const isInput = (value: unknown): value is RegisterTaskDefinitionCommandInput =>
  typeof value === 'object' &&
  value !== null &&
  'family' in value &&
  typeof value.family === 'string' &&
  'containerDefinitions' in value &&
  Array.isArray(value.containerDefinitions);

/**
 * A definition as the SDK takes it.
 * @throws {TaskwireError} If a member would be lost, since this version of the SDK does not send it; if ECS alone writes
 *   it; if family or containers are not there.
 */
export const registerInput = (definition: JsonObject): RegisterTaskDefinitionCommandInput => {
  const lost = Object.keys(definition).filter((member) => !SENT.has(member));
  const called = quote(String(definition.family ?? ''));
  if (lost.length > 0) {
    const why = lost.every((member) => READ_ONLY.has(member)) ? 'ECS alone writes' : 'this version cannot send';
    throw new TaskwireError(
      'fail',
      `The task definition ${called} has members that ${why}: ${lost.map((member) => quote(member, 40)).join(', ')}. Take them out, or use a newer version of Taskwire.`,
    );
  }
  if (!isInput(definition)) {
    throw new TaskwireError('fail', `The task definition ${called} needs a family and containerDefinitions.`);
  }
  return definition;
};
