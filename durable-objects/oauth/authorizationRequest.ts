/** Reads an app's authorization request (RFC 6749, 4.1.1; RFC 7636; OpenID Connect Core, 3.1.2.1). */
import { AuthorizationError } from "@cloudflare/workers-oauth-provider";
import { withoutHiddenCharacters } from "../../protocol/wire/hiddenCharacters.ts";
import { APP_SCOPES, type AppScope } from "../../protocol/auth/appScopes.ts";
import type { AuthorizationAnswer, AppRequest } from "../../protocol/rpc/identity/oauth.ts";
import { repeatedParameter } from "../../protocol/http/repeatedParameter.ts";
import type { KeyValueStore } from "../oauthProvider/keyValueStore.ts";
import { AUTHORIZE_PATH, noExchange, authorizationServer } from "../oauthProvider/authorizationServer.ts";

/** The oldest proof of the user that satisfies `prompt=login`. */
const FRESH_SECONDS = 60;
const NONCE_MAX = 256;
const MAX_AGE = /^\d{1,9}$/;

/** How to answer a request, given the app's record (null: there is no such app). */
export async function readAuthorizationRequest(
  issuer: string,
  query: string,
  record: string | null,
): Promise<AuthorizationAnswer> {
  const url = new URL(`${issuer}${AUTHORIZE_PATH}?${query}`);
  const { searchParams } = url;
  if (searchParams.getAll("redirect_uri").length > 1) {
    return { kind: "refused", description: "redirect_uri is there twice" };
  }
  try {
    const request = await authorizationServer(issuer)
      .getOAuthApi({ OAUTH_KV: recordOnly(record), exchanged: noExchange })
      .parseAuthRequest(new Request(url));
    const nonce = searchParams.get("nonce");
    const scopes = APP_SCOPES.filter((scope) => request.scope.includes(scope));
    const refused = refusalOf(request, searchParams, scopes);
    if (refused !== null) return { kind: "redirect", to: errorRedirect(request, ...refused) };
    return {
      kind: "ask",
      request,
      appName: nameIn(record),
      scopes,
      nonce,
      maxAge: maxAgeOf(searchParams),
      silent: spaceSeparated(searchParams.get("prompt")).includes("none"),
      refusals: {
        access_denied: errorRedirect(request, "access_denied"),
        login_required: errorRedirect(request, "login_required"),
        consent_required: errorRedirect(request, "consent_required"),
      },
    };
  } catch (error) {
    if (!(error instanceof AuthorizationError)) throw error;
    if (error.redirectTo !== undefined) return { kind: "redirect", to: error.redirectTo };
    return { kind: "refused", description: error.description };
  }
}

/** What the provider library accepts and we refuse; null when the request is valid. */
function refusalOf(
  request: AppRequest,
  params: URLSearchParams,
  scopes: readonly AppScope[],
): [code: string, description: string] | null {
  const repeated = repeatedParameter(params);
  if (repeated !== null) return ["invalid_request", `${repeated} must not be repeated`];
  // Also for apps with a secret: PKCE makes a stolen code useless (RFC 9700, 2.1.1).
  if (request.codeChallenge === undefined) return ["invalid_request", "code_challenge is required (S256)"];
  if (params.has("request")) return ["request_not_supported", "request objects are not supported"];
  if (params.has("request_uri")) return ["request_uri_not_supported", "request objects are not supported"];
  // Unknown scopes are not granted, as the token response says (RFC 6749, 3.3): libraries ask for `profile`.
  if (scopes.length === 0) {
    return ["invalid_scope", `scopes are ${APP_SCOPES.join(", ")}`];
  }
  // A code in the fragment or in a form could be read by others.
  if ((params.get("response_mode") ?? "query") !== "query") return ["invalid_request", "response_mode must be query"];
  const prompts = spaceSeparated(params.get("prompt"));
  if (prompts.includes("none") && prompts.length > 1) return ["invalid_request", "prompt none stands alone"];
  if ((params.get("nonce") ?? "").length > NONCE_MAX) return ["invalid_request", "nonce is too long"];
  return null;
}

/** An error redirect to the app; only for a request whose redirect URI was found to be the app's. */
function errorRedirect({ redirectUri, state, issuer }: AppRequest, code: string, description?: string): string {
  const url = new URL(redirectUri);
  url.searchParams.set("error", code);
  if (description !== undefined) url.searchParams.set("error_description", description);
  if (state !== "") url.searchParams.set("state", state);
  // RFC 9207: the issuer of the response.
  if (issuer !== undefined) url.searchParams.set("iss", issuer);
  return url.href;
}

function maxAgeOf(params: URLSearchParams): number | null {
  const text = params.get("max_age") ?? "";
  const asked = MAX_AGE.test(text) ? Math.max(Number(text), FRESH_SECONDS) : null;
  return spaceSeparated(params.get("prompt")).includes("login") ? FRESH_SECONDS : asked;
}

function spaceSeparated(text: string | null): string[] {
  return (text ?? "").split(" ").filter((word) => word !== "");
}

function nameIn(record: string | null): string {
  const parsed: unknown = JSON.parse(record ?? "{}");
  const name = (parsed as { clientName?: unknown }).clientName;
  // An earlier release accepted names with text direction marks.
  return typeof name === "string" ? withoutHiddenCharacters(name) : "";
}

/** The provider library reads only the app's own record here. */
function recordOnly(record: string | null): KeyValueStore {
  const none = (): Promise<never> => Promise.reject(new Error("nothing is kept here"));
  return {
    get: () => Promise.resolve(record === null ? null : (JSON.parse(record) as unknown)),
    put: none,
    delete: none,
    list: none,
  };
}
