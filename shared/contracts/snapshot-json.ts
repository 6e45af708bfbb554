const plain = (_key: string, value: unknown): unknown => {
  if (value instanceof Map) return [...value.keys()];
  return value instanceof Set ? [...value] : value;
};

/** JSON text of what was seen: what JSON does not know as lists, and of the environment only the names. */
export const asJson = (value: object): string => `${JSON.stringify(value, plain)}\n`;
