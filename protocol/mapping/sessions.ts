/** Sessions and the signed-in user as REST answers. */
import * as z from "zod";
import type { Me, SecurityEntry, SessionEntry } from "../rpc/identity/sessions.ts";
import { sessionAnswer, securityAnswer, meAnswer } from "../wire/sessions.ts";

/** The session object of a user's list. */
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

/** The object of a security event of a login. */
export function securityToWire(entries: readonly SecurityEntry[]): z.infer<typeof securityAnswer> {
  return {
    events: entries.map(({ at, kind, origin, facts }) => ({
      at: timeToWire(at),
      kind,
      facts,
      ip: origin?.ip ?? null,
      user_agent: origin?.userAgent ?? null,
    })),
  };
}

/** The object of the signed-in user. */
export function meToWire(
  me: Me,
  session: { readonly id: string; readonly steppedUpAt: number | null; readonly csrfToken: string },
): z.infer<typeof meAnswer> {
  const {
    userId,
    email,
    roles,
    plan,
    region,
    createdAt,
    accountIds,
    name = null,
    country = null,
    guestUntil = null,
  } = me;
  const demoUntil = guestUntil === null ? null : timeToWire(guestUntil);
  const person = {
    id: userId,
    email,
    roles: [...roles],
    plan,
    region,
    created_at: timeToWire(createdAt),
    name,
    country,
  };
  return {
    user: { ...person, demo_until: demoUntil },
    accounts: accountIds.map((id) => ({ id })),
    session: { id: session.id, stepped_up_at: session.steppedUpAt === null ? null : timeToWire(session.steppedUpAt) },
    csrf_token: session.csrfToken,
  };
}

function timeToWire(at: number): string {
  return new Date(at).toISOString();
}
