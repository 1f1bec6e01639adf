/** Calls of the Alpaca API that are answered although the thing itself does not exist here. */
import { expect, test } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import { account, send, trade } from "./fakes.ts";
import { WITHDRAWAL } from "./samples.ts";

const ANNOUNCEMENTS = "/v2/corporate_actions/announcements";

test.each([
  [`${ANNOUNCEMENTS}?ca_types=dividend,Split&since=2026-09-01&until=2026-11-30`, []],
  [`${ANNOUNCEMENTS}?ca_types=merger&since=2026-11-01&until=2026-11-01&symbol=AAPL&date_type=ex_date`, []],
  ["/v1/corporate-actions", { corporate_actions: {}, next_page_token: null }],
  [
    "/v1/corporate-actions?symbols=AAPL&types=cash_dividend&start=2026-01-01&end=2026-11-30&limit=1000&sort=asc",
    { corporate_actions: {}, next_page_token: null },
  ],
  ["/v1beta1/corporate-actions?symbols=AAPL&limit=1000", { corporate_actions: {}, next_page_token: null }],
  ["/v2/wallets", []],
  ["/v2/wallets/whitelists", []],
])("WS-32: %s is empty", async (path, body) => {
  expect(await trade("GET", path)).toMatchObject({ status: 200, body });
});

test.each([
  [`${ANNOUNCEMENTS}?since=2026-09-01&until=2026-11-30`, "ca_types"],
  [`${ANNOUNCEMENTS}?ca_types=bonus&since=2026-09-01&until=2026-11-30`, "ca_types"],
  [`${ANNOUNCEMENTS}?ca_types=split&until=2026-11-30`, "since"],
  [`${ANNOUNCEMENTS}?ca_types=split&since=2026-09-31&until=2026-11-30`, "since"],
  [`${ANNOUNCEMENTS}?ca_types=split&since=2026-08-01&until=2026-11-30`, "until"],
  [`${ANNOUNCEMENTS}?ca_types=split&since=2026-11-30&until=2026-11-29`, "until"],
  ["/v1/corporate-actions?types=bonus", "types"],
  ["/v1/corporate-actions?limit=1001", "limit"],
  ["/v3/clock?markets=LSE", "markets"],
  ["/v3/clock?time=noon", "time"],
  ["/v3/calendar/LSE", "market"],
])("WS-32: %s names the parameter %s that is wrong", async (path, parameter) => {
  const { status, body } = await trade("GET", path);
  expect({ status, body }).toMatchObject({ status: 422, body: { code: 40010001, reason: "query_invalid" } });
  expect((body as { message: string }).message).toMatch(new RegExp(`^invalid ${parameter}: expected `));
});

test("WS-31: /v3 has clocks and calendars of the markets", async () => {
  expect(await trade("GET", "/v3/clock?markets=NASDAQ,xnys")).toMatchObject({
    status: 200,
    body: { clocks: [{ market: { acronym: "NASDAQ" } }, { market: { acronym: "NYSE" } }] },
  });
  expect(await trade("GET", "/v3/calendar/NASDAQ?start=2026-11-23&end=2026-11-24")).toMatchObject({
    status: 200,
    body: { calendar: [{ date: "2026-11-23" }, { date: "2026-11-24" }] },
  });
  expect((await send("GET", "/v3/clock", {})).status).toBe(401);
});

test("WS-32: transfers are the deposits and withdrawals of the account, newest first", async () => {
  const booking = { cost: 0, reference: "r", description: "", lots: [] };
  account.activities.mockResolvedValue({
    more: false,
    since: 1,
    activities: [
      {
        type: "JNLS",
        at: 4,
        id: "x::00000000-0000-4000-8000-000000000004",
        cash: 0,
        symbol: "BTC/USD",
        qty: 150_000_000,
        ...booking,
      },
      {
        type: "JNLS",
        at: 3,
        id: "x::00000000-0000-4000-8000-000000000003",
        cash: 0,
        symbol: "AAPL",
        qty: 1,
        ...booking,
      },
      {
        type: "CSD",
        at: 2,
        id: "x::00000000-0000-4000-8000-000000000002",
        cash: 50_000,
        symbol: null,
        qty: 0,
        ...booking,
      },
    ],
  });
  const { status, body } = await trade("GET", "/v2/wallets/transfers");
  expect(status).toBe(200);
  const none = { tx_hash: null, chain: null, from_address: null, to_address: null, fees: "0", network_fee: "0" };
  expect(body).toEqual([
    expect.objectContaining({
      ...none,
      id: WITHDRAWAL.id,
      direction: "OUTGOING",
      asset: "USD",
      amount: "100.5",
      status: "PROCESSING",
    }),
    expect.objectContaining({ ...none, direction: "INCOMING", asset: "BTC", amount: "1.5", usd_value: null }),
    expect.objectContaining({ direction: "INCOMING", asset: "USD", amount: "5", usd_value: "5", status: "COMPLETE" }),
  ]);
  expect(await trade("GET", `/v2/wallets/transfers/${WITHDRAWAL.id.toUpperCase()}`)).toMatchObject({
    status: 200,
    body: { id: WITHDRAWAL.id },
  });
  expect(await trade("GET", "/v2/wallets/transfers/other")).toMatchObject({
    status: 404,
    body: { code: 40410000, message: "transfer not found for other" },
  });
});

test.each([
  ["GET", "/v2/wallets?asset=BTC"],
  ["POST", "/v2/wallets/transfers"],
  ["POST", "/v2/wallets/whitelists"],
  ["DELETE", "/v2/wallets/whitelists/1"],
  ["GET", "/v2/wallets/fees/estimate?asset=BTC"],
])("WS-32: %s %s is refused, because nothing is moved on a chain", async (method, path) => {
  expect(await trade(method, path, method === "POST" ? { asset: "BTC" } : undefined)).toMatchObject({
    status: 422,
    body: { code: 42210000, reason: "no_chain_transfers" },
  });
});

test.each([
  ["/v2/options/contracts", "options"],
  ["/v1beta1/options/bars", "options"],
  [`/v2/positions/${assetOf("AAPL").id}/exercise`, "options"],
  ["/v1beta1/crypto-perps/us/latest/bars", "perpetual futures"],
  ["/v1beta1/fixed_income/latest/prices", "fixed income"],
  ["/v1beta1/forex/rates", "foreign exchange rates"],
  ["/v2/tokenization/mint", "tokenization"],
  ["/v1/locates/quotes", "locates for short sales"],
  ["/v1/ipos", "initial public offerings"],
])("WS-32: %s says that %s are not offered, in Alpaca's shape", async (path, what) => {
  const { status, headers, body } = await trade("GET", path);
  expect(headers.get("Content-Type")).toContain("application/json");
  expect({ status, body }).toEqual({
    status: 404,
    body: {
      code: 40410000,
      message: `endpoint not found: this exchange does not offer ${what}`,
      reason: "not_offered",
    },
  });
});

test.each(["/v2/nothing", "/v3/nothing", "/v1beta1/nothing", "/v1beta2/x", "/v1beta3/nothing", "/v2beta1/events"])(
  "WS-32: %s is not found in Alpaca's shape",
  async (path) => {
    expect(await trade("GET", path)).toMatchObject({
      status: 404,
      body: { code: 40410000, message: "endpoint not found." },
    });
  },
);

test("WS-32: an announcement does not exist", async () => {
  expect(await trade("GET", `${ANNOUNCEMENTS}/be3c368a-4c7c-4384-808e-f02c9f5a8afe`)).toMatchObject({
    status: 404,
    body: { code: 40410000, reason: "announcement_not_found" },
  });
});
