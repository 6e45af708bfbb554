// Controls, format characters (bidirectional marks, zero-width characters, invisible letters), line and paragraph
// separators and lone surrogates: what breaks a log line, moves a terminal's cursor, or shows another text than the one
// that is there.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Makes outside text safe for one line of a log or a terminal: what cannot be seen is written as `\u001b`.
 * Repeating it changes nothing more.
 */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => character.split('').map(escaped).join(''));

/** Outside text as a quotation: printable, in double quotes, cut at `most` UTF-16 units, never inside a character. */
export const quote = (text: string, most = 120): string => {
  if (text.length <= most) return `"${printable(text)}"`;
  return `"${printable(text.slice(0, most).replace(/[\ud800-\udbff]$/, ''))}…"`;
};
