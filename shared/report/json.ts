import { printable } from '../core/text.ts';
import type { Report } from './report.ts';

/**
 * A report as one JSON document that ends with a line break. `failures` stands in it only where there are any, so that
 * a whole report is an Outcome, with what the verb adds. Controls and bidirectional marks, which JSON would leave as they are,
 * are escaped: it may be printed on a terminal, and means the same.
 */
export const renderJson = <R extends Report>(report: R): string => {
  const { failures, ...whole } = report;
  const text = JSON.stringify(failures.length > 0 ? report : whole, null, 2);
  // Line breaks that are left are the document's own: those inside of texts are escaped already.
  return `${text.split('\n').map(printable).join('\n')}\n`;
};
