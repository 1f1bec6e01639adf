/**
 * Refresh tokens (protocol/auth/refreshToken.ts). Only the SHA-256 of a token is stored; the next one is computed from
 * the token itself, so that repeating the last refresh gives the same successor. A token carries a tag of its session,
 * by which an old token is recognized: without it, anybody who knows a session's id could end the session with a
 * made-up token.
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

/** The tokens that a refresh gives. */
export interface Tokens {
  readonly refreshToken: string;
  /** Of the access token. */
  readonly jti: string;
}

/**
 * The successors of a refresh token. They depend on the session's salt, which only the login knows. Concurrent
 * refreshes get the same access token, because a session has only a few valid ones.
 */
export function nextOf(salt: string, token: string): Tokens {
  const refreshToken = tokenOf(token.split(".", 2).join("."), hmacText(salt, `next ${token}`), salt);
  return { refreshToken, jti: hmacText(salt, `access ${token}`) };
}

/** Whether the session with this salt has issued this token. */
export function isOfSession(salt: string, { secret, tag }: RefreshToken): boolean {
  return sameText(tag, hmacText(salt, `tag ${secret}`));
}

/** The CSRF token of requests with the session's cookies. */
export function csrfTokenOf(salt: string): string {
  return hmacText(salt, "csrf");
}

/** Compares two texts in constant time. */
export function sameText(a: string, b: string): boolean {
  const encoder = new TextEncoder();
  const [first, second] = [encoder.encode(a), encoder.encode(b)];
  return first.length === second.length && timingSafeEqual(first, second);
}

function tokenOf(place: string, secret: string, salt: string): string {
  return `${place}.${secret}.${hmacText(salt, `tag ${secret}`)}`;
}

/** HMAC-SHA-256 as base64url. */
function hmacText(salt: string, text: string): string {
  return btoa(String.fromCharCode(...hmacSha256(salt, text)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}
