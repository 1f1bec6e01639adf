import { accountObject, approvalsObject } from "../../../../durable-objects/actor/namespaces.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { canonicalSymbol } from "../../../../protocol/mapping/assets.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { depositRequest } from "../../../../protocol/wire/accounts.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJsonText } from "../../body.ts";
import { actorInfoOf } from "../../context.ts";
import { answerIdempotent, requestKeyOf } from "../../idempotencyKey.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Money and assets that come into an account. */
export const depositsResource = defineResource("deposits", ACCESS, {
  "/v1/admin/accounts/:id/deposits": {
    POST: async (c) => {
      const accountId = c.req.param("id").toLowerCase();
      const { text, json } = await readJsonText(c.req.raw);
      const { reference: given, amount, symbol } = unwrap(readBody(depositRequest, json));
      const request = await requestKeyOf(c, "deposit", text);
      const reference = given ?? request?.key;
      if (reference === undefined) throw new ApiFault({ reason: "body_field", field: "reference" });
      const account = accountObject(c.env, accountId);
      const exists = isUuid(accountId) && (await ask(() => account.summary())) !== null;
      if (!exists) throw new ApiFault({ reason: "account_not_found" });
      const deposit = { reference, amount, symbol: symbol ? canonicalSymbol(symbol) : null };
      const { principal, route } = c.var.caller;
      if (c.env.FOUR_EYES === "off") {
        const answer = await recordAdminAction(c, "deposit.booked", accountId, { reference }, async () => {
          const { answer: made } = unwrap(
            await ask(() => account.deposit(principal, deposit, actorInfoOf(c), request)),
          );
          return { value: made, repeated: made.replayed };
        });
        return answerIdempotent(c, answer);
      }
      const by = { askedBy: principal.userId, askedRoute: route, request, requestId: c.var.requestId };
      const { approval, again } = await recordAdminAction(c, "deposit.asked", accountId, { reference }, async () => {
        const asked = { kind: "deposit", accountId, deposit, ...by } as const;
        const value = unwrap(await ask(() => approvalsObject(c.env).propose(asked)));
        return { value, facts: { approval: value.approval.id }, repeated: value.again };
      });
      if (again) c.header("Idempotency-Replayed", "true");
      return c.json(approvalToWire(approval, { administers: true }), 202);
    },
  },
});
