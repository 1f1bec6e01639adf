/**
 * The device cookie: a random token for each of the last logins that this browser signed in to. It authenticates
 * nobody; a browser that sends it is throttled apart from unknown clients (durable-objects/identity/sessions).
 */
import { getCookie, setCookie } from "hono/cookie";
import { type Client, DEVICES_SHOWN_MAX } from "../../protocol/rpc/identity/devices.ts";
import type { AppContext } from "./context.ts";
import { hexDigest } from "./hexDigest.ts";

const COOKIE = "device";
/** The longest life that browsers allow a cookie. */
const COOKIE_SECONDS = 400 * 86_400;
const TOKEN = /^[\w-]{40}$/;
const SEPARATOR = ".";

/** The known devices that the client names by its cookie. `remembers`: the client keeps cookies. */
export async function clientOf(c: AppContext, remembers: boolean): Promise<Client> {
  return { devices: await Promise.all(tokensOf(c).map(hexDigest)), remembers };
}

/** Sets the cookie with the browser's tokens and the new one. */
export function keepDevice(c: AppContext, token: string | undefined): void {
  const tokens = [...(token === undefined ? [] : [token]), ...tokensOf(c)].slice(0, DEVICES_SHOWN_MAX);
  if (tokens.length === 0) return;
  setCookie(c, COOKIE, tokens.join(SEPARATOR), {
    // Lax, not strict: the cookie must be sent when another provider redirects the browser back.
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: COOKIE_SECONDS,
  });
}

/** The Cookie header for a call to the API: this cookie and no other. */
export function deviceHeader(c: AppContext): Record<string, string> {
  const tokens = tokensOf(c);
  return tokens.length === 0 ? {} : { Cookie: `__Host-${COOKIE}=${tokens.join(SEPARATOR)}` };
}

function tokensOf(c: AppContext): string[] {
  const shown = getCookie(c, COOKIE, "host")?.split(SEPARATOR, DEVICES_SHOWN_MAX) ?? [];
  return shown.filter((token) => TOKEN.test(token));
}
