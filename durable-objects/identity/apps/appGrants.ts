/**
 * The apps that a person has let in. The provider library runs here, in the object of the login, one call at a time: a
 * code that comes twice at once is exchanged once. Each grant has a session of kind "app" behind it, whose tokens are
 * what opens the API; the library's own access tokens open nothing.
 */
import { OAuthError, type TokenExchangeCallbackOptions } from "@cloudflare/workers-oauth-provider";
import * as z from "zod";
import {
  accountScopes,
  APP_SCOPES,
  type AppScope,
  type Consent,
  type IdClaims,
  type LetInEntry,
  type OAuthAppRpc,
  type TokenAnswer,
  type TokenCall,
} from "../../../protocol/identity/oauthRpc.ts";
import type { SessionGrant } from "../../../protocol/identity/sessionRpc.ts";
import type { IdentityOutcome } from "../../../protocol/identityRpc.ts";
import type { Origin } from "../../../protocol/rpc.ts";
import type { KeyValues } from "../../oauth/keyValues.ts";
import { noExchange, serverOf, type ServerEnv, TOKEN_PATH } from "../../oauth/server.ts";
import { AppEntries } from "./appEntries.ts";
import { sha256 } from "../digest.ts";
import type { Profile } from "../profile.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

/** How long a code is good for: the app has it as soon as the browser has followed the redirection. */
const CODE_SECONDS = 60;
/** How long a refresh token that was used is remembered, to see one that comes back. */
const SPENT_SECONDS = 7 * 86_400;

/** What a grant remembers, encrypted by the library under keys that only its tokens hold. */
const GrantProps = z.object({
  appName: z.string(),
  nonce: z.string().nullable(),
  authTime: z.number().nullable(),
  /** Of the session behind the grant, from its first exchange on. */
  refreshToken: z.string().optional(),
});

type Exchange = TokenExchangeCallbackOptions<ServerEnv>;

export interface AppGrantsPorts {
  /** The name of the login's object. */
  readonly route: string;
  now(): number;
  app(clientId: string): OAuthAppRpc;
  /** Tells the person by mail. */
  told(change: "app_let_in"): void;
}

