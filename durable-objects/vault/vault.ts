/**
 * Personal data at rest, by envelope encryption: AES-256-GCM under a data encryption key of the user, which is stored
 * wrapped by a key-encryption key of the deployment. Destroying the wrapped key erases everything that was encrypted
 * with it, wherever copies are.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import * as z from "zod";

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const MARK = "v1.";

/** The key-encryption keys by id; the current one wraps new keys. The text of the secret PII_MASTER_KEYS. */
const KeyEncryptionKeysText = z.object({ current: z.string(), keys: z.record(z.string(), z.base64()) });

export interface KeyEncryptionKeys {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Uint8Array>;
}

/** Parses the secret. Throws unless it has 32-byte keys and the current one among them. */
export function readKeyEncryptionKeys(text: string): KeyEncryptionKeys {
  const { current, keys } = KeyEncryptionKeysText.parse(JSON.parse(text));
  const read = new Map(Object.entries(keys).map(([id, key]) => [id, bytesOf(key)]));
  if (!read.has(current) || [...read.values()].some(({ length }) => length !== KEY_BYTES)) {
    throw new Error("PII_MASTER_KEYS must have 32-byte keys and the current one among them");
  }
  return { current, keys: read };
}

/** Encrypts and decrypts the personal data of one user. */
export class Vault {
  readonly #key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** A vault with a new data encryption key, and the wrapped key to store. */
  static create(encryptionKeys: KeyEncryptionKeys): { readonly vault: Vault; readonly wrapped: string } {
    const key = new Uint8Array(randomBytes(KEY_BYTES));
    return { vault: new Vault(key), wrapped: wrap(encryptionKeys, key) };
  }

  /** The vault of a stored key. Throws when none of the key-encryption keys has wrapped it. */
  static unwrap(encryptionKeys: KeyEncryptionKeys, wrapped: string): Vault {
    return new Vault(unwrap(encryptionKeys, wrapped));
  }

  /** Whether a text has the form of an encrypted one. */
  static isEncrypted(text: string): boolean {
    return text.startsWith(MARK);
  }

  /** Encrypts a text; the result is different each time. */
  encrypt(text: string): string {
    return MARK + base64Of(encryptBytes(this.#key, new TextEncoder().encode(text)));
  }

  /** Decrypts a text. Throws when this vault has not encrypted it. */
  decrypt(encrypted: string): string {
    if (!Vault.isEncrypted(encrypted)) throw new Error("not encrypted");
    return new TextDecoder().decode(decryptBytes(this.#key, bytesOf(encrypted.slice(MARK.length))));
  }
}

/** The key wrapped by the current key-encryption key; null when it is already. */
export function rewrap(encryptionKeys: KeyEncryptionKeys, wrapped: string): string | null {
  if (wrapped.startsWith(`${encryptionKeys.current}.`)) return null;
  return wrap(encryptionKeys, unwrap(encryptionKeys, wrapped));
}

function wrap({ current, keys }: KeyEncryptionKeys, key: Uint8Array): string {
  return `${current}.${base64Of(encryptBytes(keyEncryptionKey(keys, current), key))}`;
}

function unwrap({ keys }: KeyEncryptionKeys, wrapped: string): Uint8Array {
  const dot = wrapped.indexOf(".");
  return decryptBytes(keyEncryptionKey(keys, wrapped.slice(0, dot)), bytesOf(wrapped.slice(dot + 1)));
}

function keyEncryptionKey(keys: KeyEncryptionKeys["keys"], id: string): Uint8Array {
  const key = keys.get(id);
  if (key === undefined) throw new Error(`no key-encryption key ${id}`);
  return key;
}

/** IV, ciphertext, tag (NIST SP 800-38D: a random 96-bit IV serves 2^32 messages of one key). */
function encryptBytes(key: Uint8Array, plain: Uint8Array): Uint8Array {
  const iv = new Uint8Array(randomBytes(IV_BYTES));
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function decryptBytes(key: Uint8Array, encrypted: Uint8Array): Uint8Array {
  const decipher = createDecipheriv("aes-256-gcm", key, encrypted.subarray(0, IV_BYTES));
  decipher.setAuthTag(encrypted.subarray(encrypted.length - TAG_BYTES));
  return concat([decipher.update(encrypted.subarray(IV_BYTES, encrypted.length - TAG_BYTES)), decipher.final()]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function base64Of(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
