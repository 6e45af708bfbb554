import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress, cidrContains, isAddress } from '../../../../shared/core/task/address.ts';

describe('canonicalAddress', () => {
  test.each<{ name: string; text: string; canonical: string }>([
    { name: 'keeps IPv4', text: '10.0.1.23', canonical: '10.0.1.23' },
    { name: 'keeps an instance id', text: 'i-0123456789abcdef0', canonical: 'i-0123456789abcdef0' },
    { name: 'keeps what is no address', text: '2001:db8::zz', canonical: '2001:db8::zz' },
    { name: 'keeps an address with two gaps', text: '1::2::3', canonical: '1::2::3' },
    { name: 'keeps an address of nine groups', text: '1:2:3:4:5:6:7:8:9', canonical: '1:2:3:4:5:6:7:8:9' },
    { name: 'keeps a gap that stands for no group', text: '1:2:3:4::5:6:7:8', canonical: '1:2:3:4::5:6:7:8' },
    { name: 'keeps three colons', text: ':::', canonical: ':::' },
    { name: 'writes lower case', text: '2001:DB8::ABCD', canonical: '2001:db8::abcd' },
    { name: 'drops leading zeros', text: '2001:0db8:0001:0002:0003:0004:0005:0006', canonical: '2001:db8:1:2:3:4:5:6' },
    { name: 'shortens the longest run', text: '2001:0:0:1:0:0:0:1', canonical: '2001:0:0:1::1' },
    { name: 'shortens the first of two equal runs', text: '2001:db8:0:0:1:0:0:1', canonical: '2001:db8::1:0:0:1' },
    { name: 'does not shorten a single group', text: '2001:db8:0:1:1:1:1:1', canonical: '2001:db8:0:1:1:1:1:1' },
    { name: 'widens a gap of a single group', text: '2001:db8::1:1:1:1:1', canonical: '2001:db8:0:1:1:1:1:1' },
    { name: 'writes all zeros', text: '0:0:0:0:0:0:0:0', canonical: '::' },
    { name: 'keeps the shortest address', text: '::', canonical: '::' },
    { name: 'shortens at the end', text: '2001:db8:0:0:0:0:0:0', canonical: '2001:db8::' },
    { name: 'shortens at the start', text: '0:0:0:0:0:0:0:1', canonical: '::1' },
    { name: 'reads a tail written as IPv4', text: '::ffff:10.0.0.1', canonical: '::ffff:a00:1' },
    { name: 'reads the same tail in hex', text: '0:0:0:0:0:FFFF:0A00:0001', canonical: '::ffff:a00:1' },
    { name: 'keeps a tail that is no IPv4', text: '::ffff:10.0.0.256', canonical: '::ffff:10.0.0.256' },
    { name: 'keeps a tail of three parts', text: '::ffff:10.0.0', canonical: '::ffff:10.0.0' },
  ])('$name', ({ text, canonical }) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  const ipv6 = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), { minLength: 8, maxLength: 8 });

  test('is one spelling for all spellings of an address, and repeating it changes nothing', () => {
    fc.assert(
      fc.property(ipv6, fc.boolean(), fc.boolean(), (groups, upper, padded) => {
        const written = groups.map((group) => group.toString(16).padStart(padded ? 4 : 1, '0')).join(':');
        const canonical = canonicalAddress(upper ? written.toUpperCase() : written);
        expect(canonicalAddress(canonical)).toBe(canonical);
        expect(canonical).toBe(canonicalAddress(groups.map((group) => group.toString(16)).join(':')));
        // The URL parser of Node writes IPv6 as RFC 5952 does.
        expect(`[${canonical}]`).toBe(new URL(`http://[${written}]/`).hostname);
      }),
    );
  });

  test('changes nothing more for any text', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123:.fF:') }));
    fc.assert(fc.property(texts, (text) => canonicalAddress(canonicalAddress(text)) === canonicalAddress(text)));
  });
});

