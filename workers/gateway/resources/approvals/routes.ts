/** What a second administrator decides, and what administrators have done. */
import { Hono } from "hono";
import { approvalsObject } from "../../../../durable-objects/actor/namespaces.ts";
import { actsQuery, approvalsQuery } from "../../../../protocol/wire/approvals.ts";
import { actToWire, approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import type { ApprovalOutcome, ApprovalView } from "../../../../protocol/rpc/approvals.ts";
import { ApiFault, ask, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { readQuery } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { resource } from "../../resource.ts";

export const approvalRoutes = new Hono<AppEnv>();

resource(approvalRoutes, "/v1/admin/approvals", {
  GET: async (c) => {
    const { state, limit } = wellFormed(readQuery(approvalsQuery, new URL(c.req.url).searchParams));
    const reader = { administers: c.var.caller.principal.roles.includes("admin") };
    const approvals = await ask(() => approvalsObject(c.env).approvals(state, limit));
    return c.json({ approvals: approvals.map((approval) => approvalToWire(approval, reader)) });
  },
});

resource(approvalRoutes, "/v1/admin/approvals/:id/approve", { POST: (c) => decide(c, "approve") });
resource(approvalRoutes, "/v1/admin/approvals/:id/reject", { POST: (c) => decide(c, "reject") });

async function decide(c: AppContext, how: "approve" | "reject"): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const { principal, route } = c.var.caller;
  const what = how === "approve" ? "approval.approved" : "approval.rejected";
  const approval = await recordAdminAction<ApprovalView>(c, what, id, {}, async () => {
    const value = approved(await ask(() => approvalsObject(c.env)[how](id, principal.userId, clientInfoOf(c), route)));
    return { value, facts: { kind: value.kind, state: value.state, account: value.accountId } };
  });
  // What is approved and could not be carried out yet will be.
  return c.json(approvalToWire(approval, { administers: true }), approval.state === "approved" ? 202 : 200);
}

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
