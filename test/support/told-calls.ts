import { readFileSync } from 'node:fs';

/** A row of the table of verbs in docs/permissions.md. */
interface Row {
  readonly verbs: readonly string[];
  /** Verbs whose calls it makes, too. */
  readonly as: readonly string[];
  readonly calls: readonly string[];
}

const wordsIn = (cell: string, pattern: RegExp): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word).filter((word) => pattern.test(word));

/** The table of verbs in docs/permissions.md. */
export const toldVerbs = (): readonly Row[] => {
  const page = readFileSync('docs/permissions.md', 'utf8');
  const [, section = ''] = /^## The command line$([\s\S]*?)^## /m.exec(page) ?? [];
  return [...section.matchAll(/^\| (`[^|]+) \| ?([^|]*)\| ([^|]+) \|$/gm)].map(
    ([, verbs = '', as = '', calls = '']) => ({
      verbs: wordsIn(verbs, /^[a-z]+$/),
      as: wordsIn(as, /^[a-z]+$/),
      calls: wordsIn(calls, /^[a-z0-9-]+:[A-Z]\w+$/),
    }),
  );
};

/** What docs/permissions.md tells of a verb, with the calls of those that it is like. */
export const toldCalls = (verb: string, rows = toldVerbs()): readonly string[] =>
  rows
    .filter(({ verbs }) => verbs.includes(verb))
    .flatMap(({ as, calls }) => [...calls, ...as.flatMap((other) => toldCalls(other, rows))]);

/** IAM knows SQS's calls for several messages by the name of the one for a single message. */
const rightFor = (action: string): string => action.replace(/^(sqs:\w+)Batch$/, '$1');

/** @throws If the verb made a call that a person who reads docs/permissions.md would not have allowed. */
export const mustBeTold = (verb: string, sent: Iterable<string>): void => {
  // Every verb asks what is paused, and goes on where it may not.
  const told = new Set([...toldCalls(verb), 'tag:GetResources']);
  const untold = [...sent].map(rightFor).filter((action) => !told.has(action));
  if (untold.length > 0) throw new Error(`docs/permissions.md does not tell that ${verb} calls ${untold.join(', ')}`);
};
