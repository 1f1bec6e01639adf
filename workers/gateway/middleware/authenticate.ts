import { type AppContext, type Caller, clientInfoOf } from "../context.ts";
import { untilNextInterval } from "../constantTime.ts";
import { routeOfKeyId } from "../../../protocol/ids/loginRoute.ts";
import { verifyKey } from "../keyVerification.ts";
import { TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import { getCookie } from "hono/cookie";
import { verifySession } from "../sessionVerification.ts";
import { ACCESS_COOKIE } from "../sessionCookies.ts";
import { verifyToken } from "../tokens.ts";

const CREDENTIAL_HEADERS = ["Authorization", "APCA-API-KEY-ID", "APCA-API-SECRET-KEY"];

/**
 * The caller by API key headers, a bearer token, or HTTP Basic with key id and secret; null without valid credentials.
 * `bypassCache`: calls the login even when the credential is cached.
 */
export async function callerOf(c: AppContext, bypassCache = false): Promise<Caller | null> {
  const now = Date.now();
  const { ip } = clientInfoOf(c);
  const keyId = c.req.header("APCA-API-KEY-ID");
  const secret = c.req.header("APCA-API-SECRET-KEY");
  if (keyId !== undefined && secret !== undefined) {
    return delayRefusal(
      c,
      keyId,
      verifyKey(c.env, { keyId, secret, ip }, now, { bypassCache, knownDigest: c.get("keyDigest") }),
    );
  }
  const [scheme, value] = credentials(c.req.header("Authorization"));
  if (scheme === "bearer") {
    return callerOfToken(c, value, bypassCache);
  }
  if (scheme === "basic") {
    const pair = basicPair(value);
    if (pair === null) return null;
    return delayRefusal(c, pair[0], verifyKey(c.env, { keyId: pair[0], secret: pair[1], ip }, now, { bypassCache }));
  }
  return null;
}

/**
 * Delays a refusal: a made-up key id chooses which login is called, and the time must not reveal whether that login
 * exists.
 */
async function delayRefusal(c: AppContext, keyId: string, checked: Promise<Caller | null>): Promise<Caller | null> {
  const caller = await checked;
  if (caller === null && routeOfKeyId(keyId) !== null) await untilNextInterval(c);
  return caller;
}

/** True when the request has no credentials but cookies. Credentials in headers take precedence over cookies. */
export function hasOnlyCookies(c: AppContext): boolean {
  return CREDENTIAL_HEADERS.every((name) => c.req.header(name) === undefined);
}

/**
 * The caller by the session cookie, for requests without other credentials. The CSRF check is the caller's of this
 * function.
 */
export async function callerOfCookie(c: AppContext, bypassCache = false): Promise<Caller | null> {
  const token = getCookie(c, ACCESS_COOKIE, "host");
  return token === undefined ? null : callerOfToken(c, token, bypassCache);
}

/** The access token in the session cookie, if its signature is valid; its session may have ended. */
export async function tokenOfCookie(c: AppContext): Promise<string | null> {
  const token = getCookie(c, ACCESS_COOKIE, "host");
  return token !== undefined && (await verifyToken(c.env.JWT_KEYS, token, Date.now())) !== null ? token : null;
}

/**
 * The same credentials for a stream that the gateway opens: the frame that authenticates it, or the token of a page's
 * session for its upgrade.
 */
export async function streamCredentialsOf(
  c: AppContext,
): Promise<{ readonly token: string | null; readonly message: object | null }> {
  if (hasOnlyCookies(c)) return { token: await tokenOfCookie(c), message: null };
  const auth = (key: string, secret: string) => {
    return { token: null, message: { action: "auth", key, secret, account_id: c.get("caller").principal.accountId } };
  };
  const keyId = c.req.header("APCA-API-KEY-ID");
  const secret = c.req.header("APCA-API-SECRET-KEY");
  if (keyId !== undefined && secret !== undefined) return auth(keyId, secret);
  const [scheme, value] = credentials(c.req.header("Authorization"));
  const pair = scheme === "basic" ? basicPair(value) : null;
  return pair === null ? auth(TOKEN_KEY, value) : auth(...pair);
}

async function callerOfToken(c: AppContext, text: string, bypassCache: boolean): Promise<Caller | null> {
  const now = Date.now();
  const token = await verifyToken(c.env.JWT_KEYS, text, now);
  return token === null ? null : verifySession(c.env, token, now, bypassCache);
}

/** The scheme in lower case, and the credentials after it. */
export function credentials(header: string | undefined): readonly [scheme: string, value: string] {
  const match = /^(\w+) +(\S+) *$/.exec(header ?? "");
  return match === null ? ["", ""] : [(match[1] ?? "").toLowerCase(), match[2] ?? ""];
}

function basicPair(value: string): readonly [keyId: string, secret: string] | null {
  try {
    const text = atob(value);
    const colon = text.indexOf(":");
    return colon < 0 ? null : [text.slice(0, colon), text.slice(colon + 1)];
  } catch {
    // Not base64.
    return null;
  }
}
