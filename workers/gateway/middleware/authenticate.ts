import { type AppContext, type Caller, originOf } from "../context.ts";
import { checkKey } from "../keyChecks.ts";
import { verifyToken } from "../tokens.ts";

/** Who calls, as proved by API key headers, a bearer token, or HTTP Basic with key and secret; null for nobody. */
export async function callerOf(c: AppContext): Promise<Caller | null> {
  const now = Date.now();
  const { ip } = originOf(c);
  const keyId = c.req.header("APCA-API-KEY-ID");
  const secret = c.req.header("APCA-API-SECRET-KEY");
  if (keyId !== undefined && secret !== undefined) return checkKey(c.env, { keyId, secret, ip }, now);
  const [scheme, value] = credentials(c.req.header("Authorization"));
  if (scheme === "bearer") {
    const session = await verifyToken(c.env.JWT_PRIVATE_KEY, value, now);
    return session === null ? null : { ...session, proof: "session", credential: "", steppedUpAt: null };
  }
  if (scheme === "basic") {
    const pair = basicPair(value);
    return pair === null ? null : checkKey(c.env, { keyId: pair[0], secret: pair[1], ip }, now);
  }
  return null;
}

/** Scheme in lower case and what follows it. */
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
