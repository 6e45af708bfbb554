/**
 * The names of the target groups that a service allows Taskwire to fill with its tasks: its tag `<prefix>:allow`, names
 * separated by spaces. Only asked where the stack wants the consent of both sides.
 */
export const parseAllow = (tags: Readonly<Record<string, string>>, prefix: string): ReadonlySet<string> => {
  const key = `${prefix}:allow`;
  const value = Object.hasOwn(tags, key) ? (tags[key] ?? '') : '';
  return new Set(value.split(/\s+/).filter((name) => name !== ''));
};
