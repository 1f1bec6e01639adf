/** Gives a session to its client: as tokens in the response, or as cookies that no script can read. */
import type { LoginRoute } from "../../domain/ids.ts";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { SessionGrant } from "../../protocol/rpc/identity/sessions.ts";
import type { AppContext } from "./context.ts";
import { keepDevice } from "./devices.ts";
import { refuseForeign } from "./middleware/forgery.ts";
import { issueToken, TOKEN_SECONDS } from "./tokens.ts";

/**
 * Names without the prefix `__Host-`. Browsers accept cookies with it from this host only, over TLS and for all paths.
 */
export const ACCESS_COOKIE = "access";
export const REFRESH_COOKIE = "refresh";
const REFRESH_SECONDS = 7 * 86_400;

const COOKIE = {
  prefix: "host",
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "Strict",
} as const satisfies CookieOptions;

/** Answers a sign-in or a refresh. Cookies are set for our own pages only. */
export async function answerSession(
  c: AppContext,
  route: LoginRoute,
  grant: SessionGrant,
  { cookies }: { readonly cookies: boolean },
): Promise<Response> {
  if (cookies) refuseForeign(c);
  const { sessionId, jti, principal, refreshToken, csrfToken, deviceToken } = grant;
  const { userId, accountId } = principal;
  const claims = { userId, accountId, route, sessionId, jti };
  const token = await issueToken(c.env.JWT_KEYS, claims, Date.now());
  if (!cookies) {
    const answer = { access_token: token, token_type: "Bearer", expires_in: TOKEN_SECONDS };
    return c.json({ ...answer, refresh_token: refreshToken });
  }
  setCookie(c, ACCESS_COOKIE, token, { ...COOKIE, maxAge: TOKEN_SECONDS });
  setCookie(c, REFRESH_COOKIE, refreshToken, { ...COOKIE, maxAge: REFRESH_SECONDS });
  keepDevice(c, deviceToken);
  return c.json({ csrf_token: csrfToken, expires_in: TOKEN_SECONDS });
}

/** Deletes the session cookies. */
export function clearCookies(c: AppContext): void {
  for (const name of [ACCESS_COOKIE, REFRESH_COOKIE]) deleteCookie(c, name, COOKIE);
}

/** True when the browser has a session cookie; the session may have ended. */
export function hasSessionCookie(c: AppContext): boolean {
  return [ACCESS_COOKIE, REFRESH_COOKIE].some((name) => getCookie(c, name, "host") !== undefined);
}
