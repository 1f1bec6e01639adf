import { withdrawalToWire } from "../../../../protocol/mapping/accounts.ts";
import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import { withdrawalRequest, withdrawalsQuery } from "../../../../protocol/wire/withdrawals.ts";
import { accountOf } from "../../accounts.ts";
import { readJsonText } from "../../body.ts";
import { clientInfoOf } from "../../context.ts";
import { answerIdempotent, requestKeyOf } from "../../idempotencyKey.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Withdrawals: the account holds the money, an administrator who is not the owner decides. */
export const withdrawalsResource = defineResource("withdrawals", ACCESS, {
  "/v1/withdrawals": {
    GET: async (c) => {
      const { before, limit } = unwrap(readQuery(withdrawalsQuery, new URL(c.req.url).searchParams));
      const page = await accountOf(c).withdrawals(before, limit);
      const last = page.length < limit ? undefined : page.at(-1);
      return c.json({ withdrawals: page.map(withdrawalToWire), next: last === undefined ? null : String(last.place) });
    },
    POST: async (c) => {
      const { text, json } = await readJsonText(c.req.raw);
      const { amount, reference: given } = unwrap(readBody(withdrawalRequest, json));
      const request = await requestKeyOf(c, "withdrawal", text);
      const reference = given ?? request?.key;
      if (reference === undefined) throw new ApiFault({ reason: "body_field", field: "reference" });
      const { principal, route } = c.var.caller;
      // The account sends it to the transfers actor with the commit that holds the money: nothing is left to be done here.
      const account = accountOf(c);
      const asked = await account.requestWithdrawal(principal, { reference, amount }, clientInfoOf(c), request, route);
      return answerIdempotent(c, unwrap(asked).answer);
    },
  },
});
