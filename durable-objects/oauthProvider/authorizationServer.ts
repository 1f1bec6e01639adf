/**
 * The OAuth provider (@cloudflare/workers-oauth-provider), set up once for every object that runs a part of it. It was made
 * for Workers KV, whose writes take a minute to be seen everywhere; here its keys are rows of the object that it runs in.
 */
import {
  OAuthAuthorizationServer,
  type TokenExchangeCallbackOptions,
  type TokenExchangeCallbackResult,
} from "@cloudflare/workers-oauth-provider";
import { APP_SCOPES } from "../../protocol/auth/appScopes.ts";
import type { KeyValueStore } from "./keyValueStore.ts";

/** One API, whatever name it is reached by; every grant is for it. */
const RESOURCE = "https://edge-exchange/api";

export const AUTHORIZE_PATH = "/oauth/authorize";
export const TOKEN_PATH = "/oauth/token";

/** As our own access tokens (workers/gateway/tokens.ts). */
const ACCESS_SECONDS = 15 * 60;
/** How long an app that is not used keeps its access: as long as a session lives without a refresh. */
const IDLE_SECONDS = 7 * 86_400;

/** What the provider is given with each call. */
export interface ServerEnv {
  readonly OAUTH_KV: KeyValueStore;
  /** A code or a refresh token has been found good: gives what the grant is to remember. */
  exchanged(exchange: TokenExchangeCallbackOptions<ServerEnv>): TokenExchangeCallbackResult;
}

export type AuthorizationServer = OAuthAuthorizationServer<ServerEnv>;

let made: { readonly issuer: string; readonly server: AuthorizationServer } | null = null;

/** The provider as this issuer. Throws when the issuer is no https origin (http only on this machine). */
export function authorizationServer(issuer: string): AuthorizationServer {
  if (made?.issuer === issuer) return made.server;
  const server = new OAuthAuthorizationServer<ServerEnv>({
    issuer,
    authorizeEndpoint: AUTHORIZE_PATH,
    tokenEndpoint: TOKEN_PATH,
    resources: [RESOURCE],
    scopesSupported: [...APP_SCOPES],
    accessTokenTTL: ACCESS_SECONDS,
    refreshTokenTTL: IDLE_SECONDS,
    refreshTokenIdleTTL: IDLE_SECONDS,
    tokenExchangeCallback: (exchange) => exchange.env.exchanged(exchange),
    // What it refuses is the caller's business, and is in the answer.
    onError: () => undefined,
  });
  made = { issuer, server };
  return server;
}

/** For calls in which nothing can be exchanged. */
export function noExchange(): never {
  throw new Error("nothing is exchanged here");
}
