/** The token endpoint: the login's object verifies codes and refresh tokens, and the gateway signs the tokens. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { publicOrigin } from "../publicOrigin.ts";
import { identityObject } from "../../../durable-objects/actor/namespaces.ts";
import { ask } from "../../../protocol/http/apiFault.ts";
import type { TokenAnswer } from "../../../protocol/rpc/identity/oauth.ts";
import { routeOfAppToken } from "../../../protocol/ids/loginRoute.ts";
import { repeatedParameter } from "../../../protocol/http/repeatedParameter.ts";
import * as z from "zod";
import { readText } from "../body.ts";
import { type AppContext, clientInfoOf } from "../context.ts";
import { constantTime, untilNextInterval } from "../constantTime.ts";
import { credentials } from "../middleware/authenticate.ts";
import { evictSession } from "../sessionVerification.ts";
import { issueIdToken, issueToken, verifyToken } from "../tokens.ts";

/** The part of a token response that the OAuth library makes. */
const Given = z.looseObject({ access_token: z.string() });

/** Answers POST /oauth/token. */
export async function answerToken(c: AppContext): Promise<Response> {
  const body = await readText(c.req.raw);
  const form = new URLSearchParams(body);
  if (repeatedParameter(form) !== null) return refuse(c, "invalid_request");
  const grantType = form.get("grant_type");
  if (grantType !== "authorization_code" && grantType !== "refresh_token") {
    return refuse(c, grantType === null ? "invalid_request" : "unsupported_grant_type");
  }
  const shown = form.get(grantType === "refresh_token" ? "refresh_token" : "code");
  if (shown === null || shown === "") return refuse(c, "invalid_request");
  const route = routeOfAppToken(shown);
  if (route === null) return refuse(c, "invalid_grant");
  const answer = await askLogin(c, route, { body, form, session: null });
  if (answer.session === null) {
    await untilNextInterval(c);
    return passOn(answer);
  }
  const { sessionId, jti, principal } = answer.session;
  const { userId, accountId } = principal;
  const now = Date.now();
  // Tokens of apps name the login by its handle, because the route would reveal which e-mail it is.
  const named = answer.handle ?? route;
  const accessToken = await issueToken(c.env.JWT_KEYS, { userId, accountId, route: named, sessionId, jti }, now);
  const idToken =
    answer.idClaims === null
      ? {}
      : { id_token: await issueIdToken(c.env.JWT_KEYS, publicOrigin(c).origin, answer.idClaims, now) };
  const given = Given.parse(JSON.parse(answer.body));
  return c.json({ ...given, access_token: accessToken, token_type: "Bearer", ...idToken }, 200, {
    "Cache-Control": "no-store",
    Pragma: "no-cache",
  });
}

/** Answers POST /oauth/revoke (RFC 7009). An unknown token is answered 200 too, so that nobody can probe for tokens. */
export async function answerRevocation(c: AppContext): Promise<Response> {
  const body = await readText(c.req.raw);
  const form = new URLSearchParams(body);
  const token = form.get("token");
  if (token === null || token === "" || form.has("grant_type") || repeatedParameter(form) !== null)
    return refuse(c, "invalid_request");
  const access = await verifyToken(c.env.JWT_KEYS, token, Date.now());
  const route = access?.route ?? routeOfAppToken(token);
  if (route === null) return c.body(null, 200);
  const asked = () => askLogin(c, route, { body, form, session: access?.sessionId ?? null });
  const answer = await constantTime(c, asked);
  if (answer.status !== 200) return passOn(answer);
  if (access !== null) evictSession(access.sessionId);
  return c.body(null, 200);
}

interface Asked {
  readonly body: string;
  readonly form: URLSearchParams;
  readonly session: string | null;
}

function askLogin(c: AppContext, route: LoginRoute, { body, form, session }: Asked): Promise<TokenAnswer> {
  const authorization = c.req.header("Authorization") ?? null;
  const contentType = c.req.header("Content-Type") ?? null;
  const clientId = basicName(authorization) ?? form.get("client_id") ?? "";
  const call = { issuer: publicOrigin(c).origin, authorization, contentType, body, clientId, session };
  return ask(() => identityObject(c.env, route).authorizedApps.token(call, clientInfoOf(c)));
}

/** The user name of HTTP Basic, which apps encode as in a form (RFC 6749, 2.3.1); null for another header. */
function basicName(authorization: string | null): string | null {
  const [scheme, value] = credentials(authorization ?? undefined);
  if (scheme !== "basic") return null;
  try {
    return decodeURIComponent((atob(value).split(":")[0] ?? "").replaceAll("+", " "));
  } catch {
    // Not base64, or not form-encoded: the provider refuses it.
    return "";
  }
}

function passOn({ status, headers, body }: TokenAnswer): Response {
  return new Response(body, { status, headers: { ...headers, "Cache-Control": "no-store" } });
}

/** An error in the shape of RFC 6749, 5.2, which every OAuth client expects. */
function refuse(c: AppContext, error: "invalid_request" | "invalid_grant" | "unsupported_grant_type"): Response {
  return c.json({ error }, 400, { "Cache-Control": "no-store" });
}
