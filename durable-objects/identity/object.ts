import { DurableObject } from "cloudflare:workers";
import type { IdentityOutcome, IdentityRpc, Principal, Role } from "../../protocol/rpc.ts";
import { Login } from "./login.ts";
import { readMasters } from "../vault/vault.ts";
import { Profile } from "./profile.ts";
import { Tables } from "./tables.ts";

/** The object of one login, named by its route (protocol/keys.ts). Holds nothing in memory that is not on disk. */
export class Identity extends DurableObject<CoreEnv> implements IdentityRpc {
  readonly #login: Login;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    const tables = new Tables(state.storage);
    const profile = new Profile(tables, () => readMasters(env.PII_MASTER_KEYS));
    this.#login = new Login(tables, profile, Date.now);
  }

  /** Makes the login of an email. Refuses a taken email and a weak password. */
  register(email: string, password: string, roles: readonly Role[]): Promise<IdentityOutcome<Principal>> {
    return this.#login.register(email, password, roles);
  }

  /** Checks a password. A wrong email and a wrong password give the same answer in the same time. */
  signIn(email: string, password: string): Promise<IdentityOutcome<Principal>> {
    return this.#login.signIn(email, password);
  }

  /** Makes an API key of the user; the only time its secret is seen. */
  createKey(userId: string): Promise<IdentityOutcome<{ keyId: string; secret: string }>> {
    return this.#login.createKey(userId);
  }

  verifyKey(keyId: string, secret: string): Promise<IdentityOutcome<Principal>> {
    return this.#login.verifyKey(keyId, secret);
  }
}
