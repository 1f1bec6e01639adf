/** Password hashes: scrypt, with its parameters in the stored text, so that they can grow without locking anybody out. */
import { scrypt, timingSafeEqual } from "node:crypto";

/** 32 MiB and about a quarter of a second per hash (OWASP's first choice for scrypt, with p = 3). */
const COST_LOG2 = 15;
const BLOCK_SIZE = 8;
const PARALLELISM = 3;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
/** scrypt needs 128 × N × r bytes and a little; twice that is the most a stored hash may ask for. */
const MEMORY_MAX = 64 * 1024 * 1024;

const LENGTH_MIN = 12;
const LENGTH_MAX = 256;

const STORED = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([0-9a-f]{32})\$([0-9a-f]{64})$/;

/** True when a password may be chosen: 12 to 256 characters, whatever they are. */
export function isAcceptable(password: string): boolean {
  const length = Array.from(password).length;
  return length >= LENGTH_MIN && length <= LENGTH_MAX;
}

/** The text to store for a new password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT_BYTES));
  const key = await derive(password, salt, COST_LOG2, BLOCK_SIZE, PARALLELISM);
  return ["scrypt", COST_LOG2, BLOCK_SIZE, PARALLELISM, toHex(salt), toHex(key)].join("$");
}

/**
 * True when the password is the stored one. `stored` null: there is no login; takes the time of a check all the same,
 * so that the answer's delay does not tell which emails are registered.
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const match = STORED.exec(stored ?? NOBODY);
  if (match === null) throw new Error("stored password hash is not readable");
  const [, cost, block, parallelism, salt = "", key = ""] = match;
  const derived = await derive(password, fromHex(salt), Number(cost), Number(block), Number(parallelism));
  return timingSafeEqual(derived, fromHex(key)) && stored !== null;
}

/** A hash of the current parameters that no password is known to fit. */
const NOBODY = `scrypt$${COST_LOG2}$${BLOCK_SIZE}$${PARALLELISM}$${"0".repeat(2 * SALT_BYTES)}$${"0".repeat(2 * KEY_BYTES)}`;

function derive(
  password: string,
  salt: Uint8Array,
  cost: number,
  block: number,
  parallelism: number,
): Promise<Uint8Array> {
  // The same password typed on another keyboard may come in another Unicode form (NIST SP 800-63B, 5.1.1.2).
  const text = password.normalize("NFKC");
  const options = { N: 2 ** cost, r: block, p: parallelism, maxmem: MEMORY_MAX };
  return new Promise((resolve, reject) => {
    scrypt(text, salt, KEY_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
