/**
 * The apps that a user has authorized. The provider library runs inside the object of the login, one call at a time, so
 * that a code that arrives twice at once is exchanged once. Each grant has a session of kind "app", whose access tokens
 * open the API; the library's own access tokens open nothing.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { OAuthError, type TokenExchangeCallbackOptions } from "@cloudflare/workers-oauth-provider";
import * as z from "zod";
import { accountScopes } from "../../../protocol/auth/appScopes.ts";
import type {
  Consent,
  IdClaims,
  AuthorizedApp,
  AuthorizedAppRpc,
  OAuthAppRpc,
  TokenAnswer,
  TokenCall,
} from "../../../protocol/rpc/identity/oauth.ts";
import type { SessionGrant } from "../../../protocol/rpc/identity/sessions.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { KeyValueStore } from "../../oauthProvider/keyValueStore.ts";
import { noExchange, authorizationServer, type ServerEnv } from "../../oauthProvider/authorizationServer.ts";
import { AppGrants } from "./appGrants.ts";
import { ProviderEntries } from "./providerEntries.ts";
import { callProvider, errorIn, INVALID_GRANT, providerStore } from "./providerCall.ts";
import { LastResponses } from "./lastResponses.ts";
import { type FamilyToken, readFamilyToken, TokenFamilies } from "./tokenFamilies.ts";
import type { Profile } from "../profile.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Tables } from "../tables.ts";

/** What the provider library stores with a grant, encrypted under keys that only the grant's tokens contain. */
const GrantProps = z.object({
  appName: z.string(),
  nonce: z.string().nullable(),
  authTime: z.number().nullable(),
  /** The refresh token of the grant's session, from the first exchange on. */
  refreshToken: z.string().optional(),
  /** The session of the user who authorized the app, until the first exchange; earlier releases did not store it. */
  consentSession: z.string().optional(),
  /** The account that the user was shown, until the first exchange; earlier releases had one account for each user. */
  accountId: z.string().optional(),
});

type Exchange = TokenExchangeCallbackOptions<ServerEnv>;

export interface AuthorizedAppsPorts {
  /** The name of the login's object. */
  readonly route: LoginRoute;
  now(): number;
  app(clientId: string): OAuthAppRpc;
  /** The alias by which apps know the login. */
  alias(): Promise<string>;
  /** The apps of the login that this object is an alias of; null: it is none. */
  aliasedApps(): Pick<AuthorizedAppRpc, "token"> | null;
  /** E-mails the user. */
  email(change: "app_let_in"): void;
  /** Notifies the user, by e-mail and log, that a token or a code was used twice and the app's access has ended. */
  reused(kind: "app_token_reused" | "app_code_reused", facts: ReusedCredential, origin: Origin): void;
}

export interface ReusedCredential {
  readonly session: string;
  readonly clientId: string;
  readonly app: string | null;
}

export class AuthorizedApps {
  readonly #grants: AppGrants;
  readonly #profile: Profile;
  readonly #sessions: Sessions;
  readonly #ports: AuthorizedAppsPorts;
  readonly #entries: ProviderEntries;
  readonly #families: TokenFamilies;
  readonly #responses: LastResponses;
  #last: Promise<unknown> = Promise.resolve();

  constructor(tables: Tables, profile: Profile, sessions: Sessions, ports: AuthorizedAppsPorts) {
    this.#grants = new AppGrants(tables);
    this.#profile = profile;
    this.#sessions = sessions;
    this.#ports = ports;
    this.#entries = new ProviderEntries(tables, () => ports.now());
    this.#responses = new LastResponses(() => ports.now());
    this.#families = new TokenFamilies(tables, this.#entries, () => ports.now());
  }

