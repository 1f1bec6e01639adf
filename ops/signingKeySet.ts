/**
 * How the signing keys of access tokens are replaced without refusing a valid token. Three phases, some time apart: the
 * next key is added, so that it is published; then it signs, and the old one still verifies; then the old one is
 * dropped. The set contains the times of its phases, which determine when the next phase is allowed.
 */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as z from "zod";
import { signingKey } from "../protocol/auth/signingKey.ts";

/**
 * Key sets are cached for five minutes (workers/gateway/resources/sessions/routes.ts); a secret reaches all locations
 * in about one.
 */
const PUBLISHED_MS = 10 * 60_000;
/**
 * A token lives 15 minutes. The key that signed it must verify a little longer, because the next key does not sign
 * everywhere at once.
 */
const RETIRED_MS = 20 * 60_000;

const SigningKey = signingKey.extend({
  alg: z.literal("ES256").optional(),
  use: z.literal("sig").optional(),
  /** When the key was published; it signs later. */
  added_at: z.iso.datetime().optional(),
  /** When another key replaced it as the signing key. */
  retired_at: z.iso.datetime().optional(),
});
export type SigningKey = z.infer<typeof SigningKey>;

/** The text of JWT_KEYS, as a value. */
export const SigningKeySet = z.strictObject({ keys: z.array(SigningKey).min(1) });
export type SigningKeySet = z.infer<typeof SigningKeySet>;

export interface Rotated {
  readonly phase: "add" | "promote" | "drop";
  /** The key that the phase is about. */
  readonly kid: string;
  readonly set: SigningKeySet;
  /** When the phase after this one is allowed, epoch milliseconds; null: the rotation is complete. */
  readonly nextAt: number | null;
}

/** The phase would make the exchange refuse valid tokens. */
export class TooEarly extends Error {
  constructor(phase: string, at: number) {
    super(`It is too early to ${phase}: not before ${new Date(at).toISOString()}.`);
  }
}

/** The set after the phase that is due. Throws TooEarly while the last phase has not reached every location. */
export function rotate(set: SigningKeySet, now: number, newKey: () => SigningKey = newSigningKey): Rotated {
  const [first, ...others] = set.keys;
  if (first === undefined) throw new Error("a set of keys has one at least");
  const retired = others.find((key) => key.retired_at !== undefined);
  if (retired !== undefined) {
    wait("drop the old key", retired.retired_at, RETIRED_MS, now);
    const keys = set.keys.filter(({ kid }) => kid !== retired.kid);
    return { phase: "drop", kid: retired.kid, set: { keys }, nextAt: null };
  }
  const at = new Date(now).toISOString();
  const [next] = others;
  if (next === undefined) {
    const key = { ...newKey(), added_at: at };
    return { phase: "add", kid: key.kid, set: { keys: [first, key] }, nextAt: now + PUBLISHED_MS };
  }
  wait("sign with the next key", next.added_at, PUBLISHED_MS, now);
  const { added_at: _added, ...signing } = next;
  const keys = [signing, ...others.slice(1), { ...first, retired_at: at }];
  return { phase: "promote", kid: next.kid, set: { keys }, nextAt: now + RETIRED_MS };
}

/** A key without a date was added by hand; its age counts from now. */
function wait(phase: string, since: string | undefined, ms: number, now: number): void {
  const at = (since === undefined ? now : Date.parse(since)) + ms;
  if (now < at) throw new TooEarly(phase, at);
}

function newSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = privateKey.export({ format: "jwk" });
  return SigningKey.parse({ ...jwk, kid: randomBytes(6).toString("hex"), alg: "ES256", use: "sig" });
}
