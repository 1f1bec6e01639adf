import { ownerOfFirst } from "../../../../domain/ids.ts";
import type { Instruments } from "../../../../domain/market/instruments.ts";
import { readDeposit } from "../../../../domain/account/ledger/deposits.ts";
import type { IdempotentResponse } from "../../../../domain/account/ledger/idempotentResponse.ts";
import { accountObject, transfersObject } from "../../../../durable-objects/actor/namespaces.ts";
import { regionOfAccount } from "../../../../protocol/ids/residency.ts";
import { depositedLot } from "../../../../protocol/mapping/deposits.ts";
import { depositToWire } from "../../../../protocol/mapping/accounts.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { canonicalSymbol } from "../../../../protocol/mapping/assets.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import type { ApprovalView } from "../../../../protocol/rpc/approvals.ts";
import type { RequestedDeposit } from "../../../../protocol/rpc/transfers.ts";
import { depositRequest } from "../../../../protocol/wire/accounts.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJsonText } from "../../body.ts";
import { actorInfoOf } from "../../context.ts";
import { answerIdempotent, requestKeyOf } from "../../idempotencyKey.ts";
import { instrumentsOf } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Money and assets that come into an account. */
export const depositsResource = defineResource("deposits", ACCESS, {
  "/v1/admin/accounts/:id/deposits": {
    POST: async (c) => {
      const accountId = c.req.param("id").toLowerCase();
      const { text, json } = await readJsonText(c.req.raw);
      const {
        reference: given,
        amount,
        symbol,
        acquired_at: at,
        cost_basis: cost,
      } = unwrap(readBody(depositRequest, json));
      const lot = depositedLot(at, cost);
      const request = await requestKeyOf(c, "deposit", text);
      const reference = given ?? request?.key;
      if (reference === undefined) throw new ApiFault({ reason: "body_field", field: "reference" });
      const account = isUuid(accountId) ? await ask(() => accountObject(c.env, accountId).summary()) : null;
      if (account === null) throw new ApiFault({ reason: "account_not_found" });
      const alone = c.env.FOUR_EYES === "off";
      const { principal, route } = c.var.caller;
      const instruments = await instrumentsOf(c.env);
      const asked: RequestedDeposit = {
        accountId,
        ownerId: account.ownerId ?? ownerOfFirst(accountId),
        deposit: {
          reference,
          amount,
          symbol: symbol ? canonicalSymbol(symbol, instruments) : null,
          ...(lot === undefined ? {} : { lot }),
        },
        requestedBy: { userId: principal.userId, route },
        request,
        alone,
      };
      const region = regionOfAccount(accountId);
      // The administrators' log is outside the EU: of accounts there it has ids only.
      const facts = region === "eu" ? {} : { reference };
      const what = alone ? "deposit.booked" : "deposit.asked";
      const { approval, again } = await recordAdminAction(c, what, accountId, facts, async () => {
        const value = unwrap(await ask(() => transfersObject(c.env, region).requestDeposit(asked, actorInfoOf(c))));
        if (alone) requirePosted(value.approval);
        return { value, facts: { approval: value.approval.id }, repeated: value.again };
      });
      if (alone) return answerIdempotent(c, receiptOf(approval, instruments, again));
      if (again) c.header("Idempotency-Replayed", "true");
      return c.json(approvalToWire(approval, { administers: true }), 202);
    },
  },
});

/** Ends the request of a deposit that nobody else approves and that its account has refused, or has not answered. */
function requirePosted({ state, refusal, deposit }: ApprovalView): void {
  if (state === "booked") return;
  if (state !== "failed") throw new ApiFault({ reason: "unavailable" });
  if (refusal === "account_closed" || refusal === "account_not_found") throw new ApiFault({ reason: refusal });
  if (refusal === "idempotency_key_reused") throw new ApiFault({ reason: refusal });
  if (refusal === "deposit_reference_taken") throw new ApiFault({ reason: refusal });
  if (refusal === "asset_not_found") throw new ApiFault({ reason: refusal, symbol: deposit.symbol ?? "" });
  throw new ApiFault({ reason: "deposit_invalid" });
}

/** The same for the same deposit, whenever it is asked for. */
function receiptOf(
  { accountId, deposit }: ApprovalView,
  instruments: Instruments,
  replayed: boolean,
): IdempotentResponse {
  const receipt = unwrap(readDeposit(deposit, instruments));
  return { status: 200, body: JSON.stringify(depositToWire(accountId, receipt)), replayed };
}
