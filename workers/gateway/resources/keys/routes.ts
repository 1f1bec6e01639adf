import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { keyChange, newKeyRequest } from "../../../../protocol/wire/apiKeys.ts";
import { keyToWire } from "../../../../protocol/mapping/apiKeys.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson, readJsonIfAny } from "../../body.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** API keys: what programs open an account with. */
export const keysResource = defineResource("keys", ACCESS, {
  "/v1/keys": {
    GET: async (c) => c.json({ keys: (await ask(() => loginOf(c).apiKeys.list())).map(keyToWire) }),
    POST: async (c) => {
      const asked = unwrap(readBody(newKeyRequest, await readJsonIfAny(c.req.raw)));
      const wanted = {
        name: asked.name,
        accountId: asked.account_id ?? null,
        scopes: asked.scopes,
        allowedIps: asked.allowed_ips,
        expiresAt: endOf(c, asked.expires_at),
      };
      const { userId } = c.var.caller.principal;
      const { keyId, secret, key } = unwrap(
        await ask(() => loginOf(c).apiKeys.create(userId, wanted, clientInfoOf(c))),
      );
      return c.json({ key_id: keyId, secret, ...(key === undefined ? {} : keyToWire(key)) }, 201);
    },
  },

  "/v1/keys/:id": {
    PATCH: async (c) => {
      const asked = unwrap(readBody(keyChange, await readJson(c.req.raw)));
      const change = {
        ...(asked.name === undefined ? {} : { name: asked.name }),
        ...(asked.scopes === undefined ? {} : { scopes: asked.scopes }),
        ...(asked.allowed_ips === undefined ? {} : { allowedIps: asked.allowed_ips }),
        ...(asked.expires_at === undefined ? {} : { expiresAt: endOf(c, asked.expires_at) }),
      };
      const changed = await ask(() => loginOf(c).apiKeys.change(c.req.param("id"), change, clientInfoOf(c)));
      return c.json(keyToWire(unwrap(changed)));
    },
    DELETE: async (c) => {
      const ended = await ask(() => loginOf(c).apiKeys.revoke(c.req.param("id"), clientInfoOf(c)));
      if (!ended) throw new ApiFault({ reason: "key_not_found" });
      return c.body(null, 204);
    },
  },
});

function endOf(c: AppContext, text: string | null): number | null {
  const at = text === null ? null : Date.parse(text);
  if (at !== null && at <= c.var.receivedAt) throw new ApiFault({ reason: "body_field", field: "expires_at" });
  return at;
}
