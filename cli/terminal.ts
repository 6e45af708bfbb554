import { createInterface } from 'node:readline/promises';
import type { Look } from '../shared/report/terminal/text.ts';
import type { Terminal } from './cli.ts';

/** Where a pipe or a file is on the other side. */
const DEFAULT_WIDTH = 80;
/** Lines that are longer are hard to read, however wide the window is. */
const MOST_WIDTH = 120;

const lookOf = (stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Look => ({
  // https://no-color.org
  colour: stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb',
  width: Math.min(MOST_WIDTH, (stream.isTTY && stream.columns) || DEFAULT_WIDTH),
});

const isAbort = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

/**
 * The process's own streams.
 * @param signal Ends a question that nobody answered: that is a no.
 */
export const createTerminal = (
  { stdin, stdout, stderr, env }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr' | 'env'>,
  signal: AbortSignal,
): Terminal => {
  /** A line of progress stands there, to be taken away. */
  let busy = false;
  const clear = (): void => {
    if (busy) stderr.write('\r\u001b[K');
    busy = false;
  };
  const ask = async (question: string): Promise<boolean> => {
    clear();
    const asking = createInterface({ input: stdin, output: stderr });
    try {
      const answer = await asking.question(`${question} [y/N] `, { signal });
      return /^\s*y(es)?\s*$/i.test(answer);
    } catch (error) {
      if (!isAbort(error)) throw error;
      // Ctrl-C or Ctrl-D: whoever walks away has not agreed.
      stderr.write('\n');
      return false;
    } finally {
      asking.close();
    }
  };
  return {
    out: (text) => {
      clear();
      stdout.write(text);
    },
    outLook: lookOf(stdout, env),
    note: (text) => {
      clear();
      stderr.write(text);
    },
    noteLook: lookOf(stderr, env),
    progress: (text) => {
      if (!stderr.isTTY || env.TERM === 'dumb') return;
      clear();
      stderr.write(text);
      busy = true;
    },
    // Both ways: a question that nobody sees is no question.
    ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
  };
};
