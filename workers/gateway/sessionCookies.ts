/** How a session is handed to its holder: as tokens in the answer, or as cookies that no script can read. */
import type { LoginRoute } from "../../domain/ids.ts";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import type { SessionGrant } from "../../protocol/rpc/identity/sessions.ts";
import type { AppContext } from "./context.ts";
import { keepDevice } from "./devices.ts";
import { refuseForeign } from "./middleware/forgery.ts";
import { issueToken, TOKEN_SECONDS } from "./tokens.ts";

/** Names without the prefix `__Host-`, which makes browsers take them from this host alone, over TLS and for all paths. */
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

/** The answer to whoever has begun or refreshed a session. Cookies are given to our own pages and to no page of others. */
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

/** Takes the session's cookies back. */
export function clearCookies(c: AppContext): void {
  for (const name of [ACCESS_COOKIE, REFRESH_COOKIE]) deleteCookie(c, name, COOKIE);
}

/** True when the browser shows a session: whether it still stands is for its login to say. */
export function hasSessionCookie(c: AppContext): boolean {
  return [ACCESS_COOKIE, REFRESH_COOKIE].some((name) => getCookie(c, name, "host") !== undefined);
}
