import type { Finding } from '../core/outcome.ts';
import type { Failure, Report } from './report.ts';

/** Where something stands in a file, both from 1. */
export interface FilePlace {
  /** As the person named it; `stdin` where it came from there. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A finding about a place of a file. */
export interface PlacedFinding extends Finding, FilePlace {
  /** Family and revision, or a logical id. */
  readonly task?: string;
  readonly container?: string;
}

/** A file that could not be read; the place is known where it was read that far. */
export interface PlacedFailure extends Failure, Pick<FilePlace, 'file'> {
  readonly line?: number;
  readonly column?: number;
}

/** A report about files. */
export interface PlacedReport extends Report {
  readonly findings: readonly PlacedFinding[];
  readonly failures: readonly PlacedFailure[];
}

/** What was looked at: a report names only what was found. */
export interface Looked {
  /** Every file that was read, in their order. */
  readonly files: readonly string[];
  readonly tasks: number;
}
