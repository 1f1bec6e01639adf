/** API keys: what programs open an account with. */
import { Hono } from "hono";
import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { keyChange, newKeyRequest } from "../../../../protocol/wire/apiKeys.ts";
import { keyToWire } from "../../../../protocol/mapping/apiKeys.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson, readJsonIfAny } from "../../body.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { known } from "../../unwrap.ts";
import { resource } from "../../resource.ts";

export const keyRoutes = new Hono<AppEnv>();

resource(keyRoutes, "/v1/keys", {
  GET: async (c) => c.json({ keys: (await ask(() => loginOf(c).keys())).map(keyToWire) }),
  POST: async (c) => {
    const asked = wellFormed(readBody(newKeyRequest, await readJsonIfAny(c.req.raw)));
    const wanted = {
      name: asked.name,
      accountId: asked.account_id ?? null,
      scopes: asked.scopes,
      allowedIps: asked.allowed_ips,
      expiresAt: endOf(c, asked.expires_at),
    };
    const { userId } = c.var.caller.principal;
    const { keyId, secret, key } = known(await ask(() => loginOf(c).createKey(userId, wanted, clientInfoOf(c))));
    return c.json({ key_id: keyId, secret, ...(key === undefined ? {} : keyToWire(key)) }, 201);
  },
});

resource(keyRoutes, "/v1/keys/:id", {
  PATCH: async (c) => {
    const asked = wellFormed(readBody(keyChange, await readJson(c.req.raw)));
    const change = {
      ...(asked.name === undefined ? {} : { name: asked.name }),
      ...(asked.scopes === undefined ? {} : { scopes: asked.scopes }),
      ...(asked.allowed_ips === undefined ? {} : { allowedIps: asked.allowed_ips }),
      ...(asked.expires_at === undefined ? {} : { expiresAt: endOf(c, asked.expires_at) }),
    };
    const changed = await ask(() => loginOf(c).changeKey(c.req.param("id"), change, clientInfoOf(c)));
    return c.json(keyToWire(known(changed)));
  },
  DELETE: async (c) => {
    const ended = await ask(() => loginOf(c).revokeKey(c.req.param("id"), clientInfoOf(c)));
    if (!ended) throw new ApiFault({ reason: "key_not_found" });
    return c.body(null, 204);
  },
});

/** The caller's own login: the id in the path is looked for nowhere else, so another user's key is not found. */
function loginOf(c: AppContext) {
  return identityObject(c.env, c.var.caller.route);
}

function endOf(c: AppContext, text: string | null): number | null {
  const at = text === null ? null : Date.parse(text);
  if (at !== null && at <= c.var.receivedAt) throw new ApiFault({ reason: "body_field", field: "expires_at" });
  return at;
}
