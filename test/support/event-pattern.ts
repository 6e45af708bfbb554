/**
 * Whether a rule's pattern passes an event, for what the patterns of this stack use: values, `prefix`, nested members,
 * lists in the event, and `$or`. Any other operator is an error: a pattern that is not understood must fail a test.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * test/cloud holds it to the answers of a stand-in.
 */
export const passes = (pattern: unknown, event: unknown): boolean => {
  if (!isRecord(pattern)) throw new Error(`a pattern is an object, found ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') return listOf(wanted).some((branch) => passes(branch, event));
    const value = isRecord(event) ? event[name] : undefined;
    if (isRecord(wanted)) return isRecord(value) && passes(wanted, value);
    const values = Array.isArray(value) ? value : [value];
    return listOf(wanted).some((one) => values.some((each) => matches(one, each)));
  });
};

const matches = (wanted: unknown, value: unknown): boolean => {
  if (!isRecord(wanted)) return value !== undefined && wanted === value;
  const [[operator, operand] = [], ...others] = Object.entries(wanted);
  if (operator !== 'prefix' || typeof operand !== 'string' || others.length > 0) {
    throw new Error(`the operator ${JSON.stringify(wanted)} is not known here`);
  }
  return typeof value === 'string' && value.startsWith(operand);
};

const listOf = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`a pattern's values are a list, found ${JSON.stringify(value)}`);
  return value;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
