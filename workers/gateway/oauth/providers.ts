/** The providers that a person may sign in with: any issuer of OpenID Connect, by configuration. */
import * as client from "openid-client";
import * as z from "zod";
import { guardedFetch } from "../../../protocol/http/guardedFetch.ts";
import { isLoopback } from "../publicOrigin.ts";

const Provider = z.strictObject({
  /** In our addresses. */
  name: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** For persons; left out: the name. */
  label: z.string().max(64).optional(),
  issuer: z.url(),
  client_id: z.string().min(1),
  /** Left out: we are a public client there. */
  client_secret: z.string().min(1).optional(),
  scopes: z.array(z.string()).default(["openid", "email"]),
});
export type Provider = z.infer<typeof Provider>;

/** How long what a provider says of itself is used before it is asked again. */
const DISCOVERED_MS = 60 * 60_000;
const TIMEOUT_SECONDS = 5;
/** How far a provider's clock may be off, for every time in what it signs. */
const CLOCK_LEEWAY_SECONDS = 5;

/** Thrown when a provider cannot be reached or fails by itself: nobody's fault here, and it passes. */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderDown";
}

const outgoing = guardedFetch(undefined, undefined, TIMEOUT_SECONDS * 1000);

/** The providers in the text of OIDC_PROVIDERS. Throws when it is not a list of such. */
export function providersOf(text: string): Provider[] {
  return z.array(Provider).parse(JSON.parse(text));
}

/** By provider. Plain data and keys: any request of the isolate may use them. */
const discovered = new Map<string, { readonly config: client.Configuration; readonly until: number }>();

/** What openid-client needs to talk to a provider. Throws ProviderDown when it has to be asked and does not answer. */
export async function configurationOf(provider: Provider, now: number): Promise<client.Configuration> {
  const key = JSON.stringify(provider);
  const known = discovered.get(key);
  if (known !== undefined && known.until > now) return known.config;
  const { issuer, client_id, client_secret } = provider;
  const url = new URL(issuer);
  const secret = client_secret === undefined ? client.None() : client.ClientSecretPost(client_secret);
  const config = await client.discovery(url, client_id, { [client.clockTolerance]: CLOCK_LEEWAY_SECONDS }, secret, {
    // oxlint-disable-next-line typescript/no-deprecated -- marked so to stand out; only for a provider on this machine
    execute: isLoopback(url) ? [client.allowInsecureRequests] : [],
    timeout: TIMEOUT_SECONDS,
    [client.customFetch]: providerFetch,
  });
  // The ID token is verified by its signature, and not only by where it came from.
  client.enableNonRepudiationChecks(config);
  discovered.set(key, { config, until: now + DISCOVERED_MS });
  return config;
}

/** True when a failure is the provider's: somewhere in its causes is what `providerFetch` threw. */
export function isUnavailable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ProviderUnavailable) return true;
  }
  return false;
}

const providerFetch: client.CustomFetch = async (url, options) => {
  let answer: Response;
  try {
    answer = await outgoing(url, options as RequestInit);
  } catch (cause) {
    throw new ProviderUnavailable("the provider does not answer", { cause });
  }
  if (answer.status >= 500) throw new ProviderUnavailable(`the provider answers ${answer.status}`);
  return answer;
};
