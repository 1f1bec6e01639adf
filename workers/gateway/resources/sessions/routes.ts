import { getCookie } from "hono/cookie";
import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { type RefreshToken, readRefreshToken } from "../../../../protocol/auth/refreshToken.ts";
import { refreshRequest } from "../../../../protocol/wire/sessions.ts";
import { securityToWire, sessionToWire } from "../../../../protocol/mapping/sessions.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJsonIfAny } from "../../body.ts";
import { constantTime, untilNextInterval } from "../../constantTime.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { clientOf } from "../../devices.ts";
import { callerOf, hasOnlyCookies } from "../../middleware/authenticate.ts";
import { csrfOf } from "../../middleware/forgery.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { evictSession } from "../../sessionVerification.ts";
import { REFRESH_COOKIE, answerSession, clearCookies } from "../../sessionCookies.ts";
import { publicKeys } from "../../tokens.ts";
import { ACCESS } from "./access.ts";

/** Verifiers may cache the keys for five minutes, so a new key signs only after that (ops/rotateSigningKeys.ts). */
const KEY_SET_CACHE = "public, max-age=300";

/** Events in a response; the export has all. */
const EVENTS_MAX = 200;

/** Sessions: refreshed, ended, listed; and the public keys of access tokens. */
export const sessionsResource = defineResource("sessions", ACCESS, {
  "/v1/auth/refresh": {
    POST: async (c) => {
      const shown = await shownToken(c);
      if (shown === null) throw new ApiFault({ reason: "session_ended" });
      const { token, text, csrf } = shown;
      const login = identityObject(c.env, token.route);
      const refreshed = await ask(() => login.loginSessions.refresh(text, csrf, clientInfoOf(c)));
      // A made-up token chooses which login is called, so the refusal is delayed.
      if (!refreshed.ok) await untilNextInterval(c);
      if (refreshed.ok) return answerSession(c, token.route, refreshed.value, { cookies: csrf !== null });
      evictSession(token.sessionId);
      if (csrf !== null && refreshed.reason === "session_ended") clearCookies(c);
      throw new ApiFault({ reason: refreshed.reason === "csrf_failed" ? "csrf_failed" : "session_ended" });
    },
  },

  "/v1/auth/logout": {
    POST: async (c) => {
      const shown = await shownToken(c);
      if (shown !== null) {
        const { token, text, csrf } = shown;
        const ended = await constantTime(c, () =>
          ask(() => identityObject(c.env, token.route).loginSessions.endByRefreshToken(text, csrf)),
        );
        if (!ended.ok) throw new ApiFault({ reason: "csrf_failed" });
        evictSession(token.sessionId);
        if (csrf !== null) clearCookies(c);
        return c.body(null, 204);
      }
      const caller = await callerOf(c);
      if (caller === null || caller.proof === "key") throw new ApiFault({ reason: "unauthorized" });
      await ask(() => identityObject(c.env, caller.route).loginSessions.end(caller.credential));
      evictSession(caller.credential);
      return c.body(null, 204);
    },
  },

  "/v1/auth/sessions": {
    GET: async (c) => {
      const entries = await ask(() => loginOf(c).loginSessions.list());
      return c.json({ sessions: entries.map((entry) => sessionToWire(entry, c.var.caller.credential)) });
    },
    DELETE: async (c) => {
      await ask(async () => loginOf(c).loginSessions.endOthers(c.var.caller.credential, await clientOf(c, false)));
      return c.body(null, 204);
    },
  },

  "/v1/auth/sessions/:id": {
    DELETE: async (c) => {
      const id = c.req.param("id");
      if (!(await ask(() => loginOf(c).loginSessions.end(id)))) throw new ApiFault({ reason: "session_not_found" });
      evictSession(id);
      return c.body(null, 204);
    },
  },

  "/v1/auth/events": {
    GET: async (c) => c.json(securityToWire(await ask(() => loginOf(c).loginSessions.securityLog(EVENTS_MAX)))),
  },

  "/.well-known/jwks.json": {
    GET: async (c) => {
      c.header("Cache-Control", KEY_SET_CACHE);
      return c.json(await publicKeys(c.env.JWT_KEYS));
    },
  },
});

interface Shown {
  readonly token: RefreshToken;
  readonly text: string;
  /** The CSRF token that came with a cookie; null for a token in the body. */
  readonly csrf: string | null;
}

/** The refresh token of the body, or of the cookie when the request has no other credentials; null without one. */
async function shownToken(c: AppContext): Promise<Shown | null> {
  const { refresh_token: inBody } = unwrap(readBody(refreshRequest, await readJsonIfAny(c.req.raw)));
  const inCookie = hasOnlyCookies(c) ? getCookie(c, REFRESH_COOKIE, "host") : undefined;
  const text = inBody ?? inCookie;
  if (text === undefined) return null;
  const csrf = inBody === undefined ? csrfOf(c) : null;
  const token = readRefreshToken(text);
  if (token === null) throw new ApiFault({ reason: "session_ended" });
  return { token, text, csrf };
}
