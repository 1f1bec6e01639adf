/** Bodies of the session endpoints, and what they answer. */
import * as z from "zod";
import { PLANS, REGIONS, ROLES } from "../access.ts";
import type { Me, SecurityEntry, SessionEntry } from "./sessionRpc.ts";

/** More than any token has, so that one that is too long is refused as wrong and not as malformed. */
const TOKEN_TEXT_MAX = 1_024;

/** Left out: the token is in the cookie. */
export const refreshRequest = z.strictObject({ refresh_token: z.string().max(TOKEN_TEXT_MAX).optional() });

export const tokensAnswer = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    /** Seconds. */
    expires_in: z.number().int(),
    refresh_token: z.string(),
  })
  .meta({ id: "Tokens" });

export const cookiesAnswer = z
  .object({ csrf_token: z.string(), expires_in: z.number().int() })
  .meta({ id: "CookieSession" });

export const sessionAnswer = z
  .object({
    id: z.string(),
    kind: z.enum(["person", "app"]),
    current: z.boolean(),
    created_at: z.iso.datetime(),
    last_used_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    ip: z.string(),
    user_agent: z.string(),
    label: z.string().nullable(),
    client_id: z.string().nullable(),
    proofs: z.array(z.string()),
  })
  .meta({ id: "Session" });

export const sessionsAnswer = z.object({ sessions: z.array(sessionAnswer) });

export const securityAnswer = z.object({
  events: z.array(
    z
      .object({
        at: z.iso.datetime(),
        kind: z.string(),
        ip: z.string().nullable(),
        user_agent: z.string().nullable(),
        facts: z.record(z.string(), z.unknown()),
      })
      .meta({ id: "SecurityEvent" }),
  ),
});

export const meAnswer = z
  .object({
    user: z.object({
      id: z.string(),
      email: z.string(),
      roles: z.array(z.enum(ROLES)),
      plan: z.enum(PLANS),
      region: z.enum(REGIONS),
      created_at: z.iso.datetime(),
      name: z.string().nullable(),
      country: z.string().nullable(),
    }),
    accounts: z.array(z.object({ id: z.string() })),
    session: z.object({ id: z.string(), stepped_up_at: z.iso.datetime().nullable() }),
    csrf_token: z.string(),
  })
  .meta({ id: "Me" });

/** A session as its person's list has it. */
export function sessionToWire(entry: SessionEntry, currentId: string): z.infer<typeof sessionAnswer> {
  const { id, kind, ip, label, proofs } = entry;
  return {
    id,
    kind,
    current: id === currentId,
    created_at: timeToWire(entry.createdAt),
    last_used_at: timeToWire(entry.usedAt),
    expires_at: timeToWire(entry.expiresAt),
    ip,
    user_agent: entry.userAgent,
    label,
    client_id: entry.clientId,
    proofs: [...proofs],
  };
}

/** What happened to a login, as its person reads it. */
export function securityToWire(entries: readonly SecurityEntry[]): z.infer<typeof securityAnswer> {
  return {
    events: entries.map(({ at, kind, origin, facts }) => ({
      ...{ at: timeToWire(at), kind, facts },
      ...{ ip: origin?.ip ?? null, user_agent: origin?.userAgent ?? null },
    })),
  };
}

/** Who somebody is, as it is told of its own session. */
export function meToWire(
  me: Me,
  session: { readonly id: string; readonly steppedUpAt: number | null; readonly csrfToken: string },
): z.infer<typeof meAnswer> {
  const { userId, email, roles, plan, region, createdAt, accountIds, name = null, country = null } = me;
  return {
    user: { id: userId, email, roles: [...roles], plan, region, created_at: timeToWire(createdAt), name, country },
    accounts: accountIds.map((id) => ({ id })),
    session: { id: session.id, stepped_up_at: session.steppedUpAt === null ? null : timeToWire(session.steppedUpAt) },
    csrf_token: session.csrfToken,
  };
}

function timeToWire(at: number): string {
  return new Date(at).toISOString();
}
