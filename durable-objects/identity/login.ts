/** One login: its password, its roles, its API keys. Knows no platform: storage, time and ids are passed in. */
import { createHash, timingSafeEqual } from "node:crypto";
import { newKeyId, newSecret, normaliseEmail, routeOfEmail } from "../../protocol/keys.ts";
import type { IdentityOutcome, IdentityRpc, Principal, Role } from "../../protocol/rpc.ts";
import { hashPassword, isAcceptable, verifyPassword } from "./password.ts";
import type { IdentityStore, LoginRow } from "./store.ts";

/** Keys are checked one by one and kept for ever until revocation exists: a handful per bot is plenty. */
export const KEYS_MAX = 20;

export class Login implements IdentityRpc {
  readonly #store: IdentityStore;
  readonly #now: () => number;

  constructor(store: IdentityStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  async register(email: string, password: string, roles: readonly Role[]): Promise<IdentityOutcome<Principal>> {
    if (this.#store.login() !== null) return { ok: false, reason: "email_taken" };
    if (!isAcceptable(password)) return { ok: false, reason: "weak_password" };
    const passwordHash = await hashPassword(password);
    // A user's first account has the user's id.
    const userId = crypto.randomUUID();
    const login: LoginRow = { email: normaliseEmail(email), userId, accountId: userId, roles, passwordHash };
    // While the hash was made another registration may have come first: the store decides.
    if (!this.#store.addLogin(login, this.#now())) return { ok: false, reason: "email_taken" };
    return { ok: true, value: principalOf(login) };
  }

  async signIn(email: string, password: string): Promise<IdentityOutcome<Principal>> {
    const found = this.#store.login();
    const login = found?.email === normaliseEmail(email) ? found : null;
    const right = await verifyPassword(password, login?.passwordHash ?? null);
    if (login === null || !right) return { ok: false, reason: "bad_credentials" };
    return { ok: true, value: principalOf(login) };
  }

  async createKey(userId: string): Promise<IdentityOutcome<{ keyId: string; secret: string }>> {
    const login = this.#store.login();
    if (login?.userId !== userId) return { ok: false, reason: "bad_credentials" };
    const route = await routeOfEmail(login.email);
    if (this.#store.keyCount() >= KEYS_MAX) return { ok: false, reason: "too_many_keys" };
    let keyId = newKeyId(route);
    while (this.#store.secretHash(keyId) !== null) keyId = newKeyId(route);
    const secret = newSecret();
    this.#store.addKey(keyId, sha256(secret), this.#now());
    return { ok: true, value: { keyId, secret } };
  }

  verifyKey(keyId: string, secret: string): Promise<IdentityOutcome<Principal>> {
    const login = this.#store.login();
    const stored = this.#store.secretHash(keyId);
    const encoder = new TextEncoder();
    const right = timingSafeEqual(encoder.encode(sha256(secret)), encoder.encode(stored ?? "0".repeat(64)));
    if (login === null || stored === null || !right) return Promise.resolve({ ok: false, reason: "no_such_key" });
    return Promise.resolve({ ok: true, value: principalOf(login) });
  }
}

function principalOf({ userId, accountId, roles }: LoginRow): Principal {
  return { userId, accountId, roles };
}

/** Hex SHA-256. Enough for a secret of 240 random bits: there is nothing to guess faster than by hashing. */
function sha256(secret: string): string {
  return Array.from(createHash("sha256").update(secret).digest(), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
