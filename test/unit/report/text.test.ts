import { describe, expect, test } from '@jest/globals';
import { type Line, line, NO_BREAK, paint } from '../../../shared/report/terminal/text.ts';

const PLAIN = { colour: false, width: 20 };

describe('lines for a terminal', () => {
  test.each<{ name: string; lines: readonly Line[]; text: string }>([
    { name: 'stay as they are where they fit', lines: [line('12345678901234567890')], text: '12345678901234567890\n' },
    {
      name: 'break at the last blank that fits',
      lines: [line('one two three four five')],
      text: 'one two three four\nfive\n',
    },
    {
      name: 'hang below their beginning',
      lines: [{ spans: [{ text: 'a: ' }, { text: 'one two three four five' }], indent: 2, hang: 5 }],
      text: '  a: one two three\n     four five\n',
    },
    { name: 'keep their columns', lines: [{ spans: [{ text: 'a'.padEnd(6) }, { text: 'b' }] }], text: 'a     b\n' },
    {
      name: 'leave a long word whole',
      lines: [line('see arn:aws:ecs:eu-central-1:1:task/x now')],
      text: 'see\narn:aws:ecs:eu-central-1:1:task/x\nnow\n',
    },
    {
      name: 'do not part what belongs together',
      lines: [line(`one two three f${NO_BREAK}12`)],
      text: 'one two three f 12\n',
    },
    { name: 'may be empty', lines: [line(''), { spans: [] }], text: '\n\n' },
  ])('$name', ({ lines, text }) => {
    expect(paint(lines, PLAIN)).toBe(text);
  });

  test('are coloured in one go, line by line, and only where it is wanted', () => {
    const lines = [{ spans: [{ text: 'x  ', tone: 'bad' as const }, { text: 'plain' }] }];
    expect(paint(lines, { colour: true, width: 20 })).toBe('\u001b[31mx\u001b[39m  plain\n');
    expect(paint(lines, PLAIN)).toBe('x  plain\n');
    const long = [{ spans: [{ text: 'one two three four five', tone: 'bad' as const }], indent: 1 }];
    expect(paint(long, { colour: true, width: 20 })).toBe(
      ' \u001b[31mone two three four\u001b[39m\n \u001b[31mfive\u001b[39m\n',
    );
  });

  test('let nothing through that moves the cursor, breaks a line or turns the text around', () => {
    const text = paint([line('a\u001b[2Jb\nc\r\u009bd\u202ee')], { colour: true, width: 80 });
    expect(text).toBe('a\\u001b[2Jb\\u000ac\\u000d\\u009bd\\u202ee\n');
  });
});
