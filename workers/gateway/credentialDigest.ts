/** The name of a credential in log lines. */
import { hexDigest } from "./hexDigest.ts";

/** Enough to tell credentials apart, and short enough not to be replaced as a secret. */
const DIGEST_LENGTH = 16;

/**
 * The first 64 bits of SHA-256 over `<kind>:<id>` in hex. It never changes, so that a known key id can be looked up in
 * a log. The log reveals neither the key id nor the digest of an e-mail that is part of it.
 */
export async function credentialDigestOf(kind: "session" | "api_key" | "app", id: string): Promise<string> {
  return (await hexDigest(`${kind}:${id}`)).slice(0, DIGEST_LENGTH);
}
