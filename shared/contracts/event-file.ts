import { printable, quote } from '../core/text.ts';
import { InputError } from '../errors.ts';
import { memberOf } from './problem.ts';

/** One event of a file, or what is wrong with the line that should hold it. */
export type FileEvent =
  /** `place`: which one it is, such as `line 3` or `[2]`; empty where the file holds one event. */
  { readonly place: string; readonly event: unknown } | { readonly place: string; readonly problem: string };

type Read = { readonly value: unknown } | { readonly problem: string };

const read = (text: string): Read => {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    // The engine quotes what it stumbled over.
    return { problem: printable(error instanceof Error ? error.message : String(error)) };
  }
};

/**
 * Takes apart a file of events: one event (or SQS batch) in JSON, a JSON list of them, or JSON lines. Lines that are no
 * JSON are told, and their neighbours go on.
 * @throws {InputError} If the file holds nothing, or is JSON in none of these forms.
 */
export const parseEventFile = (text: string): readonly FileEvent[] => {
  const content = text.replace(/^\ufeff/, '').trim();
  if (content === '') throw new InputError('The file is empty: it should hold events in JSON.');
  const whole = read(content);
  if ('value' in whole) {
    const { value } = whole;
    if (!Array.isArray(value)) return [{ place: '', event: value }];
    return value.map((event: unknown, index) => ({ place: `[${index}]`, event }));
  }
  const lines = content.split('\n').map((line, index) => ({ place: `line ${index + 1}`, line: line.trim() }));
  const told = lines.filter(({ line }) => line !== '').map(({ place, line }) => ({ place, read: read(line), line }));
  const [first] = told;
  // A document that is broken somewhere would fail in most of its lines; one line of many events says where.
  const isLines = told.some((each) => 'value' in each.read && memberOf(each.read.value, 'detail') !== undefined);
  if (first === undefined || told.length === 1 || !isLines) {
    throw new InputError(
      `The file is neither JSON nor JSON lines (${whole.problem}); it begins with ${quote(content, 40)}.`,
    );
  }
  return told.map(({ place, read: each, line }) =>
    'value' in each ? { place, event: each.value } : { place, problem: `Not JSON: ${quote(line, 60)}.` },
  );
};
