/**
 * Reads an access token without verifying its signature. The claims only tell which login to ask; the login verifies
 * the random `jti`, which only the holder of the token has.
 */
import type { LoginRoute } from "../../domain/ids.ts";
import * as z from "zod";
import { isRoute } from "../ids/loginRoute.ts";

/** Longer than any token of this exchange. */
export const ACCESS_TOKEN_MAX = 2_048;

const claims = z.object({
  route: z.string().refine(isRoute),
  sid: z.uuid(),
  jti: z.string().min(20).max(128),
});

export interface UnverifiedClaims {
  readonly route: LoginRoute;
  readonly sessionId: string;
  readonly jti: string;
}

/** The unverified claims of a token; null when it is malformed. */
export function unverifiedClaims(token: string): UnverifiedClaims | null {
  const [, payload] = token.split(".");
  if (payload === undefined || token.length > ACCESS_TOKEN_MAX) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, "+").replace(/_/g, "/")), (byte) => byte.charCodeAt(0));
    const read = claims.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return read.success ? { route: read.data.route, sessionId: read.data.sid, jti: read.data.jti } : null;
  } catch {
    // The text is neither base64 nor JSON.
    return null;
  }
}
