import { isPaperAccount } from "../../../../protocol/ids/residency.ts";
import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import { canonicalSymbol } from "../../../../protocol/mapping/assets.ts";
import { ownTransferToWire } from "../../../../protocol/mapping/ownTransfers.ts";
import { ownTransferRequest } from "../../../../protocol/wire/ownTransfers.ts";
import { withdrawalsQuery } from "../../../../protocol/wire/withdrawals.ts";
import { accountOf } from "../../accounts.ts";
import { requireOwnAccount, selectOwnAccount } from "../../accountSelection.ts";
import { readJsonText } from "../../body.ts";
import { clientInfoOf } from "../../context.ts";
import { answerIdempotent, requestKeyOf } from "../../idempotencyKey.ts";
import { instrumentsOf } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Cash and shares between the accounts of one user: they leave the one, and the transfers actor gives them to the other. */
export const ownTransfersResource = defineResource("ownTransfers", ACCESS, {
  "/v1/transfers/internal": {
    GET: async (c) => {
      const { before, limit } = unwrap(readQuery(withdrawalsQuery, new URL(c.req.url).searchParams));
      const page = await accountOf(c).ownTransfers(before, limit);
      const last = page.length < limit ? undefined : page.at(-1);
      const { accountId } = c.var.caller.principal;
      const transfers = page.map((each) => ownTransferToWire(accountId, each));
      return c.json({ transfers, next: last === undefined ? null : String(last.place) });
    },
    POST: async (c) => {
      const { text, json } = await readJsonText(c.req.raw);
      const body = unwrap(readBody(ownTransferRequest, json));
      const { to_account_id: to, from_account_id: from, reference: given } = body;
      if (from !== undefined) await selectOwnAccount(c, from);
      const { principal } = c.var.caller;
      if (isPaperAccount(principal.accountId) || isPaperAccount(to)) throw new ApiFault({ reason: "paper_account" });
      if (to === principal.accountId) throw new ApiFault({ reason: "transfer_invalid" });
      await requireOwnAccount(c, to);
      const request = await requestKeyOf(c, "transfer", text);
      const reference = given ?? request?.key;
      if (reference === undefined) throw new ApiFault({ reason: "body_field", field: "reference" });
      const symbol = body.symbol === undefined ? null : canonicalSymbol(body.symbol, await instrumentsOf(c.env));
      const asked = { reference, amount: body.amount ?? body.qty ?? "", to, symbol };
      const outcome = await accountOf(c).requestOwnTransfer(principal, asked, clientInfoOf(c), request);
      return answerIdempotent(c, unwrap(outcome));
    },
  },
});
