import type { Json, JsonObject } from '../../scripts/release/json-value.ts';

const NOTHING = Symbol('AWS::NoValue');
type Evaluated = Json | typeof NOTHING;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objectAt = (template: JsonObject, section: string): JsonObject => {
  const found = template[section];
  if (!isObject(found)) throw new Error(`the template has no ${section}`);
  return found;
};

/**
 * What CloudFormation makes of a template and the parameters of a stack: conditions and parameters answered, what needs
 * an account (`GetAtt`, pseudo parameters, other resources) left as it is.
 * @throws Where the template uses what this does not know: a value that is half answered would be compared with the wrong thing.
 */
export const evaluated = (template: JsonObject, given: Readonly<Record<string, string>>): JsonObject => {
  const definitions = objectAt(template, 'Parameters');
  for (const name of Object.keys(given)) if (!(name in definitions)) throw new Error(`no parameter ${name}`);
  const parameters = Object.fromEntries(
    Object.entries(definitions).map(([id, definition]) => {
      if (!isObject(definition)) throw new Error(`${id} is no parameter`);
      const value = given[id] ?? definition.Default;
      if (typeof value !== 'string') throw new Error(`${id} has no value`);
      return [id, definition.Type === 'CommaDelimitedList' ? value.split(',').map((each) => each.trim()) : value];
    }),
  );
  const conditions = objectAt(template, 'Conditions');

  const isMet = (condition: Json | undefined): boolean => {
    if (isObject(condition)) {
      const { 'Fn::Equals': equals, 'Fn::Not': not, Condition } = condition;
      if (Array.isArray(equals)) return answer(equals[0]) === answer(equals[1]);
      if (Array.isArray(not)) return !isMet(not[0]);
      if (typeof Condition === 'string') return isMet(conditions[Condition]);
    }
    throw new Error(`no condition: ${JSON.stringify(condition)}`);
  };

  const answer = (value: Json | undefined): Evaluated => {
    if (value === undefined) return NOTHING;
    if (Array.isArray(value)) return value.map(answer).filter((each) => each !== NOTHING);
    if (!isObject(value)) return value;
    const { Ref, 'Fn::If': choice, 'Fn::Sub': sub, 'Fn::Join': join } = value;
    if (Ref === 'AWS::NoValue') return NOTHING;
    if (typeof Ref === 'string') return parameters[Ref] ?? value;
    if (Array.isArray(choice)) return answer(choice[isMet({ Condition: choice[0] ?? null }) ? 1 : 2]);
    if (typeof sub === 'string') {
      const text = sub.replaceAll(/\$\{(\w+)\}/g, (whole, id: string) => String(parameters[id] ?? whole));
      return text.includes('${') ? { 'Fn::Sub': text } : text;
    }
    if (Array.isArray(join)) {
      const [separator, list] = join;
      const parts = answer(list);
      if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts.join(String(separator));
    }
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, each]) => {
        const result = answer(each);
        return result === NOTHING ? [] : [[key, result]];
      }),
    );
  };

  const section = (name: string): JsonObject =>
    Object.fromEntries(
      Object.entries(objectAt(template, name)).flatMap(([id, entry]) => {
        if (!isObject(entry)) throw new Error(`${id} of ${name} is no object`);
        const { Condition, ...rest } = entry;
        if (Condition !== undefined && !isMet({ Condition })) return [];
        const result = answer(rest);
        return result === NOTHING ? [] : [[id, result]];
      }),
    );
  return { Resources: section('Resources'), Outputs: section('Outputs') };
};
