import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { grantToWire } from "../../../../protocol/mapping/grants.ts";
import { newGrantRequest } from "../../../../protocol/wire/grants.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { readJson } from "../../body.ts";
import { constantTime } from "../../constantTime.ts";
import { clientInfoOf } from "../../context.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Whom a login shares its accounts with. */
export const grantsResource = defineResource("grants", ACCESS, {
  "/v1/accounts/:id/grants": {
    GET: async (c) => {
      const grants = await ask(() => loginOf(c).accountGrants.given(c.req.param("id").toLowerCase()));
      if (grants === null) throw new ApiFault({ reason: "forbidden" });
      return c.json({ grants: grants.map(grantToWire) });
    },
    // The same response for an e-mail without a login, so that nobody learns who is registered.
    POST: async (c) => {
      const { email, access } = unwrap(readBody(newGrantRequest, await readJson(c.req.raw)));
      const accountId = c.req.param("id").toLowerCase();
      const give = () => ask(() => loginOf(c).accountGrants.give(accountId, email, access, clientInfoOf(c)));
      return c.json(grantToWire(unwrap(await constantTime(c, give))), 202);
    },
  },

  "/v1/accounts/:id/grants/:grant": {
    DELETE: async (c) => {
      const { id, grant } = c.req.param();
      const ended = await ask(() => loginOf(c).accountGrants.end(id.toLowerCase(), grant, clientInfoOf(c)));
      if (!ended) throw new ApiFault({ reason: "grant_not_found" });
      return c.body(null, 204);
    },
  },
});