test.each<{ text: string; is: boolean }>([
  { text: '10.0.0.1', is: true },
  { text: '255.255.255.255', is: true },
  { text: '::1', is: true },
  { text: '10.0.0.256', is: false },
  { text: '10.0.0', is: false },
  { text: '10.0.0.1.2', is: false },
  { text: '10.0.0.-1', is: false },
  { text: '10.0.0.01', is: false },
  { text: '10.0.0.1 ', is: false },
  { text: '10.0.0.', is: false },
  { text: 'fe80::1%eth0', is: false },
  { text: 'i-0123456789abcdef0', is: false },
  { text: '', is: false },
])('isAddress("$text") is $is', ({ text, is }) => {
  expect(isAddress(text)).toBe(is);
});

describe('cidrContains', () => {
  test.each<{ cidr: string; address: string; contains: boolean }>([
    { cidr: '10.0.0.0/24', address: '10.0.0.0', contains: true },
    { cidr: '10.0.0.0/24', address: '10.0.0.255', contains: true },
    { cidr: '10.0.0.0/24', address: '10.0.1.0', contains: false },
    { cidr: '10.0.0.0/25', address: '10.0.0.128', contains: false },
    { cidr: '10.0.0.128/25', address: '10.0.0.128', contains: true },
    { cidr: '10.0.0.77/24', address: '10.0.0.1', contains: true },
    { cidr: '10.0.0.7/32', address: '10.0.0.7', contains: true },
    { cidr: '10.0.0.7/32', address: '10.0.0.6', contains: false },
    { cidr: '0.0.0.0/0', address: '203.0.113.9', contains: true },
    { cidr: '0.0.0.0/0', address: '::1', contains: false },
    { cidr: '::/0', address: '10.0.0.1', contains: false },
    { cidr: '2001:db8:0:1::/64', address: '2001:db8:0:1:ffff::', contains: true },
    { cidr: '2001:db8:0:1::/64', address: '2001:db8:0:2::', contains: false },
    { cidr: '2001:db8::/35', address: '2001:db8:1fff::', contains: true },
    { cidr: '2001:db8::/35', address: '2001:db8:2000::', contains: false },
    { cidr: '10.0.0.0', address: '10.0.0.0', contains: false },
    { cidr: '10.0.0.0/', address: '203.0.113.9', contains: false },
    { cidr: '10.0.0.0/ 8', address: '10.0.0.1', contains: false },
    { cidr: '10.0.0.0/8.5', address: '10.0.0.1', contains: false },
    { cidr: '10.0.0.0/0x8', address: '10.0.0.1', contains: false },
    { cidr: '10.0.0.0/33', address: '10.0.0.0', contains: false },
    { cidr: '10.0.0.0/-1', address: '10.0.0.0', contains: false },
    { cidr: '::/129', address: '::', contains: false },
    { cidr: '', address: '10.0.0.1', contains: false },
    { cidr: '10.0.0.0/8', address: 'i-0123456789abcdef0', contains: false },
  ])('$cidr contains $address: $contains', ({ cidr, address, contains }) => {
    expect(cidrContains(cidr, address)).toBe(contains);
  });

  const bits = (value: bigint, width: number, length: number): bigint => value >> BigInt(width - length);
  // A number whose bits agree with another's up to somewhere, so that both answers come up.
  const pairOf = (width: number) =>
    fc
      .tuple(fc.bigInt({ min: 0n, max: (1n << BigInt(width)) - 1n }), fc.nat(width - 1), fc.boolean(), fc.nat(width))
      .map(([one, flipped, flip, length]) => ({ one, other: flip ? one ^ (1n << BigInt(flipped)) : one, length }));

  test('agrees with whole numbers, IPv4', () => {
    const write = (value: bigint): string => [24n, 16n, 8n, 0n].map((by) => (value >> by) & 0xffn).join('.');
    fc.assert(
      fc.property(pairOf(32), ({ one, other, length }) => {
        const contains = bits(one, 32, length) === bits(other, 32, length);
        expect(cidrContains(`${write(one)}/${length}`, write(other))).toBe(contains);
      }),
    );
  });

  test('agrees with whole numbers, IPv6', () => {
    const write = (value: bigint): string =>
      Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16)).join(':');
    fc.assert(
      fc.property(pairOf(128), ({ one, other, length }) => {
        const contains = bits(one, 128, length) === bits(other, 128, length);
        expect(cidrContains(`${write(one)}/${length}`, canonicalAddress(write(other)))).toBe(contains);
      }),
    );
  });
});
