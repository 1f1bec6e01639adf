import { approvalsObject, transfersObject } from "../../../../durable-objects/actor/namespaces.ts";
import { REGIONS } from "../../../../protocol/ids/region.ts";
import { approvalToWire, newestApprovals } from "../../../../protocol/mapping/approvals.ts";
import { approvalsQuery } from "../../../../protocol/wire/approvals.ts";
import type { Administrator, ApprovalOutcome, ApprovalView } from "../../../../protocol/rpc/approvals.ts";
import { ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readQuery } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { type AppContext, actorInfoOf } from "../../context.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** What a second administrator approves or rejects. */
export const approvalsResource = defineResource("approvals", ACCESS, {
  "/v1/admin/approvals": {
    GET: async (c) => {
      const { state, limit } = unwrap(readQuery(approvalsQuery, new URL(c.req.url).searchParams));
      const reader = { administers: c.var.caller.principal.roles.includes("admin") };
      const lists = await Promise.all([
        ask(() => approvalsObject(c.env).approvals(state, limit)),
        ...REGIONS.map((region) => ask(() => transfersObject(c.env, region).transfers(state, limit))),
      ]);
      const approvals = newestApprovals(lists, limit);
      return c.json({ approvals: approvals.map((approval) => approvalToWire(approval, reader)) });
    },
  },

  "/v1/admin/approvals/:id/approve": { POST: (c) => decide(c, "approve") },

  "/v1/admin/approvals/:id/reject": { POST: (c) => decide(c, "reject") },
});

async function decide(c: AppContext, how: "approve" | "reject"): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const { principal, route } = c.var.caller;
  const what = how === "approve" ? "approval.approved" : "approval.rejected";
  const approval = await recordAdminAction<ApprovalView>(c, what, id, {}, async () => {
    const value = unwrap(await decideWhereItIs(c, how, id, { userId: principal.userId, route }));
    return { value, facts: { kind: value.kind, state: value.state, account: value.accountId } };
  });
  // An approved request that could not be carried out yet is carried out later.
  return c.json(approvalToWire(approval, { administers: true }), approval.state === "approved" ? 202 : 200);
}

/** An id does not say whether it is of a transfer, and of which region, or of a user: whoever knows it decides. */
async function decideWhereItIs(
  c: AppContext,
  how: "approve" | "reject",
  id: string,
  by: Administrator,
): Promise<ApprovalOutcome<ApprovalView>> {
  const origin = actorInfoOf(c);
  for (const region of REGIONS) {
    const decided = await ask(() => transfersObject(c.env, region)[how](id, by, origin));
    if (decided.ok || decided.refusal.reason !== "approval_not_found") return decided;
  }
  return ask(() => approvalsObject(c.env)[how](id, by.userId, origin, by.route));
}
