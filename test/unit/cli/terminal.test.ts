import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createTerminal } from '../../../cli/terminal.ts';

/** Streams as a process has them; `typed` is what the person at the terminal types. */
const aTerminal = ({
  isTTY = true,
  env = {},
  columns = 100,
}: {
  isTTY?: boolean;
  env?: NodeJS.ProcessEnv;
  columns?: number;
} = {}) => {
  const stream = () => Object.assign(new PassThrough(), { isTTY, columns });
  const [stdin, stdout, stderr] = [stream(), stream(), stream()];
  const giveUp = new AbortController();
  const terminal = createTerminal({ stdin, stdout, stderr, env } as never, giveUp.signal);
  const told = (from: PassThrough): string => String(from.read() ?? '');
  return { terminal, stdin, giveUp, out: () => told(stdout), err: () => told(stderr) };
};

describe('a terminal', () => {
  test.each([
    { name: 'y', typed: 'y\r', agrees: true },
    { name: 'YES', typed: ' YES \r', agrees: true },
    { name: 'n', typed: 'n\r', agrees: false },
    { name: 'nothing', typed: '\r', agrees: false },
    { name: 'something else', typed: 'yesterday\r', agrees: false },
    { name: 'Ctrl-C', typed: '\u0003', agrees: false },
    { name: 'Ctrl-D', typed: '\u0004', agrees: false },
  ])('takes $name for $agrees', async ({ typed, agrees }) => {
    const { terminal, stdin, out, err } = aTerminal();
    const asked = terminal.ask?.('Do it?');
    stdin.write(typed);
    expect(await asked).toBe(agrees);
    expect(err()).toContain('Do it? [y/N] ');
    expect(out()).toBe('');
  });

  test('takes it for no when the person gives up', async () => {
    const { terminal, giveUp } = aTerminal();
    const asked = terminal.ask?.('Do it?');
    giveUp.abort();
    expect(await asked).toBe(false);
  });

  test('asks nobody where nobody sits', () => {
    expect(aTerminal({ isTTY: false }).terminal.ask).toBeUndefined();
  });

  test('takes progress away before it says anything else', () => {
    const { terminal, out, err } = aTerminal();
    terminal.progress('Reading');
    terminal.progress('Reading on');
    terminal.out('result\n');
    terminal.note('note\n');
    expect(err()).toBe('Reading\r\u001b[KReading on\r\u001b[Knote\n');
    expect(out()).toBe('result\n');
  });

  test('says nothing of progress to a file', () => {
    const { terminal, err } = aTerminal({ isTTY: false });
    terminal.progress('Reading');
    expect(err()).toBe('');
  });

  test.each([
    { name: 'a terminal', says: {}, colour: true, width: 100 },
    { name: 'a wide terminal', says: { columns: 300 }, colour: true, width: 120 },
    { name: 'a file', says: { isTTY: false }, colour: false, width: 80 },
    { name: 'somebody who wants no colour', says: { env: { NO_COLOR: '1' } }, colour: false, width: 100 },
    { name: 'a terminal that cannot', says: { env: { TERM: 'dumb' } }, colour: false, width: 100 },
  ])('looks right to $name', ({ says, colour, width }) => {
    expect(aTerminal(says).terminal.outLook).toEqual({ colour, width });
  });
});
