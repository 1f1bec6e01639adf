/** Ids that are pure functions of their inputs, so that a replayed journal gives the same ids again. */

declare const kind: unique symbol;

/**
 * A string type for the ids of one kind of thing, without cost at run time. Text is cast to an id where it is read (from a
 * row, a request or a claim). The compiler rejects an id of one kind where another kind is expected.
 */
type Id<Kind extends string> = string & { readonly [kind]?: Kind };

/** Id of a user: a person or firm that has a login, makes requests and owns accounts. */
export type UserId = Id<"user">;
/**
 * Id of a trading account. Its owner is a user. The id of a user's first account has the same text as the user's id; those
 * of further accounts do not.
 */
export type AccountId = Id<"account">;
/** Name of the object of a login: a digest of the e-mail or of an external identity, or an alias of it. */
export type LoginRoute = Id<"login">;

/** The first account of a user: it has the user's id. */
export function firstAccountOf(userId: UserId): AccountId {
  return String(userId);
}

/** The owner of an account of an earlier release: such releases opened one account per user, with the user's id. */
export function ownerOfFirst(accountId: AccountId): UserId {
  return String(accountId);
}

/**
 * A UUID (version 8, RFC 9562: custom) computed from text by four independent 32-bit FNV-1a style lanes with an
 * avalanche finish. Not cryptographic: use it for names that collide only by accident, never for secrets.
 */
export function uuidFromText(text: string): string {
  return uuidFromParts(text);
}

/** The same of a text that is given in parts, which saves joining them. */
export function uuidFromParts(...parts: readonly string[]): string {
  let a = 0x811c9dc5;
  let b = 0x9e3779b9;
  let c = 0x85ebca6b;
  let d = 0xc2b2ae35;
  for (const text of parts) {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit ^ (a >>> 15), 0x85ebca77);
      c = Math.imul(c ^ unit ^ (b >>> 13), 0xc2b2ae3d);
      d = Math.imul(d ^ unit ^ (c >>> 16), 0x27d4eb2f);
    }
  }
  const third = avalanche(c ^ b);
  writeLane(0, avalanche(a ^ (d >>> 11)));
  // The version and the variant replace bits of the second and the third lane.
  writeLane(4, (avalanche(b ^ a) & 0xffff_0fff) | 0x8000);
  writeLane(8, (third & 0x3fff_ffff) | 0x8000_0000);
  writeLane(12, avalanche(d ^ c));
  return uuidText(lanes, 0);
}

/**
 * A UUID that begins with the time (version 7, RFC 9562) and ends with the random bits of `random`, a UUID of version 4. Ids
 * that are made one after another are neighbours in an index, whose pages so are written once for many of them.
 */
export function timeOrderedUuid(now: number, random: string): string {
  const time = now.toString(16).padStart(12, "0").slice(-12);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(15)}`;
}

/** Writes 32 bits as bytes. */
function writeLane(at: number, bits: number): void {
  lanes[at] = bits >>> 24;
  lanes[at + 1] = bits >>> 16;
  lanes[at + 2] = bits >>> 8;
  lanes[at + 3] = bits;
}

/** Reused buffer for the bytes of one UUID. */
const lanes = new Uint8Array(16);

/** 32-bit finaliser of MurmurHash3: every input bit reaches every output bit. */
function avalanche(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Stable 32-bit hash of text. */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return avalanche(h);
}

/**
 * The shard of a text, from 0 to `shards` - 1, by jump consistent hash (Lamping and Veach, 2014): when
 * a shard is added, 1/n of the texts move, and only to the new shard.
 */
export function shardOf(text: string, shards: number): number {
  let key = BigInt(hashText(text));
  let shard = 0;
  for (let next = 0; next < shards;) {
    shard = next;
    key = BigInt.asUintN(64, key * 2_862_933_555_777_941_757n + 1n);
    next = Math.floor((shard + 1) * (2 ** 31 / Number((key >> 33n) + 1n)));
  }
  return shard;
}

/** Positions of the hyphens in a UUID's text. */
const isHyphen = (position: number): boolean => position === 8 || position === 13 || position === 18 || position === 23;

/** Writes the 16 bytes of a UUID in lower case into `bytes` from `at` on. False when the text is anything else. */
export function uuidBytes(text: string, bytes: Uint8Array, at: number): boolean {
  if (text.length !== 36) return false;
  let next = at;
  for (let position = 0; position < 36; position += 2) {
    if (isHyphen(position)) {
      if (text.charCodeAt(position) !== HYPHEN) return false;
      position++;
    }
    const high = nibble(text.charCodeAt(position));
    const low = nibble(text.charCodeAt(position + 1));
    if (high < 0 || low < 0) return false;
    bytes[next++] = high * 16 + low;
  }
  return true;
}

/** The text of the UUID whose 16 bytes begin at `at`. */
export function uuidText(bytes: Uint8Array, at: number): string {
  let next = at;
  for (let position = 0; position < 36; position += 2) {
    if (isHyphen(position)) position++;
    const byte = bytes[next++] ?? 0;
    codes[position] = HIGH_DIGITS[byte] ?? 0;
    codes[position + 1] = LOW_DIGITS[byte] ?? 0;
  }
  return String.fromCharCode.apply(null, codes);
}

const HYPHEN = 45;
const HEX = "0123456789abcdef";
/** The character codes of the two hexadecimal digits of each byte. */
const HIGH_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => HEX.charCodeAt(byte >>> 4));
const LOW_DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => HEX.charCodeAt(byte & 15));
/** Reused buffer for one UUID's text: a book creates 100,000 of them when it starts. */
const codes = new Array<number>(36).fill(HYPHEN);

/** Value of a hexadecimal digit in lower case by its character code; -1 for any other. */
function nibble(code: number): number {
  return NIBBLES[code] ?? -1;
}

const NIBBLES = new Int8Array(128).fill(-1);
for (let value = 0; value < 16; value++) NIBBLES[HEX.charCodeAt(value)] = value;
