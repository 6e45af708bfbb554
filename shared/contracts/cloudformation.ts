import type { WrittenTask } from '../core/definition/written.ts';
import { bytesOf, Computed, createReader, type Dialect } from './definition-reader.ts';
import { isRecord, memberOf } from './problem.ts';
import { definedTaskOf } from './task-definition-file.ts';

const TASK_DEFINITION = 'AWS::ECS::TaskDefinition';

/** Members begin with a capital letter, and CloudFormation turns "80" into 80. */
const TEMPLATE: Dialect = {
  spell: (member) => member.charAt(0).toUpperCase() + member.slice(1),
  converts: true,
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-transform.html
  include: 'Fn::Transform',
};

/** Whether a document is a CloudFormation or SAM template. */
export const isTemplate = (value: unknown): boolean => {
  const resources = memberOf(value, 'Resources');
  if (memberOf(value, 'AWSTemplateFormatVersion') !== undefined) return true;
  return (
    isRecord(resources) && Object.values(resources).some((resource) => typeof memberOf(resource, 'Type') === 'string')
  );
};

const isFunction = (name: string): boolean => name === 'Ref' || name.startsWith('Fn::');

/** The one intrinsic function that an object is. */
const functionOf = (value: unknown): readonly [name: string, argument: unknown] | undefined => {
  if (!isRecord(value)) return undefined;
  const [first, ...rest] = Object.entries(value);
  return first !== undefined && rest.length === 0 && isFunction(first[0]) ? first : undefined;
};

const NO_VALUE = 'AWS::NoValue';

const textOf = (value: unknown): string | undefined => {
  if (value instanceof Computed) return value.template;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
};

const holder = (name: unknown): string => `\${${String(name).replace(/[{}$]/g, '')}}`;

const substituted = (argument: unknown): unknown => {
  const template = Array.isArray(argument) ? argument[0] : argument;
  if (typeof template !== 'string') return new Computed();
  // `${!Literal}` stands for `${Literal}` as it is.
  if (/\$\{(?!!)/.test(template)) return new Computed(template);
  return template.replaceAll('${!', '${');
};

const joined = (argument: unknown): unknown => {
  const [separator, parts] = Array.isArray(argument) ? argument : [];
  if (typeof separator !== 'string' || !Array.isArray(parts)) return new Computed();
  const pieces = parts.map(resolved);
  const texts = pieces.map((piece) => textOf(piece));
  if (texts.some((text) => text === undefined)) return new Computed();
  const text = texts.join(separator);
  return pieces.some((piece) => piece instanceof Computed) ? new Computed(text) : text;
};

/**
 * A value with every intrinsic function in it worked out where the template alone decides it (text without variables),
 * and marked as computed where parameters, conditions or other resources do: nothing is guessed, defaults of parameters
 * included.
 */
const resolved = (value: unknown): unknown => {
  const call = functionOf(value);
  if (call !== undefined) {
    const [name, argument] = call;
    switch (name) {
      case 'Ref':
        return argument === NO_VALUE ? undefined : new Computed(holder(argument));
      case 'Fn::GetAtt':
        return new Computed(holder(Array.isArray(argument) ? argument.map(String).join('.') : argument));
      case 'Fn::ImportValue':
        return new Computed(holder('ImportValue'));
      case 'Fn::Sub':
        return substituted(argument);
      case 'Fn::Join':
        return joined(argument);
      default:
        return new Computed();
    }
  }
  if (Array.isArray(value)) return value.map(resolved).filter((each) => each !== undefined);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]): [string, unknown] => [key, resolved(member)]));
};

/**
 * Reads the task definitions of a CloudFormation or SAM template; a template may have none.
 * What the template computes is neither guessed nor held against it.
 */
export const parseTemplate = (value: unknown): readonly WrittenTask[] => {
  const resources = memberOf(value, 'Resources');
  if (!isRecord(resources)) return [];
  return Object.entries(resources).flatMap(([name, resource]): readonly WrittenTask[] => {
    if (memberOf(resource, 'Type') !== TASK_DEFINITION) return [];
    const reader = createReader(TEMPLATE);
    const properties = resolved(memberOf(resource, 'Properties') ?? {});
    const node = { value: properties, path: ['Resources', name, 'Properties'] };
    reader.object(node);
    const task = definedTaskOf(reader, node, { name, source: 'template' });
    return [{ task, bytes: bytesOf(properties), refusals: reader.refusals, notes: [] }];
  });
};
