/**
 * The cookie by which a browser shows that it has signed in before: a random token for each of the last logins that have
 * used it. It opens nothing; who shows it is not made to wait for what strangers do (durable-objects/identity/sessions).
 */
import { getCookie, setCookie } from "hono/cookie";
import { type Client, DEVICES_SHOWN_MAX } from "../../protocol/rpc/identity/devices.ts";
import type { AppContext } from "./context.ts";
import { hexDigest } from "./hexDigest.ts";

const COOKIE = "device";
/** Browsers keep no cookie for longer. */
const COOKIE_SECONDS = 400 * 86_400;
const TOKEN = /^[\w-]{40}$/;
const SEPARATOR = ".";

/** What the request's client shows of having signed in before. `remembers`: it keeps cookies. */
export async function clientOf(c: AppContext, remembers: boolean): Promise<Client> {
  return { devices: await Promise.all(tokensOf(c).map(hexDigest)), remembers };
}

/** Has the browser keep its tokens, and the one that it has just got. */
export function keepDevice(c: AppContext, token: string | undefined): void {
  const tokens = [...(token === undefined ? [] : [token]), ...tokensOf(c)].slice(0, DEVICES_SHOWN_MAX);
  if (tokens.length === 0) return;
  setCookie(c, COOKIE, tokens.join(SEPARATOR), {
    // Lax and not strict: whoever comes back from another provider has not become a stranger there.
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: COOKIE_SECONDS,
  });
}

/** The header that hands the cookie on to the API, and no other cookie. */
export function deviceHeader(c: AppContext): Record<string, string> {
  const tokens = tokensOf(c);
  return tokens.length === 0 ? {} : { Cookie: `__Host-${COOKIE}=${tokens.join(SEPARATOR)}` };
}

function tokensOf(c: AppContext): string[] {
  const shown = getCookie(c, COOKIE, "host")?.split(SEPARATOR, DEVICES_SHOWN_MAX) ?? [];
  return shown.filter((token) => TOKEN.test(token));
}
