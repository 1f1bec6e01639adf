import { Hono } from "hono";
import { accountObject, identityObject } from "../../../durable-objects/actor/namespaces.ts";
import { credentials } from "../../../protocol/identity.ts";
import { routeOfEmail } from "../../../protocol/keys.ts";
import { readBody } from "../../../protocol/read.ts";
import type { IdentityOutcome, Role } from "../../../protocol/rpc.ts";
import { readJson } from "../body.ts";
import { type AppContext, type AppEnv, originOf } from "../context.ts";
import { ApiFault, ask } from "../../../protocol/fault.ts";
import { resource } from "../resource.ts";
import { issueToken, publicKeys, TOKEN_SECONDS } from "../tokens.ts";

/** Other services may keep the public key this long; a new key is published for at least as long before it signs. */
const KEY_SET_CACHE = "public, max-age=300";

/** Registration and sign-in. */
export const identityRoutes = new Hono<AppEnv>();

resource(identityRoutes, "/v1/auth/register", {
  POST: async (c) => c.json(await register(c, ["trader"]), 201),
});

resource(identityRoutes, "/v1/auth/login", {
  POST: async (c) => {
    const { email, password } = await readCredentials(c);
    const route = await routeOfEmail(email);
    const principal = known(await ask(() => identityObject(c.env, route).signIn(email, password)));
    // Repeats what a registration may have been cut off from.
    await ask(() => accountObject(c.env, principal.accountId).open(principal.accountId, originOf(c)));
    const token = await issueToken(c.env.JWT_PRIVATE_KEY, { principal, route }, Date.now());
    return c.json({ access_token: token, token_type: "Bearer", expires_in: TOKEN_SECONDS });
  },
});

resource(identityRoutes, "/v1/.well-known/jwks.json", {
  GET: async (c) => {
    c.header("Cache-Control", KEY_SET_CACHE);
    return c.json(await publicKeys(c.env.JWT_PRIVATE_KEY));
  },
});

/** Makes a login with these roles from the credentials in the body, and opens its account. */
export async function register(
  c: AppContext,
  roles: readonly Role[],
): Promise<{ user_id: string; account_id: string }> {
  const { email, password } = await readCredentials(c);
  const route = await routeOfEmail(email);
  const { userId, accountId } = known(await ask(() => identityObject(c.env, route).register(email, password, roles)));
  await ask(() => accountObject(c.env, accountId).open(accountId, originOf(c)));
  return { user_id: userId, account_id: accountId };
}

async function readCredentials(c: AppContext): Promise<{ email: string; password: string }> {
  const read = readBody(credentials, await readJson(c.req.raw));
  if (read.ok) return read.value;
  throw new ApiFault(isAbout(read.error, "email") ? { reason: "email_invalid" } : read.error);
}

function isAbout(error: { reason: string; field?: string }, field: string): boolean {
  return error.reason === "body_field" && error.field === field;
}

/** The value of an identity's answer; a refusal ends the request. */
function known<T>(outcome: IdentityOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  // Keys are only asked for by callers that have proved who they are, so an unknown one is simply not authorised.
  throw new ApiFault({ reason: outcome.reason === "no_such_key" ? "unauthorized" : outcome.reason });
}
