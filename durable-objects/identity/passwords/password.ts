/**
 * Stored passwords: the derivation parameters, and the SHA-256 of the derived key. The stored text does not sign in,
 * and guessing the password from it costs a scrypt derivation each time.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { timingSafeEqual } from "node:crypto";
import { CURRENT, type Derivation, type DerivedKey } from "../../../protocol/rpc/identity/passwords.ts";
import { hmacSha256, sha256 } from "../digest.ts";

const SALT_BYTES = 16;

/** `scrypt`: earlier releases stored the key itself. */
const STORED = /^(scrypt|scrypt-sha256)\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([0-9a-f]{32})\$([0-9a-f]{64})$/;

export interface StoredPassword extends Derivation {
  /** Hex SHA-256 of the key in hex. */
  readonly keySha256: string;
  /** New passwords are stored with other parameters. */
  readonly outdated: boolean;
}

/** The text to store for a derived key. */
export function storedText({ cost, blockSize, parallelism, salt, key }: DerivedKey): string {
  return ["scrypt-sha256", cost, blockSize, parallelism, toHex(salt), sha256(toHex(key))].join("$");
}

/** Parses a stored password. Throws when the text is invalid. */
export function readStored(text: string): StoredPassword {
  const match = STORED.exec(text);
  if (match === null) throw new Error("stored password is not readable");
  const [, form, cost, blockSize, parallelism, salt, key] = match;
  if (salt === undefined || key === undefined) throw new Error("stored password is not readable");
  const numbers = { cost: Number(cost), blockSize: Number(blockSize), parallelism: Number(parallelism) };
  const current =
    numbers.cost === CURRENT.cost &&
    numbers.blockSize === CURRENT.blockSize &&
    numbers.parallelism === CURRENT.parallelism;
  return {
    ...numbers,
    salt: fromHex(salt),
    keySha256: form === "scrypt" ? sha256(key) : key,
    outdated: form === "scrypt" || !current,
  };
}

/** Whether the key is the stored one. With `stored` null it is not, after the same time. */
export function isStoredKey(key: Uint8Array, stored: StoredPassword | null): boolean {
  const encoder = new TextEncoder();
  const same = timingSafeEqual(encoder.encode(sha256(toHex(key))), encoder.encode(stored?.keySha256 ?? "0".repeat(64)));
  return same && stored !== null;
}

/** The derivation of a login that nobody can use: the same each time, like that of a real one. */
export function decoyDerivation(route: LoginRoute, secret: string): Derivation {
  return { ...CURRENT, salt: new Uint8Array(hmacSha256(secret, `password salt of ${route}`).slice(0, SALT_BYTES)) };
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));
}
