/** A change, as far as it matters whether it was shown: the words of its reason tell counts, and those go on changing. */
export interface Offer {
  /** The same text, the same change. */
  readonly text: string;
  /** By how much the desired count would move at once; 0 for all but the bounds of scaling. */
  readonly extent: number;
}

/** SHA-256 of a text in UTF-8: 32 bytes. */
export type Digest = (text: string) => Uint8Array;

/** What an id says was shown. */
export interface ShownPlan {
  /** How many changes were shown. */
  readonly size: number;
  /** Whether it was made for this request. */
  isFor(request: string): boolean;
  /**
   * Whether a change was shown, and moves no count further than was said.
   * @returns The change as it was shown, `undefined` if it was not.
   */
  shownAs(request: string, offer: Offer): Offer | undefined;
}

/**
 * The most changes that an id can stand for: as many as a target group has targets at most. Its 20,000 characters still
 * fit a command line on Windows, which takes 32,767.
 */
export const MOST_CHANGES = 1_000;

const VERSION = 'p1-';
/** What binds the changes of a plan to each other: see `planIdOf`. */
const SALT = 12;
const REQUEST = 6;
const CHECKSUM = 6;
const HEAD = SALT + REQUEST + CHECKSUM;
const DIGEST = 12;
/** Signed, big-endian. Every part of an id is a multiple of three bytes, which base64url writes without a rest. */
const EXTENT = 3;
const ENTRY = DIGEST + EXTENT;
const MOST_EXTENT = 2 ** 23 - 1;

const base64url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_');

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));

const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

const digestOf = (kind: string, parts: readonly unknown[], length: number, sha256: Digest): Uint8Array =>
  sha256(JSON.stringify([VERSION, kind, ...parts])).slice(0, length);

const changeDigest = (salt: Uint8Array, request: string, text: string, sha256: Digest): Uint8Array =>
  digestOf('change', [base64url(salt), request, text], DIGEST, sha256);

const checksumOf = (salt: Uint8Array, mark: Uint8Array, entries: Uint8Array, sha256: Digest): Uint8Array =>
  digestOf('id', [base64url(joined(salt, mark, entries))], CHECKSUM, sha256);

const clamped = (extent: number): number => Math.max(-MOST_EXTENT, Math.min(MOST_EXTENT, Math.trunc(extent)));

const extentBytes = (extent: number): Uint8Array => {
  const unsigned = clamped(extent) & 0xff_ff_ff;
  return Uint8Array.of(unsigned >> 16, (unsigned >> 8) & 0xff, unsigned & 0xff);
};

const extentOf = ([high = 0, middle = 0, low = 0]: Uint8Array): number => ((high << 24) >> 8) | (middle << 8) | low;

const isNoFurther = (extent: number, shown: number): boolean =>
  extent === 0 || (Math.sign(extent) === Math.sign(shown) && Math.abs(extent) <= Math.abs(shown));

/**
 * The id of a plan: all that is needed to tell later, without anything stored, whether a change was in it, also when
 * others of it are no longer needed. It holds a digest per change, in no order that tells anything.
 *
 * The digests have 96 bits. By chance one of 1,000 that are asked about is taken for one of 1,000 that were shown once
 * in 2^76 plans. Whoever can choose what will be needed (an address, the text of a definition) would need 2^86 tries:
 * the digests are salted with all that was shown, so two changes that look alike must be searched for anew for every
 * plan, and the shorter search for any pair that looks alike (2^48 tries) is of no use.
 * @param request The same text, the same request.
 * @param offers At most `MOST_CHANGES`; the order does not matter.
 */
export const planIdOf = (request: string, offers: readonly Offer[], sha256: Digest): string => {
  const extents = new Map<string, number>();
  for (const { text, extent } of offers) {
    const known = extents.get(text) ?? 0;
    extents.set(text, Math.abs(extent) > Math.abs(known) ? clamped(extent) : known);
  }
  const changes = [...extents].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const salt = digestOf('plan', [request, changes], SALT, sha256);
  const entries = changes.map(([text, extent]) => ({
    digest: changeDigest(salt, request, text, sha256),
    extent: extentBytes(extent),
  }));
  const sorted = entries.toSorted((a, b) => (base64url(a.digest) < base64url(b.digest) ? -1 : 1));
  const body = joined(...sorted.flatMap(({ digest, extent }) => [digest, extent]));
  const mark = digestOf('request', [request], REQUEST, sha256);
  const checksum = checksumOf(salt, mark, body, sha256);
  return `${VERSION}${base64url(joined(salt, mark, checksum, body))}`;
};

const SHAPE = /^p1-(?:[\w-]{4})+$/;

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, index) => byte === b[index]);

/**
 * Reads the id of a plan.
 * @returns What is wrong with it, in words that name the cure, where it is none or was not copied whole.
 */
export const readPlanId = (id: string, sha256: Digest): ShownPlan | string => {
  const cure = 'Copy it whole from the answer that showed the plan, or ask for a new plan.';
  if (/^p\d+-/.test(id) && !id.startsWith(VERSION)) {
    return 'It was made by another version of Taskwire. Ask for a new plan.';
  }
  if (!id.startsWith(VERSION)) return `An id of a plan begins with ${VERSION}. ${cure}`;
  const incomplete = `It is not complete, or a character of it has changed. ${cure}`;
  if (!SHAPE.test(id)) return incomplete;
  const bytes = bytesOf(id.slice(VERSION.length));
  if (bytes.length < HEAD || (bytes.length - HEAD) % ENTRY !== 0) return incomplete;
  const salt = bytes.slice(0, SALT);
  const mark = bytes.slice(SALT, SALT + REQUEST);
  const body = bytes.slice(HEAD);
  if (!isSame(bytes.slice(SALT + REQUEST, HEAD), checksumOf(salt, mark, body, sha256))) return incomplete;
  const size = body.length / ENTRY;
  const extents = new Map(
    Array.from({ length: size }, (_, index): [string, number] => {
      const entry = body.slice(index * ENTRY, (index + 1) * ENTRY);
      return [base64url(entry.slice(0, DIGEST)), extentOf(entry.slice(DIGEST))];
    }),
  );
  return {
    size,
    isFor: (request) => isSame(mark, digestOf('request', [request], REQUEST, sha256)),
    shownAs: (request, { text, extent }) => {
      const shown = extents.get(base64url(changeDigest(salt, request, text, sha256)));
      return shown !== undefined && isNoFurther(clamped(extent), shown) ? { text, extent: shown } : undefined;
    },
  };
};
