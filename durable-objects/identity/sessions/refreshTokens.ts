/**
 * How refresh tokens (protocol/auth/refreshToken.ts) are made and known again. Only the SHA-256 of a token is kept; the next one is computed from the token itself, so whoever repeats the last one gets the same
 * successor although nothing of it is stored. A token carries a tag of its session, by which an old one is known for
 * what it was: otherwise anybody who knows a session's id could end it with a made-up token.
 */
import type { LoginRoute } from "../../../domain/ids.ts";
import { timingSafeEqual } from "node:crypto";
import type { RefreshToken } from "../../../protocol/auth/refreshToken.ts";
import { newSecret } from "../../../protocol/ids/loginRoute.ts";
import { hmacSha256 } from "../digest.ts";

/** The first token of a session. */
export function newRefreshToken(route: LoginRoute, sessionId: string, salt: string): string {
  return tokenOf(`${route}.${sessionId}`, newSecret(), salt);
}

/** What a refresh gives. */
export interface Tokens {
  readonly refreshToken: string;
  /** Of the access token. */
  readonly jti: string;
}

/**
 * What this refresh token is exchanged for. `salt` is the session's, without which nobody can compute it. The access token
 * too is the same for all who ask at once: many of them would otherwise end each other's (a session has only a few).
 */
export function nextOf(salt: string, token: string): Tokens {
  const refreshToken = tokenOf(token.split(".", 2).join("."), markOf(salt, `next ${token}`), salt);
  return { refreshToken, jti: markOf(salt, `access ${token}`) };
}

/** True when the session of this salt once gave out this token. */
export function isOfSession(salt: string, { secret, tag }: RefreshToken): boolean {
  return sameText(tag, markOf(salt, `tag ${secret}`));
}

/** What requests with the session's cookies must repeat in a header. */
export function csrfTokenOf(salt: string): string {
  return markOf(salt, "csrf");
}

/** Whether two texts are equal, in a time that tells nothing of where they differ. */
export function sameText(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [first, second] = [encoder.encode(a), encoder.encode(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function tokenOf(place: string, secret: string, salt: string): string {
  return `${place}.${secret}.${markOf(salt, `tag ${secret}`)}`;
}

/** HMAC-SHA-256 as base64url. */
function markOf(salt: string, text: string): string {
  return btoa(String.fromCharCode(...hmacSha256(salt, text)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}
