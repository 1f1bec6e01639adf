import { PRICE_DECIMALS, formatDecimal } from "../../../../domain/decimal.ts";
import { approvalsObject, identityObject } from "../../../../durable-objects/actor/namespaces.ts";
import { withdrawalToWire } from "../../../../protocol/mapping/accounts.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import { withdrawalRequest, withdrawalsQuery } from "../../../../protocol/wire/withdrawals.ts";
import type { Withdrawal } from "../../../../domain/account/ledger/withdrawal.ts";
import { accountOf } from "../../accounts.ts";
import { readJsonText } from "../../body.ts";
import { type AppContext, clientInfoOf } from "../../context.ts";
import { answerIdempotent, requestKeyOf } from "../../idempotencyKey.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Withdrawals: the account holds the money, an administrator who is not the owner decides. */
export const withdrawalsResource = defineResource("withdrawals", ACCESS, {
  "/v1/withdrawals": {
    GET: async (c) => {
      const { before, limit } = unwrap(readQuery(withdrawalsQuery, new URL(c.req.url).searchParams));
      const page = await accountOf(c).withdrawals(before, limit);
      // One whose request was cut off may not have come before the administrators. What is listed does not depend on it.
      await Promise.allSettled(page.filter(({ state }) => state === "pending").map((each) => propose(c, each)));
      const last = page.length < limit ? undefined : page.at(-1);
      return c.json({ withdrawals: page.map(withdrawalToWire), next: last === undefined ? null : String(last.place) });
    },
    POST: async (c) => {
      const { text, json } = await readJsonText(c.req.raw);
      const { amount, reference: given } = unwrap(readBody(withdrawalRequest, json));
      const request = await requestKeyOf(c, "withdrawal", text);
      const reference = given ?? request?.key;
      if (reference === undefined) throw new ApiFault({ reason: "body_field", field: "reference" });
      const { principal } = c.var.caller;
      const asked = await accountOf(c).requestWithdrawal(principal, { reference, amount }, clientInfoOf(c), request);
      const { withdrawal, answer } = unwrap(asked);
      // The request that asked for it first may have been cut off before: whoever repeats it makes it known.
      if (withdrawal.state === "pending") await propose(c, withdrawal);
      return answerIdempotent(c, answer);
    },
  },
});

/** Tells its owner by mail, and puts it before the administrators; each once. */
async function propose(c: AppContext, { id, reference, amount, requestedBy }: Withdrawal): Promise<void> {
  const { route, principal } = c.var.caller;
  const { accountId, guest } = principal;
  const deposit = { reference, symbol: null, amount: formatDecimal(amount, PRICE_DECIMALS) };
  // No withdrawal comes before the administrators of which its owner was not told. A guest who looks is not the owner.
  if (guest === true) return;
  await ask(() =>
    identityObject(c.env, route).notifications.withdrawalRequested({ id, amount: deposit.amount }, clientInfoOf(c)),
  );
  const asked = { kind: "withdrawal", accountId, deposit, withdrawalId: id, askedBy: requestedBy } as const;
  const { requestId } = c.var;
  unwrap(await ask(() => approvalsObject(c.env).propose({ ...asked, request: null, requestId })));
}
