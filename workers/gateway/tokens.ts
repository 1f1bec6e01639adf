/** Access tokens: ES256 JWTs that a quarter of an hour makes worthless. */
import * as z from "zod";
import { JOSEError } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import { SignJWT } from "jose/jwt/sign";
import { importJWK } from "jose/key/import";
import { type Principal, ROLES } from "../../protocol/access.ts";
import { signingKey } from "../../protocol/signingKey.ts";

export const TOKEN_SECONDS = 15 * 60;

const ALGORITHM = "ES256";
const ISSUER = "edge-exchange";
const AUDIENCE = "edge-exchange/api";
/** RFC 9068: keeps any other kind of JWT we may sign one day from being taken for an access token. */
const TYPE = "at+jwt";

/** What a token says: who, and the route of the login it was given to. */
export interface Session {
  readonly principal: Principal;
  readonly route: string;
}

const claims = z.object({
  sub: z.string(),
  account: z.string(),
  roles: z.array(z.enum(ROLES)),
  route: z.string(),
});

interface Keys {
  readonly kid: string;
  readonly signing: CryptoKey;
  readonly verifying: CryptoKey;
  readonly publicJwk: Readonly<Record<string, string>>;
}

/** Keys of the last key text: importing costs more than a signature. Values only, so any request may use them. */
let imported: { text: string; keys: Keys } | null = null;

async function keysOf(text: string): Promise<Keys> {
  if (imported?.text === text) return imported.keys;
  const { d, kid, ...point } = signingKey.parse(JSON.parse(text));
  const [signing, verifying] = await Promise.all([importJWK({ ...point, d }, ALGORITHM), importJWK(point, ALGORITHM)]);
  if (signing instanceof Uint8Array || verifying instanceof Uint8Array) throw new Error("not an EC key");
  const keys = { kid, signing, verifying, publicJwk: { ...point, kid, alg: ALGORITHM, use: "sig" } };
  imported = { text, keys };
  return keys;
}

/** A new access token. `keyText` is the JWK text of the signing key; throws when it is none. */
export async function issueToken(keyText: string, session: Session, nowMs: number): Promise<string> {
  const { kid, signing } = await keysOf(keyText);
  const { userId, accountId, roles } = session.principal;
  const issued = Math.floor(nowMs / 1000);
  return new SignJWT({ account: accountId, roles: [...roles], route: session.route })
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: TYPE })
    .setSubject(userId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setExpirationTime(issued + TOKEN_SECONDS)
    .sign(signing);
}

/** What a token says; null unless our key signed it, for us, and it has not ended. */
export async function verifyToken(keyText: string, token: string, nowMs: number): Promise<Session | null> {
  const { kid, verifying } = await keysOf(keyText);
  try {
    const { payload, protectedHeader } = await jwtVerify(token, verifying, {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ["exp", "iat"],
      maxTokenAge: TOKEN_SECONDS,
      currentDate: new Date(nowMs),
    });
    const read = claims.safeParse(payload);
    if (protectedHeader.kid !== kid || !read.success) return null;
    const { sub: userId, account: accountId, roles, route } = read.data;
    return { principal: { userId, accountId, roles }, route };
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/** The public half of the key, as a JWK set. */
export async function publicKeys(keyText: string): Promise<{ keys: Readonly<Record<string, string>>[] }> {
  return { keys: [(await keysOf(keyText)).publicJwk] };
}
