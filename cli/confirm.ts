import { type Line, paint } from '../shared/report/terminal/text.ts';
import type { Cli } from './cli.ts';
import { UsageError } from './usage-error.ts';

/**
 * Makes sure, before anything is looked up, that somebody can agree to the changes.
 * @throws {UsageError} Where there is neither `--yes` nor a terminal.
 */
export const mustBeAskable = (verb: string, yes: boolean, { terminal }: Cli): void => {
  if (yes || terminal.ask !== undefined) return;
  throw new UsageError(
    `taskwire ${verb} changes what it shows and there is no terminal to ask on. Look at what it would do with taskwire plan, then add --yes.`,
  );
};

/** Whether the person agrees; `--yes` answers for them. */
export const isAgreed = async (question: string, yes: boolean, { terminal }: Cli): Promise<boolean> =>
  yes || ((await terminal.ask?.(question)) ?? false);

/** What is asked before changes are made. */
export const questionOf = (changes: number): string =>
  `Make ${changes === 1 ? 'this change' : `these ${changes} changes`}?`;

/** Shows what is asked about; where the result goes to stdout as JSON, on stderr. */
export const tellFirst = (lines: readonly Line[], json: boolean, { terminal }: Cli): void => {
  if (json) terminal.note(paint(lines, terminal.noteLook));
  else terminal.out(paint(lines, terminal.outLook));
};
