import type { DefinedTask } from '../core/tracing/definition.ts';
import type { JsonObject } from '../core/tracing/json.ts';
import { InputError } from '../errors.ts';
import { parseTaskDefinition } from './task-definition-file.ts';

/** A definition that ECS described, as the rules see it. @throws {InputError} If it describes no task. */
export const readTask = (definition: JsonObject): DefinedTask => {
  const [written] = parseTaskDefinition(definition, 'task');
  if (written?.task === undefined) throw new InputError('The definition describes no task.');
  return written.task;
};
