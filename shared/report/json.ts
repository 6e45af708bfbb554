import { printable } from '../core/text.ts';
import type { Report } from './report.ts';

/**
 * A value as JSON that ends with a line break. Controls and bidirectional marks, which JSON would leave as they are, are
 * escaped: it may be printed on a terminal, and means the same.
 */
export const jsonText = (value: unknown): string =>
  // Line breaks that are left are the document's own: those inside of texts are escaped already. A report has hundreds
  // of thousands of lines, so those that need nothing are not taken apart.
  `${JSON.stringify(value, null, 2).replace(/[^\n\x20-\x7e]+/g, printable)}\n`;

/**
 * A report as one JSON document that ends with a line break. `failures` stands in it only where there are any, so that
 * a whole report is an Outcome, with what the verb adds.
 */
export const renderJson = <R extends Report>(report: R): string => {
  const { failures, ...whole } = report;
  return jsonText(failures.length > 0 ? report : whole);
};
