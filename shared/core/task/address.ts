/** An address as bytes, most significant first: 4 for IPv4, 16 for IPv6. */
type Bytes = readonly number[];

// No leading zero: it would be a second spelling, and to some readers an octal number. A pattern, since every event
// holds an address several times.
const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

const ipv4Bytes = (text: string): Bytes | undefined => (IPV4.test(text) ? text.split('.').map(Number) : undefined);

const groupsOf = (text: string): readonly number[] | undefined => {
  if (text === '') return [];
  const groups: number[] = [];
  for (const part of text.split(':')) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
    groups.push(Number.parseInt(part, 16));
  }
  return groups;
};

const ipv6Groups = (text: string): readonly number[] | undefined => {
  // The last 32 bits may be written as IPv4: ::ffff:10.0.0.1
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.')) {
    const [a, b, c, d] = ipv4Bytes(tail) ?? [];
    if (a === undefined || b === undefined || c === undefined || d === undefined) return undefined;
    const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    return ipv6Groups(text.slice(0, text.length - tail.length) + hex);
  }
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')];
  if (before === undefined || after === undefined) return undefined;
  if (halves.length === 1) return before.length === 8 ? before : undefined;
  const gap = 8 - before.length - after.length;
  return gap < 1 ? undefined : [...before, ...new Array<number>(gap).fill(0), ...after];
};

const bytesOf = (text: string): Bytes | undefined => {
  if (!text.includes(':')) return ipv4Bytes(text);
  return ipv6Groups(text)?.flatMap((group) => [group >> 8, group & 0xff]);
};

const longestZeroRun = (groups: readonly number[]): { readonly start: number; readonly length: number } => {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (start + length < groups.length && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
};

/**
 * One spelling per address, so that two can be compared as text: IPv6 as RFC 5952 writes it, an embedded IPv4 address in
 * hex as well. Text that is no IPv6 address (IPv4, an instance id) stays as it is. Repeating it changes nothing.
 */
export const canonicalAddress = (text: string): string => {
  const groups = text.includes(':') ? ipv6Groups(text) : undefined;
  if (groups === undefined) return text;
  const hex = groups.map((group) => group.toString(16));
  const zeros = longestZeroRun(groups);
  if (zeros.length < 2) return hex.join(':');
  return `${hex.slice(0, zeros.start).join(':')}::${hex.slice(zeros.start + zeros.length).join(':')}`;
};

/** Whether the text is an IPv4 or IPv6 address. */
export const isAddress = (text: string): boolean =>
  text.includes(':') ? ipv6Groups(text) !== undefined : IPV4.test(text);

/**
 * Whether a block contains an address. An address of the other family, or a text that is no address or no block, is
 * not contained. Bits behind the prefix are passed over.
 */
export const cidrContains = (cidr: string, address: string): boolean => {
  const [, network = '', prefix] = /^([^/]*)\/(\d{1,3})$/.exec(cidr) ?? [];
  const [block, asked, length] = [bytesOf(network), bytesOf(address), Number(prefix)];
  if (!block || !asked || block.length !== asked.length || length > block.length * 8) return false;
  return block.every((byte, index) => {
    const bits = Math.min(8, Math.max(0, length - index * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === ((asked[index] ?? 0) & mask);
  });
};
