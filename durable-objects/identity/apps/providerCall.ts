/** Calls of the provider library's token endpoint. */
import * as z from "zod";
import type { OAuthAppRpc, TokenAnswer, TokenCall } from "../../../protocol/rpc/identity/oauth.ts";
import type { KeyValueStore } from "../../oauthProvider/keyValueStore.ts";
import { authorizationServer, type ServerEnv, TOKEN_PATH } from "../../oauthProvider/authorizationServer.ts";
import { grantIn, type ProviderEntries } from "./providerEntries.ts";

/** The lifetime of a code: the app has it as soon as the browser has followed the redirect. */
const CODE_SECONDS = 60;

/** The fields of a response without tokens. */
export const NOTHING = { session: null, idClaims: null } as const;

export const INVALID_GRANT: TokenAnswer = {
  status: 400,
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify({ error: "invalid_grant" }),
  ...NOTHING,
};

/** The provider library's response. Session and ID token claims are added by the caller, from the exchange (`env`). */
export async function callProvider(call: TokenCall, form: URLSearchParams, env: ServerEnv): Promise<TokenAnswer> {
  const answer = await authorizationServer(call.issuer).fetch(requestOf(call, form), env, NO_CONTEXT);
  const headers = Object.fromEntries(
    ["Content-Type", "WWW-Authenticate"].flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    }),
  );
  return { status: answer.status, headers, body: await answer.text(), ...NOTHING };
}

/** The error code of a response; null when it is no error. */
export function errorIn({ status, body }: TokenAnswer): string | null {
  if (status < 400) return null;
  return z.object({ error: z.string() }).safeParse(JSON.parse(body)).data?.error ?? null;
}

/** The provider library takes an execution context and does not use it. */
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

/**
 * The provider library's storage: rows of the login, and the objects of apps. `ended` is called when the library
 * deletes a grant.
 */
export function providerStore(
  entries: ProviderEntries,
  app: (clientId: string) => OAuthAppRpc,
  ended: (grantId: string) => void,
): KeyValueStore {
  return {
    get: async (key) => {
      const clientId = key.startsWith("client:") ? key.slice("client:".length) : null;
      if (clientId === null) return entries.get(key);
      const record = await app(clientId).record();
      return record === null ? null : (JSON.parse(record) as unknown);
    },
    put: (key, value, options = {}) => {
      const isCode = key.startsWith("grant:") && options.expirationTtl !== undefined;
      return entries.put(key, value, isCode ? { ...options, expirationTtl: CODE_SECONDS } : options);
    },
    delete: (key) => {
      if (key.startsWith("grant:")) ended(grantIn(key));
      return entries.delete(key);
    },
    list: (options) => entries.list(options),
  };
}
