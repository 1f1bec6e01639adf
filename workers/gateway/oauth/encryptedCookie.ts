/**
 * A cookie that the browser can neither read nor change: a JWE (RFC 7516). Its key is derived from the key that signs
 * tokens, for this purpose alone.
 */
import { getCookie, setCookie } from "hono/cookie";
import { JOSEError, JWKSNoMatchingKey } from "jose/errors";
import { jwtDecrypt } from "jose/jwt/decrypt";
import { EncryptJWT } from "jose/jwt/encrypt";
import type * as z from "zod";
import { PRIVATE_PART_LENGTH, signingKeys } from "../../../protocol/auth/signingKey.ts";
import type { AppContext } from "../context.ts";

const PURPOSE = "edge-exchange sealed cookie";

/**
 * Sets a cookie of this host with `content` in it. SameSite=Lax: it is sent when another site sends the browser back
 * here.
 */
export async function setEncryptedCookie(c: AppContext, name: string, content: object, seconds: number): Promise<void> {
  const [first] = signingKeys.parse(JSON.parse(c.env.JWT_KEYS)).keys;
  if (first === undefined) throw new Error("JWT_KEYS has no key");
  const encrypted = await new EncryptJWT({ content })
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: first.kid })
    .setAudience(name)
    .setExpirationTime(`${seconds}s`)
    .encrypt(await derived(first.d));
  setCookie(c, name, encrypted, {
    prefix: "host",
    path: "/",
    secure: true,
    httpOnly: true,
    sameSite: "Lax",
    maxAge: seconds,
  });
}

/**
 * The content of an encrypted cookie; null when there is none, or it has expired, or it was encrypted for another name
 * or by another key.
 */
export async function readEncryptedCookie<S extends z.ZodType>(
  c: AppContext,
  name: string,
  schema: S,
): Promise<z.output<S> | null> {
  const encrypted = getCookie(c, name, "host");
  if (encrypted === undefined) return null;
  const { keys } = signingKeys.parse(JSON.parse(c.env.JWT_KEYS));
  try {
    const { payload } = await jwtDecrypt(encrypted, ({ kid }) => derived(privatePart(keys, kid)), {
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

/** Deletes an encrypted cookie. */
export function clearEncryptedCookie(c: AppContext, name: string): void {
  setCookie(c, name, "", { prefix: "host", path: "/", secure: true, httpOnly: true, sameSite: "Lax", maxAge: 0 });
}

/** The private part of the key with this id. Throws for an id that is none of our keys. */
function privatePart(keys: z.infer<typeof signingKeys>["keys"], kid: string | undefined): string {
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new JWKSNoMatchingKey();
  return key.d;
}

/** HKDF-SHA256 of a private key: the result does not reveal the key. Throws when the key is too short to be one. */
async function derived(d: string): Promise<Uint8Array> {
  if (d.length < PRIVATE_PART_LENGTH) throw new Error("no private key to derive from");
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(d), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encoder.encode(PURPOSE) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 256));
}
