import { ApiFault } from "../../../../protocol/http/apiFault.ts";
import { settlementToWire } from "../../../../protocol/mapping/settlement.ts";
import { accountOf, openAccountOf } from "../../accounts.ts";
import { valuedAccount } from "../../valuation.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Money and holdings of the caller's account. */
export const accountResource = defineResource("account", ACCESS, {
  "/v2/account": {
    GET: async (c) => answerWhole(c, await valuedAccount(c.env, await openAccountOf(c))),
  },

  "/v1/account/settlement": {
    GET: async (c) => {
      const view = await accountOf(c).settlement();
      if (view === null) throw new ApiFault({ reason: "account_not_found" });
      return answerWhole(c, settlementToWire(view));
    },
  },
});
