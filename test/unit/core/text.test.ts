import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printable, quote } from '../../../shared/core/text.ts';

describe('printable', () => {
  test.each<{ name: string; text: string; safe: string }>([
    { name: 'plain text', text: 'checkout: größer, 注文 ✓ 🚀', safe: 'checkout: größer, 注文 ✓ 🚀' },
    { name: 'nothing', text: '', safe: '' },
    { name: 'a line break', text: 'a\r\nb', safe: 'a\\u000d\\u000ab' },
    { name: 'a tab', text: 'a\tb', safe: 'a\\u0009b' },
    { name: 'a terminal escape', text: '\u001b[2Ja', safe: '\\u001b[2Ja' },
    { name: 'a one-byte escape', text: '\u009b2Ja', safe: '\\u009b2Ja' },
    { name: 'a backspace', text: 'a\u0008b\u007f', safe: 'a\\u0008b\\u007f' },
    { name: 'a line separator', text: 'a\u2028b\u2029', safe: 'a\\u2028b\\u2029' },
    { name: 'a right-to-left override', text: 'a\u202eb', safe: 'a\\u202eb' },
    { name: 'an isolate', text: 'a\u2066b\u2069', safe: 'a\\u2066b\\u2069' },
    { name: 'an Arabic letter mark', text: 'a\u061cb', safe: 'a\\u061cb' },
    { name: 'a soft hyphen', text: 'a\u00adb', safe: 'a\\u00adb' },
    { name: 'a zero-width space', text: 'a\u200bb\ufeff', safe: 'a\\u200bb\\ufeff' },
    { name: 'an invisible tag letter', text: 'a\u{e0041}b', safe: 'a\\udb40\\udc41b' },
    { name: 'half a surrogate pair', text: 'a\ud83db\ude80', safe: 'a\\ud83db\\ude80' },
  ])('$name', ({ text, safe }) => {
    expect(printable(text)).toBe(safe);
  });

  test('leaves one visible line of any text, and repeating it changes nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const safe = printable(text);
        expect(safe).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(printable(safe)).toBe(safe);
      }),
    );
  });
});

describe('quote', () => {
  test.each<{ name: string; text: string; most?: number; quoted: string }>([
    { name: 'quotes', text: 'web', quoted: '"web"' },
    { name: 'quotes nothing', text: '', quoted: '""' },
    { name: 'escapes', text: 'a\nb', quoted: '"a\\u000ab"' },
    { name: 'keeps what just fits', text: 'abc', most: 3, quoted: '"abc"' },
    { name: 'cuts what is longer', text: 'abcd', most: 3, quoted: '"abc…"' },
    { name: 'cuts between characters', text: 'ab🚀d', most: 3, quoted: '"ab…"' },
  ])('$name', ({ text, most, quoted }) => {
    expect(quote(text, most)).toBe(quoted);
  });
});