  /** Authorizes an app; an earlier grant of the same app ends. Refused when the app no longer exists. */
  authorize(consent: Consent): Promise<IdentityOutcome<string>> {
    return this.#inTurn(async () => {
      const { issuer, request, appName, scopes, nonce, authTime, session } = consent;
      const accountId = this.#profile.principal()?.accountId;
      if (accountId === undefined) return { ok: false, reason: "bad_credentials" };
      if (this.#profile.isGuest()) return { ok: false, reason: "guest_login" };
      const admitted = await this.#ports.app(request.clientId).admit(this.#ports.route);
      if (!admitted) return { ok: false, reason: "no_such_app" };
      const props: z.infer<typeof GrantProps> = { appName, nonce, authTime, consentSession: session, accountId };
      const userId = await this.#ports.alias();
      const before = await this.#grantsOf(request.clientId);
      const { redirectTo } = await authorizationServer(issuer)
        .getOAuthApi({ OAUTH_KV: this.#store(), exchanged: noExchange })
        .completeAuthorization({ request, userId, metadata: null, scope: [...scopes], props });
      // Also those of earlier releases, which the provider library does not find under this name.
      for (const grantId of before) this.#removeGrant(grantId);
      return { ok: true, value: redirectTo };
    });
  }

  /** One call of the token or the revocation endpoint. The object of an alias passes it to the login. */
  token(call: TokenCall, origin: Origin): Promise<TokenAnswer> {
    const aliased = this.#ports.aliasedApps();
    if (aliased !== null) return aliased.token(call, origin);
    return this.#inTurn(() => {
      const form = new URLSearchParams(call.body);
      const grantType = form.get("grant_type");
      if (grantType === "refresh_token") return this.#refresh(call, form, origin);
      if (grantType === null) return this.#revoke(call, form);
      return this.#exchange(call, form, origin);
    });
  }

  async #refresh(call: TokenCall, form: URLSearchParams, origin: Origin): Promise<TokenAnswer> {
    const token = readFamilyToken(form.get("refresh_token"));
    if (token === null) return this.#ask(call, form, origin);
    const { bare, grantId } = token;
    const standing = this.#families.standing(token);
    if (standing !== "open") {
      const refused = await this.#refusedClient(call, form, origin);
      if (refused !== null) return refused;
      if (this.#exchangedGrant(grantId)?.clientId !== call.clientId) return INVALID_GRANT;
      if (standing === "reused") return this.#reused(grantId, "app_token_reused", origin);
      const given = this.#responses.to(grantId, bare);
      if (given !== null) return given;
    }
    form.set("refresh_token", bare);
    const answer = this.#tagged(await this.#ask(call, form, origin), token);
    if (answer.session !== null) this.#responses.keep(grantId, bare, answer);
    return answer;
  }

  async #exchange(call: TokenCall, form: URLSearchParams, origin: Origin): Promise<TokenAnswer> {
    const grantId = (form.get("code") ?? "-").split(":")[1] ?? "-";
    const exchanged = this.#exchangedGrant(grantId);
    const pending = exchanged === null && (await this.#entries.isPendingCode(form.get("code")));
    const answer = await this.#ask(call, form, origin);
    if (errorIn(answer) !== "invalid_grant") return this.#tagged(answer, null);
    // A code was used without its verifier or by another client: it was leaked (RFC 9700, 4.5.3).
    if (pending) this.#removeGrant(grantId);
    // The provider library ends the grant of a code that is used twice.
    if (exchanged !== null && this.#exchangedGrant(grantId) === null)
      this.#ports.reused("app_code_reused", exchanged, origin);
    return answer;
  }

  async #revoke(call: TokenCall, form: URLSearchParams): Promise<TokenAnswer> {
    const token = readFamilyToken(form.get("token"));
    // The provider library does not know our access tokens: it only authenticates the client.
    if (call.session !== null) form.set("token", "none");
    else if (token !== null) form.set("token", token.bare);
    const answer = await this.#ask(call, form, NO_ORIGIN);
    if (answer.status !== 200) return answer;
    if (call.session !== null) this.#endSession(call.session, call.clientId);
    // An older token of the family revokes the grant, too.
    else if (token !== null && this.#exchangedGrant(token.grantId)?.clientId === call.clientId) {
      if (this.#families.standing(token) !== "open") this.#removeGrant(token.grantId);
    }
    return answer;
  }

  /** Calls the provider library. An exchange that it accepts starts or refreshes the grant's session. */
  async #ask(call: TokenCall, form: URLSearchParams, origin: Origin): Promise<TokenAnswer> {
    let session: SessionGrant | null = null;
    let idClaims: IdClaims | null = null;
    const env: ServerEnv = {
      OAUTH_KV: this.#store(),
      exchanged: (exchange) => {
        const props = GrantProps.parse(exchange.props);
        session = this.#sessionFor(exchange, props, origin);
        idClaims = exchange.grantType === "authorization_code" ? this.#idClaims(exchange, props) : null;
        // A grant has one session, so every token of it has all of the grant's scopes.
        return {
          newProps: { ...props, consentSession: undefined, accountId: undefined, refreshToken: session.refreshToken },
          accessTokenScope: exchange.scope,
        };
      },
    };
    const answer = await callProvider(call, form, env);
    if (answer.status !== 200 || session === null) return answer;
    return { ...answer, session, idClaims, handle: await this.#ports.alias() };
  }

  /** The provider library's refusal of a client that does not authenticate; null when it does. */
  async #refusedClient(call: TokenCall, form: URLSearchParams, origin: Origin): Promise<TokenAnswer | null> {
    const who = new URLSearchParams({ token: "none" });
    for (const [name, value] of form) if (name.startsWith("client_")) who.append(name, value);
    const answer = await this.#ask(call, who, origin);
    return answer.status === 200 ? null : answer;
  }

  /** A response with the tag added to the refresh token that the provider library has issued. */
  #tagged(answer: TokenAnswer, used: FamilyToken | null): TokenAnswer {
    if (answer.session === null) return answer;
    const body = z.looseObject({ refresh_token: z.string() }).parse(JSON.parse(answer.body));
    const next = readFamilyToken(body.refresh_token);
    if (next === null) throw new Error("no refresh token of the library");
    return { ...answer, body: JSON.stringify({ ...body, refresh_token: this.#families.rotated(used, next) }) };
  }

  /** Ends the grant of a refresh token that was used again after a newer one. */
  #reused(grantId: string, kind: "app_token_reused", origin: Origin): TokenAnswer {
    const exchanged = this.#exchangedGrant(grantId);
    this.#removeGrant(grantId);
    if (exchanged !== null) this.#ports.reused(kind, exchanged, origin);
    return INVALID_GRANT;
  }

  /** The session and the app of a grant whose code was exchanged; null: there is none. */
  #exchangedGrant(grantId: string): ReusedCredential | null {
    const found = this.#grants.find(grantId);
    if (found === null) return null;
    const { sessionId: session, clientId } = found;
    const app = this.#sessions.list().find(({ id }) => id === session)?.label ?? null;
    return { session, clientId, app };
  }

  /** The user behind an app's session; null unless the app has the scope `openid`. */
  userinfo(sessionId: string): { readonly subject: string; readonly email: string | null } | null {
    const scopes = this.#grants.ofSession(sessionId)?.scopes ?? [];
    const login = this.#profile.login();
    if (login === null || !scopes.includes("openid")) return null;
    return { subject: login.userId, email: scopes.includes("email") ? this.#profile.email() : null };
  }

  /** The apps that have access now. */
  list(): AuthorizedApp[] {
    const sessions = this.#sessions.list();
    return this.#grants.list().flatMap(({ clientId, sessionId, scopes, createdAt }) => {
      const session = sessions.find(({ id }) => id === sessionId);
      if (session === undefined) return [];
      return [{ clientId, name: session.label ?? "", scopes, createdAt, usedAt: session.usedAt }];
    });
  }

  /** Revokes every grant of an app, also those whose codes were not exchanged; false when there was none. */
  async revoke(clientId: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const grants = await this.#grantsOf(clientId);
      for (const grantId of grants) this.#removeGrant(grantId);
      return grants.size > 0;
    });
  }

  /** The grants of an app, also those whose codes were not exchanged yet. */
  async #grantsOf(clientId: string): Promise<ReadonlySet<string>> {
    const pending = await this.#entries.pendingGrants(clientId);
    const exchanged = this.#grants.list().filter((grant) => grant.clientId === clientId);
    return new Set([...pending, ...exchanged.map(({ grantId }) => grantId)]);
  }

  #store(): KeyValueStore {
    return providerStore(
      this.#entries,
      (id) => this.#ports.app(id),
      (grantId) => this.#endGrant(grantId),
    );
  }

  #sessionFor(
    { grantType, grantId, clientId, scope }: Exchange,
    props: z.infer<typeof GrantProps>,
    origin: Origin,
  ): SessionGrant {
    if (this.#profile.principal() === null) throw ended();
    if (grantType === "refresh_token") {
      const { refreshToken } = props;
      const refreshed = refreshToken === undefined ? null : this.#sessions.refresh(refreshToken, null, origin);
      if (refreshed?.ok !== true) throw ended();
      return refreshed.value;
    }
    // A session that was ended meanwhile, by its user or by a new password, must not return by a code.
    const { consentSession, accountId } = props;
    if (consentSession !== undefined && this.#sessions.find(consentSession) === null) throw ended();
    if (accountId !== undefined && this.#profile.hasClosed(accountId)) throw ended();
    this.#removeEnded();
    const scopes = accountScopes(scope);
    const session = this.#sessions.start({
      kind: "app",
      proofs: [],
      steppedUp: false,
      origin,
      scopes,
      clientId,
      ...(accountId === undefined ? {} : { accountId }),
      label: props.appName,
    });
    const { sessionId } = session;
    this.#grants.add({ grantId, clientId, sessionId, createdAt: this.#ports.now() }, scope);
    this.#ports.email("app_let_in");
    return session;
  }

  /** Removes the grants whose session has expired. */
  #removeEnded(): void {
    const live = new Set(this.#sessions.list().map(({ id }) => id));
    for (const { grantId, sessionId } of this.#grants.list()) if (!live.has(sessionId)) this.#removeGrant(grantId);
  }

  #idClaims({ clientId, scope }: Exchange, { nonce, authTime }: z.infer<typeof GrantProps>): IdClaims | null {
    const login = this.#profile.login();
    if (login === null || !scope.includes("openid")) return null;
    const email = scope.includes("email") ? this.#profile.email() : null;
    return { subject: login.userId, clientId, nonce, authTime, email };
  }

  /** Ends the session of an access token that its app revokes; not the session of another app. */
  #endSession(sessionId: string, clientId: string): void {
    const found = this.#grants.ofSession(sessionId);
    if (found?.clientId === clientId) this.#removeGrant(found.grantId);
  }

  #removeGrant(grantId: string): void {
    this.#endGrant(grantId);
    this.#entries.removeGrant(grantId);
  }

  #endGrant(grantId: string): void {
    this.#responses.forget(grantId);
    const found = this.#grants.find(grantId);
    if (found === null) return;
    this.#grants.remove(grantId);
    this.#sessions.end(found.sessionId, "app");
  }

  /** Runs calls one after another. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** A revocation starts no session. */
const NO_ORIGIN: Origin = { requestId: "", ip: "", userAgent: "" };

function ended(): OAuthError {
  return new OAuthError("invalid_grant", { description: "the person has ended this app's access" });
}