export class AppGrants {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #sessions: Sessions;
  readonly #ports: AppGrantsPorts;
  readonly #entries: AppEntries;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tables: Tables, profile: Profile, sessions: Sessions, ports: AppGrantsPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#sessions = sessions;
    this.#ports = ports;
    this.#entries = new AppEntries(tables, () => ports.now());
  }

  /** Lets an app in; an earlier grant of the same app ends. Refused when the app is gone by now. */
  letIn(consent: Consent): Promise<IdentityOutcome<string>> {
    return this.#turn(async () => {
      const { issuer, request, appName, scopes, nonce, authTime } = consent;
      if (this.#profile.principal() === null) return { ok: false, reason: "bad_credentials" };
      if (!(await this.#ports.app(request.clientId).admit(this.#ports.route)))
        return { ok: false, reason: "no_such_app" };
      const props: z.infer<typeof GrantProps> = { appName, nonce, authTime };
      const { redirectTo } = await serverOf(issuer)
        .getOAuthApi({ OAUTH_KV: this.#store(), exchanged: noExchange })
        .completeAuthorization({ request, userId: this.#ports.route, metadata: null, scope: [...scopes], props });
      return { ok: true, value: redirectTo };
    });
  }

  /** One call of the token or the revocation endpoint. */
  token(call: TokenCall, origin: Origin): Promise<TokenAnswer> {
    return this.#turn(async () => {
      const form = new URLSearchParams(call.body);
      // The library knows none of our access tokens: it only says who the client is.
      if (call.session !== null) form.set("token", "none");
      let session: SessionGrant | null = null;
      let idClaims: IdClaims | null = null;
      const env: ServerEnv = {
        OAUTH_KV: this.#store(),
        exchanged: (exchange) => {
          const props = GrantProps.parse(exchange.props);
          session = this.#sessionFor(exchange, props, origin);
          idClaims = exchange.grantType === "authorization_code" ? this.#idClaims(exchange, props) : null;
          // One session for one grant: a token for less than all of it would open all of it.
          return { newProps: { ...props, refreshToken: session.refreshToken }, accessTokenScope: exchange.scope };
        },
      };
      const answer = await serverOf(call.issuer).fetch(requestOf(call, form), env, NO_CONTEXT);
      const body = await answer.text();
      if (call.session !== null && answer.ok) this.#endSession(call.session, call.clientId);
      this.#noteRefresh(form, answer.status);
      const headers = Object.fromEntries(
        ["Content-Type", "WWW-Authenticate"].flatMap((name) => {
          const value = answer.headers.get(name);
          return value === null ? [] : [[name, value]];
        }),
      );
      return {
        status: answer.status,
        headers,
        body,
        session: answer.ok ? session : null,
        idClaims: answer.ok ? idClaims : null,
      };
    });
  }

  /** Who the person behind an app's session is; null unless the app asked for that. */
  userinfo(sessionId: string): { readonly subject: string; readonly email: string | null } | null {
    const found = this.#tables.row("SELECT scopes FROM app_grant WHERE session_id = ?", sessionId);
    const login = this.#profile.login();
    const scopes = found === undefined ? [] : readScopes(String(found["scopes"]));
    if (login === null || !scopes.includes("openid")) return null;
    return { subject: login.userId, email: scopes.includes("email") ? this.#profile.email() : null };
  }

  /** The apps that have access now. */
  list(): LetInEntry[] {
    const sessions = this.#sessions.list();
    return this.#tables.rows("SELECT * FROM app_grant ORDER BY created_at DESC").flatMap((row) => {
      const session = sessions.find(({ id }) => id === row["session_id"]);
      if (session === undefined) return [];
      const scopes = readScopes(String(row["scopes"]));
      const { usedAt, label } = session;
      return [
        { clientId: String(row["client_id"]), name: label ?? "", scopes, createdAt: Number(row["created_at"]), usedAt },
      ];
    });
  }

  /** Ends every access of an app, and its codes that wait; false when there was nothing. */
  async showOut(clientId: string): Promise<boolean> {
    return this.#turn(async () => {
      const { keys } = await this.#entries.list({ prefix: "grant:" });
      const waiting = keys.filter(({ metadata }) => clientIn(metadata) === clientId).map(({ name }) => grantIn(name));
      const begun = this.#tables.rows("SELECT grant_id FROM app_grant WHERE client_id = ?", clientId);
      const grants = new Set([...waiting, ...begun.map((row) => String(row["grant_id"]))]);
      for (const grantId of grants) this.#removeGrant(grantId);
      return grants.size > 0;
    });
  }

  /** The library's storage: this login's rows, and the apps' own objects. */
  #store(): KeyValues {
    const entries = this.#entries;
    return {
      get: async (key) => {
        const clientId = key.startsWith("client:") ? key.slice("client:".length) : null;
        if (clientId === null) return entries.get(key);
        const record = await this.#ports.app(clientId).record();
        return record === null ? null : (JSON.parse(record) as unknown);
      },
      put: (key, value, options = {}) => {
        const isCode = key.startsWith("grant:") && options.expirationTtl !== undefined;
        return entries.put(key, value, isCode ? { ...options, expirationTtl: CODE_SECONDS } : options);
      },
      delete: (key) => {
        if (key.startsWith("grant:")) this.#endGrant(grantIn(key));
        return entries.delete(key);
      },
      list: (options) => entries.list(options),
    };
  }

  #sessionFor(
    { grantType, grantId, clientId, scope }: Exchange,
    props: z.infer<typeof GrantProps>,
    origin: Origin,
  ): SessionGrant {
    if (this.#profile.principal() === null) throw ended();
    if (grantType === "refresh_token") {
      const refreshed = this.#sessions.refresh(props.refreshToken ?? "", null, origin);
      if (!refreshed.ok) throw ended();
      return refreshed.value;
    }
    this.#forgetEnded();
    const scopes = accountScopes(scope);
    const session = this.#sessions.start({
      ...{ kind: "app", proofs: [], steppedUp: false, origin, scopes, clientId, label: props.appName },
    });
    this.#tables.write(
      "INSERT INTO app_grant (grant_id, client_id, scopes, session_id, created_at) VALUES (?, ?, ?, ?, ?)",
      ...[grantId, clientId, scope.join(" "), session.sessionId, this.#ports.now()],
    );
    this.#ports.told("app_let_in");
    return session;
  }

  /** Grants whose session has ended by itself have nothing left to show. */
  #forgetEnded(): void {
    const live = new Set(this.#sessions.list().map(({ id }) => id));
    for (const row of this.#tables.rows("SELECT grant_id, session_id FROM app_grant")) {
      if (!live.has(String(row["session_id"]))) this.#removeGrant(String(row["grant_id"]));
    }
  }

  #idClaims({ clientId, scope }: Exchange, { nonce, authTime }: z.infer<typeof GrantProps>): IdClaims | null {
    const login = this.#profile.login();
    if (login === null || !scope.includes("openid")) return null;
    const email = scope.includes("email") ? this.#profile.email() : null;
    return { subject: login.userId, clientId, nonce, authTime, email };
  }

  /** Ends the session of an access token that its app gives back; not of one that is another app's. */
  #endSession(sessionId: string, clientId: string): void {
    const found = this.#tables.row("SELECT grant_id, client_id FROM app_grant WHERE session_id = ?", sessionId);
    if (found?.["client_id"] !== clientId) return;
    this.#removeGrant(String(found["grant_id"]));
  }

  #removeGrant(grantId: string): void {
    this.#endGrant(grantId);
    this.#entries.remove(`grant:${this.#ports.route}:${grantId}`);
  }

  #endGrant(grantId: string): void {
    const found = this.#tables.row("SELECT session_id FROM app_grant WHERE grant_id = ?", grantId);
    if (found === undefined) return;
    this.#tables.write("DELETE FROM app_grant WHERE grant_id = ?", grantId);
    this.#sessions.end(String(found["session_id"]), "app");
  }

  /**
   * A refresh token that was used and comes again when it is not even the one before the last was copied by somebody: the
   * grant ends (RFC 9700, 4.14.2).
   */
  #noteRefresh(form: URLSearchParams, status: number): void {
    if (form.get("grant_type") !== "refresh_token") return;
    const token = form.get("refresh_token") ?? "";
    const grantId = token.split(":")[1] ?? "";
    const key = `spent:${sha256(token)}`;
    if (status === 200) this.#entries.write(key, "true", { expirationTtl: SPENT_SECONDS });
    if (status !== 400 || this.#entries.text(key) === null) return;
    this.#removeGrant(grantId);
  }

  /** One call after the other. */
  #turn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** The library asks for the context of a request and uses none of it. */
const NO_CONTEXT = {
  waitUntil: () => undefined,
  passThroughOnException: () => undefined,
} as unknown as ExecutionContext;

function requestOf({ issuer, authorization, contentType }: TokenCall, form: URLSearchParams): Request {
  const headers = new Headers();
  if (authorization !== null) headers.set("Authorization", authorization);
  if (contentType !== null) headers.set("Content-Type", contentType);
  return new Request(issuer + TOKEN_PATH, { method: "POST", headers, body: form.toString() });
}

/** The grant in a key of the library: `grant:<route>:<id>`. */
function grantIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

/** The app that the library has noted with a grant's key. */
function clientIn(metadata: unknown): string | null {
  return z.object({ clientId: z.string() }).safeParse(metadata).data?.clientId ?? null;
}

function readScopes(text: string): AppScope[] {
  const words = text.split(" ");
  return APP_SCOPES.filter((scope) => words.includes(scope));
}

function ended(): OAuthError {
  return new OAuthError("invalid_grant", { description: "the person has ended this app's access" });
}
