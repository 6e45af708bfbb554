import type { WrittenTask } from '../core/definition/written.ts';
import { bytesOf, Computed, createReader, type Dialect } from './definition-reader.ts';
import type { DocumentPath } from './json-text.ts';
import { isRecord, memberOf } from './problem.ts';
import { definedTaskOf } from './task-definition-file.ts';

const TASK_DEFINITION = 'AWS::ECS::TaskDefinition';

/** Members begin with a capital letter, and CloudFormation turns "80" into 80. */
const TEMPLATE: Dialect = {
  spell: (member) => member.charAt(0).toUpperCase() + member.slice(1),
  converts: true,
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-transform.html
  include: /^Fn::(?:Transform$|ForEach::)/,
};

/** A member that stands for others of its kind: a loop's identifier, what it goes through, and what is repeated. */
const isLoop = (name: string): boolean => name.startsWith('Fn::ForEach::');

/** Whether a document is a CloudFormation or SAM template. */
export const isTemplate = (value: unknown): boolean => {
  const resources = memberOf(value, 'Resources');
  if (memberOf(value, 'AWSTemplateFormatVersion') !== undefined) return true;
  return (
    isRecord(resources) &&
    Object.entries(resources).some(([name, resource]) => isLoop(name) || typeof memberOf(resource, 'Type') === 'string')
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

const holder = (name: unknown): string => `\${${(textOf(name) ?? '').replace(/[{}$]/g, '')}}`;

const substituted = (argument: unknown): unknown => {
  const template = Array.isArray(argument) ? argument[0] : argument;
  if (typeof template !== 'string') return new Computed();
  // `${!Literal}` stands for `${Literal}` as it is.
  if (/\$\{(?!!)/.test(template)) return new Computed(template);
  return template.replaceAll('${!', '${');
};

const joined = (argument: unknown, loops: readonly string[]): unknown => {
  const [separator, parts] = Array.isArray(argument) ? argument : [];
  if (typeof separator !== 'string' || !Array.isArray(parts)) return new Computed();
  const pieces = parts.map((part: unknown) => resolved(part, loops));
  const texts = pieces.map((piece) => textOf(piece));
  if (texts.some((text) => text === undefined)) return new Computed();
  const text = texts.join(separator);
  return pieces.some((piece) => piece instanceof Computed) ? new Computed(text) : text;
};

/** Text in which a loop puts something else each time. */
const looped = (text: string, loops: readonly string[]): unknown => {
  const changes = loops.some((identifier) => text.includes(`\${${identifier}}`) || text.includes(`&{${identifier}}`));
  return changes ? new Computed(text.replaceAll('&{', '${')) : text;
};

/**
 * A value with every intrinsic function in it worked out where the template alone decides it (text without variables),
 * and marked as computed where parameters, conditions or other resources do: nothing is guessed, defaults of parameters
 * included.
 * @param loops Identifiers of the loops around it.
 */
const resolved = (value: unknown, loops: readonly string[]): unknown => {
  const call = functionOf(value);
  if (call !== undefined) {
    const [name, argument] = call;
    switch (name) {
      case 'Ref':
        return argument === NO_VALUE ? undefined : new Computed(holder(argument));
      case 'Fn::GetAtt':
        return new Computed(holder(Array.isArray(argument) ? argument.map(textOf).join('.') : argument));
      case 'Fn::ImportValue':
        return new Computed(holder('ImportValue'));
      case 'Fn::Sub':
        return substituted(argument);
      case 'Fn::Join':
        return joined(argument, loops);
      default:
        return new Computed();
    }
  }
  if (typeof value === 'string') return looped(value, loops);
  if (Array.isArray(value)) return value.map((each) => resolved(each, loops)).filter((each) => each !== undefined);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]): [string, unknown] => [key, resolved(member, loops)]),
  );
};

/** The task definitions among resources; those in a loop once, since what the loop changes is computed. */
const tasksIn = (resources: unknown, path: DocumentPath, loops: readonly string[]): readonly WrittenTask[] => {
  if (!isRecord(resources)) return [];
  return Object.entries(resources).flatMap(([name, resource]): readonly WrittenTask[] => {
    const at = [...path, name];
    if (isLoop(name)) {
      const [identifier, , repeated] = Array.isArray(resource) ? resource : [];
      return tasksIn(repeated, [...at, 2], [...loops, textOf(identifier) ?? '']);
    }
    if (memberOf(resource, 'Type') !== TASK_DEFINITION) return [];
    const reader = createReader(TEMPLATE);
    const properties = resolved(memberOf(resource, 'Properties') ?? {}, loops);
    const node = { value: properties, path: [...at, 'Properties'] };
    reader.object(node);
    const task = definedTaskOf(reader, node, { name, source: 'template' });
    return [{ task, bytes: bytesOf(properties), refusals: reader.refusals, notes: [] }];
  });
};

/**
 * Reads the task definitions of a CloudFormation or SAM template; a template may have none.
 * What the template computes is neither guessed nor held against it.
 */
export const parseTemplate = (value: unknown): readonly WrittenTask[] =>
  tasksIn(memberOf(value, 'Resources'), ['Resources'], []);
