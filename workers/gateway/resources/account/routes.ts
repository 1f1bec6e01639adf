import { openAccountOf } from "../../accounts.ts";
import { valuedAccount } from "../../valuation.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** Money and holdings of the caller's account. */
export const accountResource = defineResource("account", ACCESS, {
  "/v2/account": {
    GET: async (c) => answerWhole(c, await valuedAccount(c.env, await openAccountOf(c))),
  },
});
