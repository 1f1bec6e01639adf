/** Settled cash of the caller's account. */
import { expect, test } from "vitest";
import { account, send, tokenOf } from "./fakes.ts";
import { SETTLEMENT, TRADER, VIEW } from "./samples.ts";

const get = async (path: string) =>
  send("GET", path, { headers: { Authorization: `Bearer ${await tokenOf(TRADER)}` } });

test("PF-66: settled and unsettled cash, what may be withdrawn, and violations", async () => {
  expect(await get("/v1/account/settlement")).toMatchObject({
    status: 200,
    body: {
      as_of: "2026-11-30",
      settled: "800",
      unsettled: [{ settles_on: "2026-12-01", amount: "200" }],
      withdrawable: "750",
      buying_power: "950",
      coin_buying_power: "750",
      exempt: false,
      violations: [{ date: "2026-11-23", kind: "good_faith" }],
      restricted_through: null,
    },
  });
  expect(account.metered).toHaveBeenLastCalledWith(expect.anything(), "settlement", []);
  account.settlement.mockResolvedValueOnce({ ...SETTLEMENT, restrictedThrough: SETTLEMENT.day });
  expect((await get("/v1/account/settlement")).body).toMatchObject({ restricted_through: "2026-11-30" });
  account.settlement.mockResolvedValueOnce(null);
  expect((await get("/v1/account/settlement")).status).toBe(404);
});

test("PF-66, AC-47: Alpaca's account has cash, and what settlement lets it withdraw and buy for", async () => {
  const { cash } = VIEW;
  const limits = { withdrawable: cash - 30_000, buyingPower: cash - 10_000, coinBuyingPower: cash - 20_000 };
  account.summary.mockResolvedValueOnce({ ...VIEW, limits });
  const { body } = await get("/v2/account");
  expect(body).toMatchObject({
    cash: "1000",
    cash_withdrawable: "997",
    cash_transferable: "997",
    buying_power: "999",
    regt_buying_power: "999",
    non_marginable_buying_power: "998",
    accrued_fees: "0",
  });
  // An object of an earlier release knows no settlement.
  expect((await get("/v2/account")).body).toMatchObject({ cash_withdrawable: "1000", buying_power: "1000" });
});
