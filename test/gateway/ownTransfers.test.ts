/** Transfers between accounts of one user, as the gateway asks for them. */
import { expect, test } from "vitest";
import { newAccountId } from "../../protocol/ids/residency.ts";
import { account, accountNames, identity, keyId, send, tokenOf } from "./fakes.ts";
import { TRADER } from "./samples.ts";

const [SECOND, THIRD, OTHERS] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
const PATH = "/v1/transfers/internal";

const ask = async (body: object, headers: Record<string, string> = {}) => {
  identity.ownAccounts.access.mockImplementation(async (id) =>
    [SECOND, THIRD, TRADER.accountId].includes(id) ? { own: true } : { own: false, scopes: ["read"] },
  );
  const by: Record<string, string> =
    "APCA-API-KEY-ID" in headers ? {} : { Authorization: `Bearer ${await tokenOf(TRADER)}` };
  return send("POST", PATH, { headers: { ...by, ...headers }, body: JSON.stringify(body) });
};
const transfer = { to_account_id: SECOND, amount: "10" };

test("AC-94: cash goes from the account of the request, or from the own one that the body names, to another own one", async () => {
  expect((await ask(transfer, { "Idempotency-Key": "k" })).status).toBe(202);
  expect(account.requestOwnTransfer.mock.lastCall).toMatchObject([
    { accountId: TRADER.accountId },
    { reference: "k", amount: "10", to: SECOND },
    {},
    { key: "k" },
  ]);
  const from = { ...transfer, from_account_id: THIRD.toUpperCase(), reference: "mine" };
  expect((await ask(from)).status).toBe(202);
  expect(accountNames.at(-1)).toBe(THIRD);
  expect(account.requestOwnTransfer.mock.lastCall).toMatchObject([
    { accountId: THIRD },
    { reference: "mine" },
    {},
    null,
  ]);
  expect((await ask({ ...transfer, reference: "r" }, { "X-Account-ID": THIRD })).status).toBe(202);
  expect(account.requestOwnTransfer.mock.lastCall?.[0]).toMatchObject({ accountId: THIRD });
});

test("AC-95: shares go the same way; a body with both kinds, or with half of one, is refused", async () => {
  const shares = { to_account_id: SECOND, symbol: "BTCUSD", qty: 0.5, reference: "r" };
  expect((await ask(shares)).status).toBe(202);
  expect(account.requestOwnTransfer.mock.lastCall?.[1]).toEqual({
    reference: "r",
    amount: "0.5",
    to: SECOND,
    symbol: "BTC/USD",
  });
  account.requestOwnTransfer.mockClear();
  for (const part of [
    { amount: "1", ...shares },
    { ...shares, qty: undefined },
    { ...shares, symbol: undefined },
  ]) {
    expect(await ask(part)).toMatchObject({ status: 422, body: { reason: "body_field" } });
  }
  expect((await ask({ to_account_id: SECOND, reference: "r" })).status).toBe(422);
  expect(account.requestOwnTransfer).not.toHaveBeenCalled();
});

test("AC-94: a refusal has what is needed, what is available and the most that would pass", async () => {
  const amounts = { needed: 30_000, available: 20_000, most: 10_000, held: 5_000, unsettled: 7_500 };
  const refusal = { reason: "insufficient_transferable", ...amounts } as const;
  const refuse = (asset: string, through: number | null) =>
    account.requestOwnTransfer.mockResolvedValueOnce({ ok: false, refusal: { ...refusal, asset, through } });
  refuse("USD", 20_500);
  expect(await ask({ ...transfer, reference: "r" })).toMatchObject({
    status: 403,
    body: {
      code: 40310000,
      detail: "insufficient USD to transfer (requested: 3, available: 2)",
      reason: "insufficient_transferable",
      needed: "3",
      available: "2",
      max_amount: "1",
      held_for_orders: "0.5",
      unsettled: "0.75",
      through: "2026-02-16",
    },
  });
  refuse("AAPL", null);
  expect((await ask({ ...transfer, reference: "r" })).body).toMatchObject({
    symbol: "AAPL",
    needed: "0.03",
    max_qty: "0.01",
    through: null,
  });
});

test("AC-94: no account of another user, and no paper account, pays or gets cash", async () => {
  const named = { ...transfer, reference: "r" };
  expect((await ask({ ...named, to_account_id: OTHERS })).status).toBe(403);
  expect((await ask({ ...named, from_account_id: OTHERS })).status).toBe(403);
  expect((await ask(named, { "X-Account-ID": OTHERS })).status).toBe(403);
  const paper = newAccountId("world", "paper");
  expect(await ask({ ...named, to_account_id: paper })).toMatchObject({ body: { reason: "paper_account" } });
  expect(await ask({ ...named, to_account_id: TRADER.accountId })).toMatchObject({
    body: { reason: "transfer_invalid" },
  });
  expect((await ask(transfer)).status, "neither a reference nor a key").toBe(422);
  expect(account.requestOwnTransfer).not.toHaveBeenCalled();
});

test("AC-94: a key needs the scope withdraw, and moves money of its own account only", async () => {
  const key = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  identity.apiKeys.verify.mockResolvedValueOnce({ ok: true, value: { ...TRADER, scopes: ["read", "trade"] } });
  expect((await ask({ ...transfer, reference: "r" }, key)).status).toBe(403);
  identity.apiKeys.verify.mockResolvedValue({ ok: true, value: { ...TRADER, scopes: ["withdraw"] } });
  expect((await ask({ ...transfer, reference: "r", from_account_id: THIRD }, key)).status).toBe(403);
  expect(account.requestOwnTransfer).not.toHaveBeenCalled();
  expect((await ask({ ...transfer, reference: "r", from_account_id: TRADER.accountId }, key)).status).toBe(202);
});

test("AC-94: transfers are listed a page at a time", async () => {
  const headers = { Authorization: `Bearer ${await tokenOf(TRADER)}` };
  expect(await send("GET", `${PATH}?limit=1`, { headers })).toMatchObject({
    status: 200,
    body: {
      transfers: [
        {
          from_account_id: TRADER.accountId,
          from_account_number: expect.stringMatching(/^EX\d{9}$/) as string,
          to_account_number: expect.stringMatching(/^EX\d{9}$/) as string,
          amount: "100.5",
          symbol: null,
          qty: null,
          state: "pending",
          refusal: null,
        },
      ],
      next: "7",
    },
  });
});
