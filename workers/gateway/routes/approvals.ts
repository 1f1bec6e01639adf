/** What a second administrator decides, and what administrators have done. */
import { Hono } from "hono";
import { approvalsObject } from "../../../durable-objects/actor/namespaces.ts";
import { actsQuery, actToWire, approvalsQuery, approvalToWire } from "../../../protocol/adminApprovals.ts";
import type { ApprovalOutcome } from "../../../protocol/approvalRpc.ts";
import { ApiFault, ask, wellFormed } from "../../../protocol/fault.ts";
import { readQuery } from "../../../protocol/read.ts";
import { recordAct } from "../acts.ts";
import { type AppEnv, originOf } from "../context.ts";
import { resource } from "../resource.ts";

export const approvalRoutes = new Hono<AppEnv>();

resource(approvalRoutes, "/v1/admin/approvals", {
  GET: async (c) => {
    const { state, limit } = wellFormed(readQuery(approvalsQuery, new URL(c.req.url).searchParams));
    return c.json({ approvals: (await ask(() => approvalsObject(c.env).approvals(state, limit))).map(approvalToWire) });
  },
});

resource(approvalRoutes, "/v1/admin/approvals/:id/approve", {
  POST: async (c) => {
    const { id } = c.req.param();
    const { userId } = c.var.caller.principal;
    const approval = approved(await ask(() => approvalsObject(c.env).approve(id, userId, originOf(c))));
    await recordAct(c, "approval.approved", approval.accountId, { approval: id, state: approval.state });
    // What is approved and could not be booked yet will be.
    return c.json(approvalToWire(approval), approval.state === "approved" ? 202 : 200);
  },
});

resource(approvalRoutes, "/v1/admin/approvals/:id/reject", {
  POST: async (c) => {
    const { id } = c.req.param();
    const { userId } = c.var.caller.principal;
    const approval = approved(await ask(() => approvalsObject(c.env).reject(id, userId, originOf(c))));
    await recordAct(c, "approval.rejected", approval.accountId, { approval: id });
    return c.json(approvalToWire(approval));
  },
});

resource(approvalRoutes, "/v1/admin/acts", {
  GET: async (c) => {
    const { before, limit } = wellFormed(readQuery(actsQuery, new URL(c.req.url).searchParams));
    return c.json({ acts: (await ask(() => approvalsObject(c.env).acts(before, limit))).map(actToWire) });
  },
});

/** The value of an approval's answer; a refusal ends the request. */
export function approved<T>(outcome: ApprovalOutcome<T>): T {
  if (!outcome.ok) throw new ApiFault(outcome.refusal);
  return outcome.value;
}
