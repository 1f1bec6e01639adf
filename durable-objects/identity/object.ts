import { DurableObject } from "cloudflare:workers";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";
import type { BackgroundTasks } from "./backgroundTasks.ts";
import { makeLoginParts } from "./loginParts.ts";
import { rpcParts } from "./rpcParts.ts";

/** The object of one login, named by its route (protocol/ids/loginRoute.ts). Everything that must last is on disk. */
export class Identity extends DurableObject<CoreEnv> implements IdentityRpc {
  readonly #parts: IdentityRpc;
  readonly #tasks: BackgroundTasks;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    const { parts, tasks } = makeLoginParts(state, env);
    this.#parts = rpcParts(parts);
    this.#tasks = tasks;
  }

  override alarm(): Promise<void> {
    return this.#tasks.run();
  }

  get accountGrants() {
    return this.#parts.accountGrants;
  }

  get administration() {
    return this.#parts.administration;
  }

  get alias() {
    return this.#parts.alias;
  }

  get apiKeys() {
    return this.#parts.apiKeys;
  }

  get authorizedApps() {
    return this.#parts.authorizedApps;
  }

  get devices() {
    return this.#parts.devices;
  }

  get externalIdentities() {
    return this.#parts.externalIdentities;
  }

  get factors() {
    return this.#parts.factors;
  }

  get factorSignIn() {
    return this.#parts.factorSignIn;
  }

  get loginSessions() {
    return this.#parts.loginSessions;
  }

  get notifications() {
    return this.#parts.notifications;
  }

  get ownAccounts() {
    return this.#parts.ownAccounts;
  }

  get passwords() {
    return this.#parts.passwords;
  }

  get privacy() {
    return this.#parts.privacy;
  }

  get region() {
    return this.#parts.region;
  }

  get registeredApps() {
    return this.#parts.registeredApps;
  }

  get registration() {
    return this.#parts.registration;
  }

  get signUps() {
    return this.#parts.signUps;
  }

  get stepUpAuth() {
    return this.#parts.stepUpAuth;
  }

  get workspaces() {
    return this.#parts.workspaces;
  }
}
