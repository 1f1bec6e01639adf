import { ownerOfFirst } from "../../../../domain/ids.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../../../domain/decimal.ts";
import { accountObject, directoryObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { directoryShardOf } from "../../../../protocol/rpc/directory.ts";
import { feePlanRequest } from "../../../../protocol/wire/feePlans.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readJson } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { defineResource } from "../../resource.ts";
import { actOnUser } from "../../users.ts";
import { ACCESS } from "./access.ts";

/** The fee plans of accounts, for administrators. */
export const feePlansResource = defineResource("feePlans", ACCESS, {
  "/v1/admin/accounts/:id/fee-plan": {
    GET: async (c) => answer(c, c.req.param("id").toLowerCase()),

    PUT: async (c) => {
      const accountId = c.req.param("id").toLowerCase();
      const { fee_plan: feePlan } = unwrap(readBody(feePlanRequest, await readJson(c.req.raw)));
      const account = isUuid(accountId) ? await ask(() => accountObject(c.env, accountId).summary()) : null;
      if (account === null) throw new ApiFault({ reason: "account_not_found" });
      const userId = account.ownerId ?? ownerOfFirst(accountId);
      const owner = await ask(() => directoryObject(c.env, directoryShardOf(userId)).find(userId));
      if (owner === null) throw new ApiFault({ reason: "user_not_found" });
      const act = { kind: "user_fee_plan", userId, route: owner.route, accountId, feePlan } as const;
      const facts = { account: accountId, fee_plan: feePlan };
      const approval = await actOnUser(c, act, { what: "user.fee_plan_set", target: userId }, facts);
      if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
      return answer(c, accountId);
    },
  },
});

async function answer(c: AppContext, accountId: string): Promise<Response> {
  const plan = isUuid(accountId) ? await ask(() => accountObject(c.env, accountId).feePlan()) : null;
  if (plan === null) throw new ApiFault({ reason: "account_not_found" });
  const { name, volume } = plan;
  return c.json({ account_id: accountId, fee_plan: name, volume_30d: formatDecimal(volume, PRICE_DECIMALS) });
}
