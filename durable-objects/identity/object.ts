import { DurableObject } from "cloudflare:workers";
import type { IdentityOutcome, IdentityRpc, Principal, Role } from "../../protocol/rpc.ts";
import { Login } from "./login.ts";
import { IdentityStore } from "./store.ts";
import { Tables } from "./tables.ts";

/** The object of one login, named by its route (protocol/keys.ts). Holds nothing in memory that is not on disk. */
export class Identity extends DurableObject implements IdentityRpc {
  readonly #login: Login;

  constructor(state: DurableObjectState, env: Cloudflare.Env) {
    super(state, env);
    this.#login = new Login(new IdentityStore(new Tables(state.storage)), Date.now);
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
