/** How log lines name a credential. */
import { hexDigest } from "./hexDigest.ts";

/** Enough to tell credentials apart, and too short to be struck out as a secret. */
const DIGEST_LENGTH = 16;

/**
 * The first 64 bits of SHA-256 over `<kind>:<id>` in hex: the same for ever, so that whoever knows a key id finds its
 * requests in a log, and nobody reads the key id, or the digest of an e-mail in it, from the log.
 */
export async function credentialDigestOf(kind: "session" | "api_key" | "app", id: string): Promise<string> {
  return (await hexDigest(`${kind}:${id}`)).slice(0, DIGEST_LENGTH);
}
