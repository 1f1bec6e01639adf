/**
 * How the key-encryption key of personal data is replaced. Three phases: the next key is added, so that every object
 * can unwrap with it; then it wraps, and each login and account moves to it at its next use or when it is rewrapped;
 * when all have moved, the old key is dropped.
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";

const KEY_BYTES = 32;

/** The text of PII_MASTER_KEYS, as a value (durable-objects/vault/vault.ts). */
export const EncryptionKeySet = z.strictObject({
  current: z.string(),
  keys: z.record(z.string().regex(/^k\d+$/), z.base64()),
});
export type EncryptionKeySet = z.infer<typeof EncryptionKeySet>;

export interface Phase {
  readonly phase: "add" | "promote" | "drop";
  /** The key that the phase is about. */
  readonly key: string;
  readonly set: EncryptionKeySet;
}

/**
 * The set after the phase that is due. Before `drop` the caller makes sure that no data encryption key is wrapped by
 * the old key.
 */
export function nextPhase({ current, keys }: EncryptionKeySet): Phase {
  const number = (id: string): number => Number(id.slice(1));
  const ids = Object.keys(keys).sort((a, b) => number(a) - number(b));
  const [oldest, newest] = [ids[0] ?? current, ids.at(-1) ?? current];
  if (newest !== current) return { phase: "promote", key: newest, set: { current: newest, keys } };
  if (oldest !== current) {
    const { [oldest]: _dropped, ...left } = keys;
    return { phase: "drop", key: oldest, set: { current, keys: left } };
  }
  const next = `k${number(newest) + 1}`;
  const made = randomBytes(KEY_BYTES).toString("base64");
  return { phase: "add", key: next, set: { current, keys: { ...keys, [next]: made } } };
}
