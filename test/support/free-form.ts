/** What is in free form: the members of a resource of CloudFormation, the parameters of a call. */
export type FreeForm = Readonly<Record<string, unknown>>;

/** Where something stands in free form: members, and places in lists. */
type Path = readonly (string | number)[];

const isObject = (value: unknown): value is FreeForm =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const wrong = (path: Path, expected: string, found: unknown): Error =>
  new Error(`${path.join('.') || 'it'} is no ${expected}: ${JSON.stringify(found)}`);

/** What stands there; `undefined` where nothing does. @throws If what should hold it has no members. */
export const at = (value: unknown, ...path: Path): unknown =>
  path.reduce((holder: unknown, step, index) => {
    if (typeof step === 'number' && Array.isArray(holder)) return holder[step];
    if (typeof step === 'string' && isObject(holder)) return Object.hasOwn(holder, step) ? holder[step] : undefined;
    throw wrong(path.slice(0, index), typeof step === 'number' ? 'list' : 'object', holder);
  }, value);

/** @throws If something else stands there. */
export const objectAt = (value: unknown, ...path: Path): FreeForm => {
  const found = at(value, ...path);
  if (!isObject(found)) throw wrong(path, 'object', found);
  return found;
};

/** @throws If something else stands there. */
export const listAt = (value: unknown, ...path: Path): readonly unknown[] => {
  const found = at(value, ...path);
  if (!Array.isArray(found)) throw wrong(path, 'list', found);
  return found;
};

/** @throws If something else stands there. */
export const objectsAt = (value: unknown, ...path: Path): readonly FreeForm[] =>
  listAt(value, ...path).map((each) => objectAt(each));

/** @throws If something else stands there. */
export const textAt = (value: unknown, ...path: Path): string => {
  const found = at(value, ...path);
  if (typeof found !== 'string') throw wrong(path, 'text', found);
  return found;
};

/** @throws If something else stands there. */
export const textsAt = (value: unknown, ...path: Path): readonly string[] =>
  listAt(value, ...path).map((each) => textAt(each));

/** @throws If something else stands there. */
export const numberAt = (value: unknown, ...path: Path): number => {
  const found = at(value, ...path);
  if (typeof found !== 'number') throw wrong(path, 'number', found);
  return found;
};

/** Those members that are texts: of a function's environment, what is known before the stack is made. @throws If it is no object. */
export const textsByName = (value: unknown, ...path: Path): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(objectAt(value, ...path)).flatMap(([name, each]) =>
      typeof each === 'string' ? [[name, each]] : [],
    ),
  );
