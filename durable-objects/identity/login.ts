/** One login: its password, its roles, its API keys. Knows no platform: storage, time and ids are passed in. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Principal, Role } from "../../protocol/access.ts";
import { newKeyId, newSecret, normaliseEmail, routeOfEmail } from "../../protocol/keys.ts";
import type { IdentityOutcome } from "../../protocol/identityRpc.ts";
import { hashPassword, isAcceptable, verifyPassword } from "./password.ts";
import type { Profile } from "./profile.ts";
import type { Tables } from "./tables.ts";

/** Keys are checked one by one and kept for ever until revocation exists: a handful per bot is plenty. */
export const KEYS_MAX = 20;

export class Login {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#now = now;
  }

  async register(email: string, password: string, roles: readonly Role[]): Promise<IdentityOutcome<Principal>> {
    if (this.#profile.login() !== null) return { ok: false, reason: "email_taken" };
    if (!isAcceptable(password)) return { ok: false, reason: "weak_password" };
    const passwordHash = await hashPassword(password);
    // A user's first account has the user's id.
    const userId = crypto.randomUUID();
    const now = this.#now();
    const login = { email: normaliseEmail(email), userId, accountId: userId, roles, passwordHash, verifiedAt: now };
    // While the hash was made another registration may have come first: the store decides.
    const created = this.#profile.create({ ...login, plan: "standard", region: "world" }, now);
    const principal = this.#profile.principal();
    if (!created || principal === null) return { ok: false, reason: "email_taken" };
    return { ok: true, value: principal };
  }

  async signIn(email: string, password: string): Promise<IdentityOutcome<Principal>> {
    const found = this.#profile.login();
    const login = found !== null && this.#profile.email() === normaliseEmail(email) ? found : null;
    const right = await verifyPassword(password, login?.passwordHash ?? null);
    const principal = this.#profile.principal();
    if (login === null || !right || principal === null) return { ok: false, reason: "bad_credentials" };
    return { ok: true, value: principal };
  }

  async createKey(userId: string): Promise<IdentityOutcome<{ keyId: string; secret: string }>> {
    const login = this.#profile.login();
    if (login?.userId !== userId) return { ok: false, reason: "bad_credentials" };
    const route = await routeOfEmail(this.#profile.email());
    const count = Number(this.#tables.row("SELECT count(*) AS n FROM api_key")?.["n"] ?? 0);
    if (count >= KEYS_MAX) return { ok: false, reason: "too_many_keys" };
    let keyId = newKeyId(route);
    while (this.#secretHash(keyId) !== null) keyId = newKeyId(route);
    const secret = newSecret();
    this.#tables.write(
      "INSERT INTO api_key (key_id, secret_sha256, created_at) VALUES (?, ?, ?)",
      keyId,
      sha256(secret),
      this.#now(),
    );
    return { ok: true, value: { keyId, secret } };
  }

  verifyKey(keyId: string, secret: string): Promise<IdentityOutcome<Principal>> {
    const principal = this.#profile.principal();
    const stored = this.#secretHash(keyId);
    const encoder = new TextEncoder();
    const right = timingSafeEqual(encoder.encode(sha256(secret)), encoder.encode(stored ?? "0".repeat(64)));
    if (principal === null || stored === null || !right) return Promise.resolve({ ok: false, reason: "no_such_key" });
    return Promise.resolve({ ok: true, value: principal });
  }

  /** The hex SHA-256 of a key's secret; null when there is no such key. */
  #secretHash(keyId: string): string | null {
    const found = this.#tables.row("SELECT secret_sha256 FROM api_key WHERE key_id = ?", keyId);
    return found === undefined ? null : String(found["secret_sha256"]);
  }
}

/** Hex SHA-256. Enough for a secret of 240 random bits: there is nothing to guess faster than by hashing. */
function sha256(secret: string): string {
  return Array.from(createHash("sha256").update(secret).digest(), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
