import { describe, expect, test } from '@jest/globals';
import { parseEventFile } from '../../../shared/contracts/event-file.ts';
import { InputError } from '../../../shared/errors.ts';

const EVENT = { source: 'aws.ecs', detail: { lastStatus: 'RUNNING' } };
const json = JSON.stringify(EVENT);

describe('a file of events', () => {
  test.each([
    { name: 'holds one event', text: JSON.stringify(EVENT, null, 2), events: [{ place: '', event: EVENT }] },
    { name: 'begins with a byte order mark', text: `\ufeff${json}\n`, events: [{ place: '', event: EVENT }] },
    {
      name: 'holds a list',
      text: `[${json}, 5]`,
      events: [
        { place: '[0]', event: EVENT },
        { place: '[1]', event: 5 },
      ],
    },
    { name: 'holds an empty list', text: '[]', events: [] },
    {
      name: 'holds lines',
      text: `${json}\r\n\n${json}\n`,
      events: [
        { place: 'line 1', event: EVENT },
        { place: 'line 3', event: EVENT },
      ],
    },
    {
      name: 'holds a line that is broken',
      text: `${json}\n{"a":\n`,
      events: [
        { place: 'line 1', event: EVENT },
        { place: 'line 2', problem: 'Not JSON: "{"a":".' },
      ],
    },
    {
      name: 'begins with a line that is broken',
      text: `oh\u001b[2J\n${json}`,
      events: [
        { place: 'line 1', problem: 'Not JSON: "oh\\u001b[2J".' },
        { place: 'line 2', event: EVENT },
      ],
    },
  ])('$name', ({ text, events }) => {
    expect(parseEventFile(text)).toEqual(events);
  });

  test.each([
    { name: 'is empty', text: ' \n', says: 'The file is empty' },
    { name: 'is broken in the middle', text: '{\n  "a": 1,\n  "b" 2\n}', says: 'neither JSON nor JSON lines' },
    { name: 'is something else', text: 'hello\u001b[31m', says: 'it begins with "hello\\u001b[31m"' },
  ])('$name: refused', ({ text, says }) => {
    expect(() => parseEventFile(text)).toThrow(InputError);
    expect(() => parseEventFile(text)).toThrow(says);
  });
});

test('what is wrong with a text is told printably', () => {
  // The engine's own message quotes a lone surrogate as it is.
  expect(() => parseEventFile('{ "a": 1,\n "b" \ud800 }')).toThrow(/\\ud800/);
  expect(() => parseEventFile('{ "a": 1,\n "b" \ud800 }')).not.toThrow(/[\ud800]/);
});
