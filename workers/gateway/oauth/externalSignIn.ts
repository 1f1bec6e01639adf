/** A sign-in with another provider, from the redirect to it until the verified identity. */
import type { LoginRoute } from "../../../domain/ids.ts";
import * as client from "openid-client";
import * as z from "zod";
import { publicOrigin } from "../publicOrigin.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import type { AuthenticatedIdentity } from "../../../protocol/rpc/identity/external.ts";
import { routeOfExternal } from "../../../protocol/ids/loginRoute.ts";
import type { AppContext } from "../context.ts";
import { logEvent } from "../../../protocol/log/logEvent.ts";
import { configurationOf, isUnavailable, type Provider } from "./providers.ts";
import { clearEncryptedCookie, readEncryptedCookie, setEncryptedCookie } from "./encryptedCookie.ts";

const COOKIE = "external";
/** How long a person may take at the provider before the sign-in expires. */
const SIGN_IN_SECONDS = 600;
/** An authentication at the provider that is at most this old counts as a fresh one here. */
const FRESH_SECONDS = 60;

/** The state of a pending sign-in, which the browser keeps in an encrypted cookie. */
const Pending = z.object({
  provider: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  /** A path of this host to return to; null: the response has the tokens. */
  returnTo: z.string().nullable(),
  /** The session that links the identity to its login; null for a sign-in. */
  link: z
    .object({
      route: z.string(),
      sessionId: z.string(),
      /** The request came with the session's cookies, so the browser must have them at the callback too. */
      cookies: z.boolean().default(false),
    })
    .nullable(),
});
type Pending = z.infer<typeof Pending>;

/** The provider's URL to redirect the browser to. `fresh`: the person must authenticate again. */
export async function beginExternalSignIn(
  c: AppContext,
  provider: Provider,
  { returnTo, link, fresh }: Pick<Pending, "returnTo" | "link"> & { readonly fresh: boolean },
): Promise<string> {
  const config = await callProvider(c, provider, () => configurationOf(provider, c.var.receivedAt));
  const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: callbackOf(c, provider),
    scope: provider.scopes.join(" "),
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    ...(fresh ? { prompt: "login", max_age: "0" } : {}),
  });
  await setEncryptedCookie(
    c,
    COOKIE,
    { provider: provider.name, state, nonce, verifier, returnTo, link },
    SIGN_IN_SECONDS,
  );
  return url.href;
}

export interface ExternalResult {
  /** Names the object of the external identity. */
  readonly route: LoginRoute;
  readonly person: AuthenticatedIdentity;
  readonly link: Pending["link"];
}

/**
 * The sign-in that this browser has begun with this provider. Ends the request when there is none. The cookie stays
 * until `clearPendingSignIn`.
 */
export async function pendingSignInOf(c: AppContext, provider: Provider): Promise<Pending> {
  const pending = await readEncryptedCookie(c, COOKIE, Pending);
  if (pending !== null && pending.provider === provider.name) return pending;
  clearPendingSignIn(c);
  throw new ApiFault({ reason: "external_sign_in_failed" });
}

/** Deletes the cookie, so that a sign-in is finished at most once. */
export function clearPendingSignIn(c: AppContext): void {
  clearEncryptedCookie(c, COOKIE);
}

/**
 * Exchanges the code and verifies the ID token. Ends the request when the provider authenticated nobody, or not this
 * browser's request.
 */
export async function finishExternalSignIn(
  c: AppContext,
  provider: Provider,
  pending: Pending,
): Promise<ExternalResult> {
  const config = await callProvider(c, provider, () => configurationOf(provider, c.var.receivedAt));
  const url = new URL(callbackOf(c, provider));
  url.search = new URL(c.req.url).search;
  const tokens = await callProvider(c, provider, () =>
    client.authorizationCodeGrant(config, url, {
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      pkceCodeVerifier: pending.verifier,
      idTokenExpected: true,
    }),
  );
  const claims = tokens.claims();
  if (claims === undefined) throw new ApiFault({ reason: "external_sign_in_failed" });
  const profile =
    claims["email"] === undefined && config.serverMetadata().userinfo_endpoint !== undefined
      ? await callProvider(c, provider, () => client.fetchUserInfo(config, tokens.access_token, claims.sub))
      : claims;
  const { auth_time: provedAt } = claims;
  return {
    route: await routeOfExternal(claims.iss, claims.sub),
    person: {
      provider: provider.name,
      email: emailIn(profile),
      fresh: provedAt !== undefined && c.var.receivedAt / 1000 - provedAt <= FRESH_SECONDS,
    },
    link: pending.link,
  };
}

/** The e-mail that the provider has verified; null when it has verified none. */
function emailIn(profile: { readonly [claim: string]: unknown }): string | null {
  const read = z
    .object({ email: z.string().max(254).pipe(z.email()), email_verified: z.literal(true) })
    .safeParse(profile);
  return read.success ? read.data.email : null;
}

function callbackOf(c: AppContext, { name }: Provider): string {
  return `${publicOrigin(c).origin}/v1/auth/external/${name}/callback`;
}

/** Calls the provider. A provider that is unavailable is told apart from one that refuses or answers wrongly. */
async function callProvider<T>(c: AppContext, { name }: Provider, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const down = isUnavailable(error);
    // Only the error's code is logged: its message quotes what the provider sent, tokens included.
    const code = z.object({ code: z.string() }).safeParse(error).data?.code ?? null;
    logEvent("gateway", down ? "provider.unavailable" : "provider.refused", {
      requestId: c.var.requestId,
      provider: name,
      code,
    });
    throw new ApiFault({ reason: down ? "external_unavailable" : "external_sign_in_failed" });
  }
}
