/** The providers that a person may sign in with: any issuer of OpenID Connect, by configuration. */
import * as client from "openid-client";
import * as z from "zod";
import { guardedFetch } from "../../../protocol/http/guardedFetch.ts";
import { isLoopback } from "../publicOrigin.ts";

const Provider = z.strictObject({
  /** Part of the URLs of this provider. */
  name: z.string().regex(/^[a-z0-9-]{1,32}$/),
  /** Shown to people; without it the name is shown. */
  label: z.string().max(64).optional(),
  issuer: z.url(),
  client_id: z.string().min(1),
  /** Without it the exchange is a public client of the provider. */
  client_secret: z.string().min(1).optional(),
  scopes: z.array(z.string()).default(["openid", "email"]),
});
export type Provider = z.infer<typeof Provider>;

/** How long a provider's metadata is cached. */
const DISCOVERED_MS = 60 * 60_000;
const TIMEOUT_SECONDS = 5;
/** The leeway for every time in what a provider signs. */
const CLOCK_LEEWAY_SECONDS = 5;

/** A provider is unreachable or answers 5xx. */
export class ProviderUnavailable extends Error {
  override readonly name = "ProviderDown";
}

const outgoing = guardedFetch(undefined, undefined, TIMEOUT_SECONDS * 1000);

/** The providers in OIDC_PROVIDERS. Throws when the text is not a list of providers. */
export function providersOf(text: string): Provider[] {
  return z.array(Provider).parse(JSON.parse(text));
}

/** By provider. Plain data and keys, so that any request of the isolate may use them. */
const discovered = new Map<string, { readonly config: client.Configuration; readonly until: number }>();

/** The client configuration of a provider, from the cache or by discovery. Throws ProviderUnavailable. */
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

/** True when the provider caused the failure: one of the causes is what `providerFetch` threw. */
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
