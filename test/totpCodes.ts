import { Secret, TOTP } from "otpauth";

export const STEP = 30_000;

/** What an authenticator app shows: RFC 6238 by the library's own parameters, not by ours. */
export function codeAt(secret: string, at: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
}
