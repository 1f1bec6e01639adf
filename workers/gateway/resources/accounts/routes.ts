import { formatDecimal, PRICE_DECIMALS } from "../../../../domain/decimal.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { accountEntryToWire, ownAccountToWire } from "../../../../protocol/mapping/ownAccounts.ts";
import { accountChange, newAccountRequest } from "../../../../protocol/wire/ownAccounts.ts";
import { readJson, readJsonText } from "../../body.ts";
import { actorInfoOf } from "../../context.ts";
import { requestKeyOf } from "../../idempotencyKey.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The accounts of a login: listed, opened, changed and closed. The login's object has the list. */
export const accountsResource = defineResource("accounts", ACCESS, {
  "/v1/accounts": {
    GET: async (c) =>
      c.json({ accounts: (await ask(() => loginOf(c).accountGrants.accounts())).map(accountEntryToWire) }),
    POST: async (c) => {
      const { text, json } = await readJsonText(c.req.raw);
      const { type, name } = unwrap(readBody(newAccountRequest, json));
      const asked = { type, name, request: await requestKeyOf(c, "account", text) };
      const { account, replayed } = unwrap(await ask(() => loginOf(c).ownAccounts.open(asked, actorInfoOf(c))));
      if (replayed) c.header("Idempotency-Replayed", "true");
      return c.json(ownAccountToWire(account), account.state === "opening" ? 202 : 201);
    },
  },

  "/v1/accounts/:id": {
    PATCH: async (c) => {
      const { name, is_default: isDefault } = unwrap(readBody(accountChange, await readJson(c.req.raw)));
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(isDefault === undefined ? {} : { isDefault }),
      };
      const accountId = c.req.param("id").toLowerCase();
      const changed = await ask(() => loginOf(c).ownAccounts.change(accountId, change, actorInfoOf(c)));
      return c.json(ownAccountToWire(unwrap(changed)));
    },
    DELETE: async (c) => {
      const accountId = c.req.param("id").toLowerCase();
      const outcome = unwrap(await ask(() => loginOf(c).ownAccounts.close(accountId, actorInfoOf(c))));
      if (outcome.kind !== "refused") {
        return c.json(ownAccountToWire(outcome.account), outcome.kind === "closed" ? 200 : 202);
      }
      const { orders, positions, cash, transfers = 0 } = outcome.left;
      const left = { orders, positions, cash: formatDecimal(cash, PRICE_DECIMALS), transfers };
      throw new ApiFault({ reason: "account_not_empty", ...left });
    },
  },
});
