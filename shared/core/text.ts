// Controls (C0, DEL, C1), line and paragraph separators, bidirectional overrides, zero-width characters and lone
// surrogates: what breaks a log line, moves a terminal's cursor, or shows another text than the one that is there.
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not pass
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Makes outside text safe for one line of a log or a terminal: what cannot be seen is written as `\u001b`.
 * Repeating it changes nothing more.
 */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Outside text as a quotation: printable, in double quotes, cut at `most` characters. */
export const quote = (text: string, most = 120): string =>
  `"${printable(text.length > most ? `${text.slice(0, most)}…` : text)}"`;
