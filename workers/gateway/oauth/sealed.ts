/**
 * What a browser keeps for us between two requests and can neither read nor change: a JWE (RFC 7516) under a key that is
 * derived from the one that signs tokens, for this purpose alone.
 */
import { getCookie, setCookie } from "hono/cookie";
import { JOSEError } from "jose/errors";
import { jwtDecrypt } from "jose/jwt/decrypt";
import { EncryptJWT } from "jose/jwt/encrypt";
import type * as z from "zod";
import { signingKeys } from "../../../protocol/signingKey.ts";
import type { AppContext } from "../context.ts";

const PURPOSE = "edge-exchange sealed cookie";

/** Seals `content` into a cookie of this host, which comes along when another site sends the browser back here. */
export async function setSealed(c: AppContext, name: string, content: object, seconds: number): Promise<void> {
  const [first] = signingKeys.parse(JSON.parse(c.env.JWT_KEYS)).keys;
  if (first === undefined) throw new Error("JWT_KEYS has no key");
  const sealed = await new EncryptJWT({ content })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: first.kid })
    .setAudience(name)
    .setExpirationTime(`${seconds}s`)
    .encrypt(await derived(first.d));
  setCookie(c, name, sealed, {
    ...{ prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Lax" },
    maxAge: seconds,
  });
}

/** What is in a sealed cookie; null when there is none, it is another's or its time is over. Takes the cookie back. */
export async function takeSealed<S extends z.ZodType>(
  c: AppContext,
  name: string,
  schema: S,
): Promise<z.output<S> | null> {
  const sealed = getCookie(c, name, "host");
  if (sealed === undefined) return null;
  setCookie(c, name, "", { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Lax", maxAge: 0 });
  const { keys } = signingKeys.parse(JSON.parse(c.env.JWT_KEYS));
  try {
    const { payload } = await jwtDecrypt(sealed, ({ kid }) => derived(keys.find((key) => key.kid === kid)?.d ?? ""), {
      audience: name,
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: ["A256GCM"],
      requiredClaims: ["exp"],
    });
    const read = schema.safeParse(payload["content"]);
    return read.success ? read.data : null;
  } catch (error) {
    if (error instanceof JOSEError) return null;
    throw error;
  }
}

/** HKDF-SHA256 of a private key: whoever has the result knows nothing of the key. */
async function derived(d: string): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(d), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(PURPOSE) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
}
