import type { LoginRoute } from "../../domain/ids.ts";
import { DurableObject } from "cloudflare:workers";
import type { AuthorizationAnswer, OAuthAppRpc } from "../../protocol/rpc/identity/oauth.ts";
import { identityObject } from "../actor/namespaces.ts";
import { AppRecord } from "./appRecord.ts";
import { readAuthorizationRequest } from "./authorizationRequest.ts";

/** The wait before logins that did not answer are notified again. */
const RETRY_MS = 30_000;
/** Logins that are notified at a time: an invocation may make a thousand calls. */
const NOTIFIED_AT_ONCE = 500;

/** A third-party app: its owner, its record, and the logins that have authorized it. */
export class OAuthApp extends DurableObject<CoreEnv> implements OAuthAppRpc {
  readonly #record: AppRecord;

  constructor(state: DurableObjectState, env: CoreEnv) {
    super(state, env);
    this.#record = new AppRecord(state.storage);
  }

  create(owner: string, record: string): Promise<boolean> {
    return Promise.resolve(this.#record.create(owner, record));
  }

  record(): Promise<string | null> {
    return Promise.resolve(this.#record.text());
  }

  admit(route: LoginRoute): Promise<boolean> {
    return Promise.resolve(this.#record.addLogin(route));
  }

  async remove(owner: string): Promise<boolean> {
    if (!this.#record.remove(owner)) return false;
    // Set first, so that every login is notified whatever happens in between.
    await this.ctx.storage.setAlarm(Date.now());
    await this.#notify();
    return true;
  }

  question(issuer: string, query: string): Promise<AuthorizationAnswer> {
    return readAuthorizationRequest(issuer, query, this.#record.text());
  }

  override async alarm(): Promise<void> {
    const someFailed = await this.#notify();
    if (this.#record.logins(1).length === 0) return;
    await this.ctx.storage.setAlarm(Date.now() + (someFailed ? RETRY_MS : 0));
  }

  /** Ends the app's access to the logins that have authorized it; true when one of them did not answer. */
  async #notify(): Promise<boolean> {
    const clientId = this.ctx.id.name ?? "";
    const told = await Promise.allSettled(
      this.#record.logins(NOTIFIED_AT_ONCE).map(async (route) => {
        await identityObject(this.env, route).authorizedApps.revoke(clientId);
        this.#record.notified(route);
      }),
    );
    return told.some(({ status }) => status === "rejected");
  }
}
