import { DurableObject } from "cloudflare:workers";
import type { AppQuestion, OAuthAppRpc } from "../../protocol/identity/oauthRpc.ts";
import { identityObject } from "../actor/namespaces.ts";
import { AppRecord } from "./appRecord.ts";
import { readQuestion } from "./question.ts";

/** How long until a login that could not be told of an app's end is told again. */
const RETRY_MS = 30_000;

/** An app of somebody on our API: who registered it, how it is known, and which logins have let it in. */
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

  admit(route: string): Promise<boolean> {
    return Promise.resolve(this.#record.admit(route));
  }

  async remove(owner: string): Promise<boolean> {
    if (!this.#record.remove(owner)) return false;
    // First, so that whatever comes between, every login is told.
    await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
    await this.#tellAll();
    return true;
  }

  question(issuer: string, query: string): Promise<AppQuestion> {
    return readQuestion(issuer, query, this.#record.text());
  }

  override async alarm(): Promise<void> {
    await this.#tellAll();
    if (this.#record.admitted().length > 0) await this.ctx.storage.setAlarm(Date.now() + RETRY_MS);
  }

  /** Ends the app's access at every login that has let it in. */
  async #tellAll(): Promise<void> {
    const clientId = this.ctx.id.name ?? "";
    await Promise.allSettled(
      this.#record.admitted().map(async (route) => {
        await identityObject(this.env, route).showOut(clientId);
        this.#record.told(route);
      }),
    );
  }
}
