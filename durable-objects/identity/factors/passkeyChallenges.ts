/** The challenges that passkeys sign: each is accepted once. */
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import type { KeyEncryptionKeys } from "../../vault/vault.ts";
import { hmacSha256, sha256 } from "../digest.ts";
import type { Tables } from "../tables.ts";

const CHALLENGE_MS = 5 * 60_000;
/** Open challenges of one session; more replace the oldest. */
const OPEN_MAX = 10;

/** A minted challenge: a nonce, its expiry in hex, and an HMAC. Whole bytes in base64url. */
const MINTED = /^([\w-]{40}([0-9a-f]{12}))([0-9a-f]{64})$/;
const TIME_DIGITS = 12;

export class PasskeyChallenges {
  readonly #tables: Tables;
  readonly #encryptionKeys: () => KeyEncryptionKeys;
  readonly #now: () => number;

  constructor(tables: Tables, encryptionKeys: () => KeyEncryptionKeys, now: () => number) {
    this.#tables = tables;
    this.#encryptionKeys = encryptionKeys;
    this.#now = now;
  }

  /** Creates a challenge of the login, for one purpose of one session. */
  open(purpose: string): string {
    const challenge = newSecret();
    const now = this.#now();
    this.#tables.transaction(() => {
      this.#tables.write(
        "INSERT INTO passkey_challenge (sha256, purpose, expires_at) VALUES (?, ?, ?)",
        sha256(challenge),
        purpose,
        now + CHALLENGE_MS,
      );
      this.#tables.write(
        `DELETE FROM passkey_challenge WHERE expires_at <= ? OR (purpose = ?
           AND id NOT IN (SELECT id FROM passkey_challenge WHERE purpose = ? ORDER BY id DESC LIMIT ?))`,
        now,
        purpose,
        purpose,
        OPEN_MAX,
      );
    });
    return challenge;
  }

  /** Whether the challenge was open for this purpose. It is used up. */
  take(purpose: string, challenge: string): boolean {
    const [digest, now] = [sha256(challenge), this.#now()];
    const found = this.#tables.row(
      "SELECT 1 FROM passkey_challenge WHERE sha256 = ? AND purpose = ? AND expires_at > ?",
      digest,
      purpose,
      now,
    );
    if (found !== undefined) this.#tables.write("DELETE FROM passkey_challenge WHERE sha256 = ?", digest);
    return found !== undefined;
  }

  /**
   * A challenge for a client whose login is not known yet. It is not stored, so that nobody can fill a table; its HMAC
   * proves that it is ours.
   */
  mint(): string {
    const body = newSecret() + (this.#now() + CHALLENGE_MS).toString(16).padStart(TIME_DIGITS, "0");
    const { current, keys } = this.#encryptionKeys();
    const key = keys.get(current);
    if (key === undefined) throw new Error("no current key-encryption key");
    return body + hmacHex(key, body);
  }

  /** Whether a minted challenge is valid, has not expired, and was not accepted by this login before. */
  isFresh(challenge: string): boolean {
    const [, body, end, marked] = MINTED.exec(challenge) ?? [];
    if (body === undefined || end === undefined || marked === undefined) return false;
    // Digests are compared, so that the time tells nothing about the right HMAC.
    const ours = [...this.#encryptionKeys().keys.values()].some((key) => sha256(hmacHex(key, body)) === sha256(marked));
    if (!ours || Number.parseInt(end, 16) <= this.#now()) return false;
    return this.#tables.row("SELECT 1 FROM passkey_used WHERE sha256 = ?", sha256(challenge)) === undefined;
  }

  /** Stores that a minted challenge was accepted, until it expires. */
  use(challenge: string): void {
    const now = this.#now();
    this.#tables.write("DELETE FROM passkey_used WHERE expires_at <= ?", now);
    this.#tables.write(
      "INSERT INTO passkey_used (sha256, expires_at) VALUES (?, ?)",
      sha256(challenge),
      now + CHALLENGE_MS,
    );
  }
}

function hmacHex(key: Uint8Array, body: string): string {
  const digest = hmacSha256(btoa(String.fromCharCode(...key)), `passkey sign-in ${body}`);
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
