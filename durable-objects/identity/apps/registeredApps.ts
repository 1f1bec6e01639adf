/** The apps that a login has registered. The public record of an app is stored in the app's own object. */
import type { LoginRoute } from "../../../domain/ids.ts";
import type { AppEntry, OAuthAppRpc } from "../../../protocol/rpc/identity/oauth.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { KeyValueStore } from "../../oauthProvider/keyValueStore.ts";
import { noExchange, authorizationServer } from "../../oauthProvider/authorizationServer.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** Apps of one login. */
export const APPS_MAX = 10;

/** The provider library creates an app's record independently of the issuer. */
const ANY_ISSUER = "https://edge-exchange";

export interface RegisteredAppsPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  now(): number;
  app(clientId: string): OAuthAppRpc;
}

export class RegisteredApps {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: RegisteredAppsPorts;

  constructor(tables: Tables, profile: Profile, ports: RegisteredAppsPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** Registers an app and returns its secret, which is not stored. The caller has validated the redirect URIs. */
  async register(
    name: string,
    redirectUris: readonly string[],
    isPublic: boolean,
  ): Promise<IdentityOutcome<{ readonly app: AppEntry; readonly secret: string | null }>> {
    if (this.#profile.principal() === null) return { ok: false, reason: "bad_credentials" };
    if (this.list().length >= APPS_MAX) return { ok: false, reason: "too_many_apps" };
    const { ports, record } = { ports: this.#ports, record: { text: "" } };
    const made = await authorizationServer(ANY_ISSUER)
      .getOAuthApi({ OAUTH_KV: writesTo(record), exchanged: noExchange })
      .createClient({
        clientName: name,
        redirectUris: [...redirectUris],
        // An app with a secret may send it in the header or in the body.
        ...(isPublic ? { tokenEndpointAuthMethod: "none" } : {}),
      });
    const app: AppEntry = { clientId: made.clientId, name, redirectUris, public: isPublic, createdAt: ports.now() };
    // Stored first: an app that is in no list could never be removed.
    this.#tables.write(
      "INSERT INTO registered_app (client_id, body, created_at) VALUES (?, ?, ?)",
      app.clientId,
      this.#profile.vault().encrypt(JSON.stringify(app)),
      app.createdAt,
    );
    if (!(await ports.app(app.clientId).create(ports.route, record.text))) throw new Error("client ids do not repeat");
    return { ok: true, value: { app, secret: made.clientSecret ?? null } };
  }

  /** The apps, the oldest first. */
  list(): AppEntry[] {
    const rows = this.#tables.rows("SELECT body FROM registered_app ORDER BY created_at");
    return rows.map(({ body }) => JSON.parse(this.#profile.vault().decrypt(String(body))) as AppEntry);
  }

  /** Removes an app and every user's authorization of it; false when this login has no such app. */
  async remove(clientId: string): Promise<boolean> {
    if (this.#tables.row("SELECT 1 FROM registered_app WHERE client_id = ?", clientId) === undefined) return false;
    await this.#ports.app(clientId).remove(this.#ports.route);
    this.#tables.write("DELETE FROM registered_app WHERE client_id = ?", clientId);
    return true;
  }
}

/** Takes the record that the provider library writes, for the app's own object to store. */
function writesTo(record: { text: string }): KeyValueStore {
  const none = (): Promise<never> => Promise.reject(new Error("nothing is kept here"));
  return {
    get: none,
    put: (_key, value) => {
      record.text = value;
      return Promise.resolve();
    },
    delete: none,
    list: none,
  };
}
