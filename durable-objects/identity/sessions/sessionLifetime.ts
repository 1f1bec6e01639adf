/** How long a session lasts: without a refresh, and, of a user, however often it is refreshed. */
import type { Role } from "../../../protocol/auth/principal.ts";

/** How long a session lives without a refresh. */
export const SESSION_MS = 7 * 86_400_000;
/** The longest session of a user; of an administrator: a working day. */
export const USER_SESSION_MS = 30 * 86_400_000;
export const ADMIN_SESSION_MS = 12 * 3_600_000;

interface Session {
  readonly kind: "person" | "app";
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** When a session ends, in SQL; the parameter is the longest session of its user. */
export const ENDS_AT = "CASE kind WHEN 'person' THEN min(expires_at, created_at + ?) ELSE expires_at END";

/** The longest session of a user with these roles. */
export function longestSessionMs(roles: readonly Role[]): number {
  return roles.includes("admin") ? ADMIN_SESSION_MS : USER_SESSION_MS;
}

/** When a session that is used now expires. */
export function expiryOf({ kind, createdAt }: Omit<Session, "expiresAt">, now: number, longestMs: number): number {
  const next = now + SESSION_MS;
  return kind === "person" ? Math.min(next, createdAt + longestMs) : next;
}

/** When a stored session ends: earlier releases stored later times, and its user may have another role by now. */
export function endOf({ kind, createdAt, expiresAt }: Session, longestMs: number): number {
  return kind === "person" ? Math.min(expiresAt, createdAt + longestMs) : expiresAt;
}
