/**
 * The OAuth provider library (@cloudflare/workers-oauth-provider), configured once for every object that runs a part of
 * it. It was made for Workers KV, whose writes take a minute to be visible everywhere; here its keys are rows of the
 * object that it runs in.
 */
import {
  OAuthAuthorizationServer,
  type TokenExchangeCallbackOptions,
  type TokenExchangeCallbackResult,
} from "@cloudflare/workers-oauth-provider";
import { APP_SCOPES } from "../../protocol/auth/appScopes.ts";
import type { KeyValueStore } from "./keyValueStore.ts";

/** The one API that every grant is for, whatever host name it is reached by. */
const RESOURCE = "https://edge-exchange/api";

export const AUTHORIZE_PATH = "/oauth/authorize";
export const TOKEN_PATH = "/oauth/token";

/** The lifetime of our own access tokens (workers/gateway/tokens.ts). */
const ACCESS_SECONDS = 15 * 60;
/** How long an unused grant lives: as long as a session without a refresh. */
const IDLE_SECONDS = 7 * 86_400;

/** What the provider library is given with each call. */
export interface ServerEnv {
  readonly OAUTH_KV: KeyValueStore;
  /** A code or a refresh token was accepted: returns what the grant is to store. */
  exchanged(exchange: TokenExchangeCallbackOptions<ServerEnv>): TokenExchangeCallbackResult;
}

export type AuthorizationServer = OAuthAuthorizationServer<ServerEnv>;

let made: { readonly issuer: string; readonly server: AuthorizationServer } | null = null;

/** The provider library for this issuer. Throws unless the issuer is an https origin (http only on localhost). */
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
    // Refusals are in the response; nothing is logged.
    onError: () => undefined,
  });
  made = { issuer, server };
  return server;
}

/** For calls that exchange nothing. */
export function noExchange(): never {
  throw new Error("nothing is exchanged here");
}
