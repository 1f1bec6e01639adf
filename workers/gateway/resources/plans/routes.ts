import { type Plan, PLANS } from "../../../../domain/rateLimit.ts";
import { NO_LIMITS } from "../../../../domain/risk/limits.ts";
import { instrumentRegistryObject } from "../../../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { limitsFromWire, planLimitsToWire } from "../../../../protocol/mapping/accountSettings.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { limitsChange, type WirePlanLimits } from "../../../../protocol/wire/accountSettings.ts";
import { noQuery } from "../../../../protocol/wire/query.ts";
import { readJson } from "../../body.ts";
import type { AppContext } from "../../context.ts";
import { instrumentsOf } from "../../instruments.ts";
import { queryOf } from "../../query.ts";
import { defineResource } from "../../resource.ts";
import { actOnUser } from "../../users.ts";
import { ACCESS } from "./access.ts";

/** The limits of the plans of users, for administrators. */
export const plansResource = defineResource("plans", ACCESS, {
  "/v1/admin/plans": {
    GET: async (c) => {
      queryOf(c, noQuery);
      return c.json({ plans: await plansOf(c) });
    },
  },

  "/v1/admin/plans/:plan/limits": {
    PUT: async (c) => {
      queryOf(c, noQuery);
      const plan = PLANS.find((each) => each === c.req.param("plan"));
      if (plan === undefined) throw new ApiFault({ reason: "endpoint_not_found" });
      const asked = unwrap(readBody(limitsChange, await readJson(c.req.raw)));
      const limits = unwrap(limitsFromWire(asked, await instrumentsOf(c.env)));
      const act = { kind: "plan_limits", plan, limits } as const;
      const approval = await actOnUser(c, act, { what: "plan.limits_set", target: plan }, { limits });
      if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
      return c.json((await plansOf(c, [plan]))[0]);
    },
  },
});

async function plansOf(c: AppContext, names: readonly Plan[] = PLANS): Promise<WirePlanLimits[]> {
  const changed = await ask(() => instrumentRegistryObject(c.env).planLimits());
  return names.map((name) =>
    planLimitsToWire(changed.find(({ plan }) => plan === name) ?? { plan: name, version: 0, limits: NO_LIMITS }),
  );
}
