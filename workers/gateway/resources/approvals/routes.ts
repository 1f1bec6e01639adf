import { approvalsObject } from "../../../../durable-objects/actor/namespaces.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { approvalsQuery } from "../../../../protocol/wire/approvals.ts";
import type { ApprovalView } from "../../../../protocol/rpc/approvals.ts";
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
      const approvals = await ask(() => approvalsObject(c.env).approvals(state, limit));
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
    const value = unwrap(await ask(() => approvalsObject(c.env)[how](id, principal.userId, actorInfoOf(c), route)));
    return { value, facts: { kind: value.kind, state: value.state, account: value.accountId } };
  });
  // What is approved and could not be carried out yet will be.
  return c.json(approvalToWire(approval, { administers: true }), approval.state === "approved" ? 202 : 200);
}
