import { isJsonList, isObject, type Json, type JsonObject } from './json.ts';

/** One line of a difference. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

const MASK = '(masked)';
/** Options of log drivers carry keys of other makers. */
const SECRET_OPTION = /token|key|secret|password|header/i;

/** Values of members that hold what nobody else should read. */
const masked = (value: Json, path: readonly string[]): Json => {
  const [parent, member] = path.slice(-2);
  if (isJsonList(value)) return value.map((each) => masked(each, path));
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, [...path, key])]));
  }
  const isVariable = parent === 'environment' && member === 'value';
  const isReference = member === 'valueFrom' || member === 'credentialsParameter';
  const isOption = parent === 'options' && SECRET_OPTION.test(member ?? '');
  return isVariable || isReference || isOption ? MASK : value;
};

/** Without the comma at its end, a line stays the same when another one follows it. */
const linesOf = (object: JsonObject): readonly string[] =>
  JSON.stringify(masked(object, []), null, 2)
    .split('\n')
    .map((line) => line.replace(/,$/, ''));

/** What both have, of the lines between what is the same at the beginning and at the end. */
const between = (before: readonly string[], after: readonly string[]): readonly DiffLine[] => {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      lines.push({ kind: 'same', text: old });
      row++;
      column++;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ kind: 'removed', text: old });
      row++;
    } else if (fresh !== undefined) {
      lines.push({ kind: 'added', text: fresh });
      column++;
    }
  }
  return lines;
};

const same = (lines: readonly string[]): readonly DiffLine[] => lines.map((text) => ({ kind: 'same', text }));

/**
 * Compares two task definitions line by line, as JSON; commas at the ends of lines are left out. Values of environment
 * variables, references to secrets and keys in the options of log drivers are masked, on both sides: where only
 * such a value differs, nothing is told.
 */
export const diffOf = (before: JsonObject, after: JsonObject): readonly DiffLine[] => {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const most = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < most && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < most - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  return [
    ...same(old.slice(0, head)),
    ...between(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)),
    ...same(old.slice(old.length - tail)),
  ];
};
