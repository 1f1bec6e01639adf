import { PAPER_CASH, PAPER_CASH_MAX } from "../../../../domain/account/paper/paperMoney.ts";
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../../../domain/decimal.ts";
import { accountObject } from "../../../../durable-objects/actor/namespaces.ts";
import { hasScope } from "../../../../protocol/auth/principal.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import { accountEntryToWire, ownAccountToWire } from "../../../../protocol/mapping/ownAccounts.ts";
import type { AccountRemainder } from "../../../../protocol/rpc/accountPrivacy.ts";
import { accountChange, newAccountRequest, paperReset } from "../../../../protocol/wire/ownAccounts.ts";
import { readJson, readJsonText } from "../../body.ts";
import { actorInfoOf } from "../../context.ts";
import { requestKeyOf } from "../../idempotencyKey.ts";
import { loginOf } from "../../login.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

function notEmpty({ orders, positions, cash, transfers = 0 }: AccountRemainder): ApiFault {
  const left = { orders, positions, cash: formatDecimal(cash, PRICE_DECIMALS), transfers };
  return new ApiFault({ reason: "account_not_empty", ...left });
}

/** Paper money that a body asks for, in 1/10,000 dollar. */
function paperCashOf(text: string): number {
  const amount = parseDecimal(text, PRICE_DECIMALS);
  if (typeof amount === "number" && amount >= 1 && amount <= PAPER_CASH_MAX) return amount;
  throw new ApiFault({ reason: "paper_cash_invalid" });
}

/** The accounts of a login: listed, opened, changed and closed. The login's object has the list. */
export const accountsResource = defineResource("accounts", ACCESS, {
  "/v1/accounts": {
    GET: async (c) => {
      const { principal, proof } = c.get("caller");
      if (!hasScope(principal, "read")) throw new ApiFault({ reason: "forbidden" });
      const all = await ask(() => loginOf(c).accountGrants.accounts());
      // A key and an app have one account, and find out nothing of the others.
      const shown = proof === "session" ? all : all.filter(({ accountId }) => accountId === principal.accountId);
      return c.json({ accounts: shown.map(accountEntryToWire) });
    },
    POST: async (c) => {
      const { text, json } = await readJsonText(c.req.raw);
      const { type, name, cash } = unwrap(readBody(newAccountRequest, json));
      if (cash !== undefined && type !== "paper") throw new ApiFault({ reason: "not_paper_account" });
      const begins = cash === undefined ? {} : { paperCash: paperCashOf(cash) };
      const asked = { type, name, ...begins, request: await requestKeyOf(c, "account", text) };
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
      throw notEmpty(outcome.left);
    },
  },

  "/v1/accounts/:id/reset": {
    POST: async (c) => {
      const { cash } = unwrap(readBody(paperReset, await readJson(c.req.raw)));
      const amount = cash === undefined ? PAPER_CASH : paperCashOf(cash);
      const accountId = c.req.param("id").toLowerCase();
      const account = (await ask(() => loginOf(c).ownAccounts.list())).find((own) => own.accountId === accountId);
      if (account === undefined) throw new ApiFault({ reason: "account_not_found" });
      if (account.type !== "paper") throw new ApiFault({ reason: "not_paper_account" });
      if (account.state !== "open") throw new ApiFault({ reason: "account_not_open" });
      const principal = { ...c.get("caller").principal, accountId };
      const left = await ask(() => accountObject(c.env, accountId).resetPaper(principal, amount, actorInfoOf(c)));
      if (left !== null) throw notEmpty(left);
      return c.json(ownAccountToWire(account));
    },
  },
});
