import { approvalsObject } from "../../../../durable-objects/actor/namespaces.ts";
import { actToWire } from "../../../../protocol/mapping/approvals.ts";
import { actsQuery } from "../../../../protocol/wire/approvals.ts";
import { ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readQuery } from "../../../../protocol/http/readRequest.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The admin log: what administrators have done. */
export const adminLogResource = defineResource("adminLog", ACCESS, {
  "/v1/admin/acts": {
    GET: async (c) => {
      const { before, limit } = unwrap(readQuery(actsQuery, new URL(c.req.url).searchParams));
      return c.json({ acts: (await ask(() => approvalsObject(c.env).acts(before, limit))).map(actToWire) });
    },
  },
});
