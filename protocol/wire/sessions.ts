/** Bodies and answers of the session endpoints. */
import * as z from "zod";
import { PLANS } from "../../domain/rateLimit.ts";
import { REGIONS } from "../ids/region.ts";
import { ROLES } from "../auth/principal.ts";

/** Longer than any token, so that a token that is too long is invalid and not malformed. */
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
      demo_until: z.iso.datetime().nullable().describe("Until when a demo login is kept; null: it is yours."),
    }),
    accounts: z.array(z.object({ id: z.string() })),
    session: z.object({ id: z.string(), stepped_up_at: z.iso.datetime().nullable() }),
    csrf_token: z.string(),
  })
  .meta({ id: "Me" });
