/** One login: its password, its roles. Knows no platform: storage, time and ids are passed in. */
import type { Principal, Role } from "../../protocol/access.ts";
import { normaliseEmail } from "../../protocol/keys.ts";
import type { IdentityOutcome } from "../../protocol/identityRpc.ts";
import { hashPassword, isAcceptable, verifyPassword } from "./password.ts";
import type { Profile } from "./profile.ts";

export class Login {
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(profile: Profile, now: () => number) {
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
}
