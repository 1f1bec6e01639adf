/** Access tokens: ES256 JWTs that expire after a quarter of an hour. */
import type { AccountId, LoginRoute, UserId } from "../../domain/ids.ts";
import * as z from "zod";
import { JOSEError, JWKSNoMatchingKey } from "jose/errors";
import { jwtVerify } from "jose/jwt/verify";
import { SignJWT } from "jose/jwt/sign";
import { importJWK } from "jose/key/import";
import type { IdClaims } from "../../protocol/rpc/identity/oauth.ts";
import { signingKeys } from "../../protocol/auth/signingKey.ts";

export const TOKEN_SECONDS = 15 * 60;

/** The leeway for `iat` and `nbf`: clocks of gateways differ. There is none for `exp`. */
const CLOCK_LEEWAY_SECONDS = 5;

const ALGORITHM = "ES256";
const ISSUER = "edge-exchange";
const AUDIENCE = "edge-exchange/api";
/** RFC 9068: another kind of JWT that we sign is not accepted as an access token. */
const TYPE = "at+jwt";

/** The claims of an access token. */
export interface TokenClaims {
  readonly userId: UserId;
  readonly accountId: AccountId;
  /** Names the login's object. */
  readonly route: LoginRoute;
  readonly sessionId: string;
  readonly jti: string;
}

const claims = z.object({
  sub: z.string(),
  account: z.string(),
  route: z.string(),
  sid: z.string(),
  jti: z.string(),
});

interface Keys {
  /** Of the first key. */
  readonly kid: string;
  readonly signing: CryptoKey;
  /** By kid. */
  readonly verifying: ReadonlyMap<string, CryptoKey>;
  readonly publicJwks: readonly Readonly<Record<string, string>>[];
}

/**
 * The imported keys of the last key text: importing costs more than a signature. Plain values: any request may use
 * them.
 */
let imported: { text: string; keys: Keys } | null = null;

async function keysOf(text: string): Promise<Keys> {
  if (imported?.text === text) return imported.keys;
  const { keys: jwks } = signingKeys.parse(JSON.parse(text));
  const [first] = jwks;
  if (first === undefined) throw new Error("JWT_KEYS has no key");
  const { kid, ...pair } = first;
  const verifying = new Map<string, CryptoKey>();
  for (const { kid: id, kty, crv, x, y } of jwks) verifying.set(id, await ecKey({ kty, crv, x, y }));
  const publicJwks = jwks.map(({ kid: id, kty, crv, x, y }) => ({
    kty,
    crv,
    x,
    y,
    kid: id,
    alg: ALGORITHM,
    use: "sig",
  }));
  const keys = { kid, signing: await ecKey(pair), verifying, publicJwks };
  imported = { text, keys };
  return keys;
}

async function ecKey(jwk: { kty: "EC"; crv: "P-256"; x: string; y: string; d?: string }): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  if (key instanceof Uint8Array) throw new Error("not an EC key");
  return key;
}

/** Signs a new access token. `keyText`: the JWK set of the signing keys (JWT_KEYS); throws when it is none. */
export async function issueToken(keyText: string, token: TokenClaims, nowMs: number): Promise<string> {
  const { kid, signing } = await keysOf(keyText);
  const issued = Math.floor(nowMs / 1000);
  return new SignJWT({ account: token.accountId, route: token.route, sid: token.sessionId })
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: TYPE })
    .setSubject(token.userId)
    .setJti(token.jti)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issued)
    .setExpirationTime(issued + TOKEN_SECONDS)
    .sign(signing);
}

/**
 * Signs an ID token for an app (OpenID Connect Core, 2). Its type differs from access tokens, so the API does not
 * accept it.
 */
export async function issueIdToken(keyText: string, issuer: string, said: IdClaims, nowMs: number): Promise<string> {
  const { kid, signing } = await keysOf(keyText);
  const { subject, clientId, nonce, authTime, email } = said;
  const issued = Math.floor(nowMs / 1000);
  return new SignJWT({
    ...(nonce === null ? {} : { nonce }),
    ...(authTime === null ? {} : { auth_time: Math.floor(authTime / 1000) }),
    ...(email === null ? {} : { email, email_verified: true }),
  })
    .setProtectedHeader({ alg: ALGORITHM, kid, typ: "JWT" })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(clientId)
    .setIssuedAt(issued)
    .setExpirationTime(issued + TOKEN_SECONDS)
    .sign(signing);
}

/**
 * The claims of a token; null unless one of our keys signed it for this audience and it has not expired. The key is
 * chosen from our own set by id; keys and key URLs in the token's header are ignored.
 */
export async function verifyToken(keyText: string, token: string, nowMs: number): Promise<TokenClaims | null> {
  const { verifying } = await keysOf(keyText);
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => keyNamed(verifying, kid), {
      algorithms: [ALGORITHM],
      issuer: ISSUER,
      audience: AUDIENCE,
      typ: TYPE,
      requiredClaims: ["exp", "iat"],
      maxTokenAge: TOKEN_SECONDS,
      clockTolerance: CLOCK_LEEWAY_SECONDS,
      currentDate: new Date(nowMs),
    });
    const read = claims.safeParse(payload);
    if (!read.success || isOver(payload, Math.floor(nowMs / 1000))) return null;
    const { sub: userId, account: accountId, route, sid: sessionId, jti } = read.data;
    return { userId, accountId, route, sessionId, jti };
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/** Whether a token has expired, without the leeway that the library would grant. */
function isOver({ iat, exp }: { readonly iat?: number; readonly exp?: number }, now: number): boolean {
  return iat === undefined || exp === undefined || exp <= now || now - iat > TOKEN_SECONDS;
}

function keyNamed(keys: ReadonlyMap<string, CryptoKey>, kid: string | undefined): CryptoKey {
  const key = kid === undefined ? undefined : keys.get(kid);
  if (key === undefined) throw new JWKSNoMatchingKey();
  return key;
}

/** The public halves of the keys, as a JWK set. */
export async function publicKeys(keyText: string): Promise<{ keys: readonly Readonly<Record<string, string>>[] }> {
  return { keys: (await keysOf(keyText)).publicJwks };
}
