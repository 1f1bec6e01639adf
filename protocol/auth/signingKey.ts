/** The form of the private keys that workers are given as secrets. */
import * as z from "zod";

/** A coordinate or the private part of a P-256 key: 32 bytes in base64url. */
export const PRIVATE_PART_LENGTH = 43;
const part = z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${PRIVATE_PART_LENGTH}}$`));

/** A private P-256 key as JWK, with the id by which its public half is published. */
export const signingKey = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: part,
  y: part,
  d: part,
  kid: z.string().min(1),
});

/** Private keys as a JWK set: the first signs, all verify and are published. */
export const signingKeys = z
  .object({ keys: z.array(signingKey).min(1) })
  .refine(({ keys }) => new Set(keys.map(({ kid }) => kid)).size === keys.length, "two keys with one kid");
