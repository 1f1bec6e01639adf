/** The accounts that a login may use, and whom it shares its own with. */
import { Hono } from "hono";
import { identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { accountEntryToWire, grantToWire } from "../../../../protocol/mapping/grants.ts";
import { newGrantRequest } from "../../../../protocol/wire/grants.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson } from "../../body.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { constantTime } from "../../constantTime.ts";
import { known } from "../../unwrap.ts";
import { resource } from "../../resource.ts";

export const grantRoutes = new Hono<AppEnv>();

resource(grantRoutes, "/v1/accounts", {
  GET: async (c) => c.json({ accounts: (await ask(() => loginOf(c).accounts())).map(accountEntryToWire) }),
});

resource(grantRoutes, "/v1/accounts/:id/grants", {
  GET: async (c) => {
    const grants = await ask(() => loginOf(c).grants(c.req.param("id").toLowerCase()));
    if (grants === null) throw new ApiFault({ reason: "forbidden" });
    return c.json({ grants: grants.map(grantToWire) });
  },
  // The same for an e-mail that has no login: the owner of an account cannot find out with it who is registered.
  POST: async (c) => {
    const { email, access } = wellFormed(readBody(newGrantRequest, await readJson(c.req.raw)));
    const accountId = c.req.param("id").toLowerCase();
    const give = () => ask(() => loginOf(c).giveGrant(accountId, email, access, clientInfoOf(c)));
    return c.json(grantToWire(known(await constantTime(c, give))), 202);
  },
});

resource(grantRoutes, "/v1/accounts/:id/grants/:grant", {
  DELETE: async (c) => {
    const { id, grant } = c.req.param();
    const ended = await ask(() => loginOf(c).endGrant(id.toLowerCase(), grant, clientInfoOf(c)));
    if (!ended) throw new ApiFault({ reason: "grant_not_found" });
    return c.body(null, 204);
  },
});

/** The caller's own login: an id in the path is looked for nowhere else. */
function loginOf(c: AppContext) {
  return identityObject(c.env, c.var.caller.route);
}
