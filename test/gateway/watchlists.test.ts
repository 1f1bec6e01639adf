import { beforeEach, expect, test } from "vitest";
import type { Watchlist } from "../../protocol/rpc/watchlists.ts";
import { account, send, trade } from "./fakes.ts";
import { TRADER } from "./samples.ts";

const LIST: Watchlist = {
  id: "7c8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  name: "Tech & cars",
  symbols: ["MSFT", "BTC/USD", "F"],
  createdAt: 1_760_000_000_000,
  updatedAt: 1_760_000_000_500,
};
const HEAD = {
  id: LIST.id,
  account_id: TRADER.accountId,
  name: LIST.name,
  created_at: "2025-10-09T08:53:20.000Z",
  updated_at: "2025-10-09T08:53:20.500Z",
};
const BY_NAME = `/v2/watchlists:by_name?name=${encodeURIComponent(LIST.name)}`;
const BY_ID = `/v2/watchlists/${LIST.id}`;

beforeEach(() => {
  account.watchlists.mockReset().mockResolvedValue([LIST]);
  account.watchlist.mockReset().mockResolvedValue(LIST);
  account.changeWatchlist.mockReset().mockResolvedValue({ ok: true, value: LIST });
});

const asked = () => account.changeWatchlist.mock.calls.map(([, change]) => change);

test("AC-120: a list of watchlists has no assets; one watchlist has them in its order", async () => {
  expect(await trade("GET", "/v2/watchlists")).toMatchObject({ status: 200, body: [HEAD] });
  for (const [path, key] of [
    [BY_ID, { id: LIST.id }],
    [BY_ID.toUpperCase().replace("/V2/WATCHLISTS", "/v2/watchlists"), { id: LIST.id }],
    [BY_NAME, { name: LIST.name }],
  ] as const) {
    account.watchlist.mockClear();
    const { status, body } = await trade("GET", path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...HEAD, assets: [{ symbol: "MSFT" }, { symbol: "BTC/USD" }, { symbol: "F" }] });
    expect(account.watchlist).toHaveBeenCalledExactlyOnceWith(key);
  }
});

test("AC-120: bodies become changes, with the listed symbols of names and ids", async () => {
  const f = ((await trade("GET", "/v2/assets/F")).body as { id: string }).id;
  expect((await trade("POST", "/v2/watchlists", { name: "New", symbols: ["BTCUSD", f] })).status).toBe(200);
  expect((await trade("POST", "/v2/watchlists", { name: "Empty", symbols: null })).status).toBe(200);
  expect((await trade("PUT", BY_ID, { name: "Other" })).status).toBe(200);
  // Some clients repeat the id in the body, one with PATCH.
  await trade("PATCH", BY_ID, { watchlist_id: LIST.id, symbols: ["F"] });
  await trade("PUT", BY_NAME, { uuid: LIST.id, name: "Other", symbols: [] });
  await trade("POST", BY_NAME, { symbol: "KO" });
  await trade("POST", BY_ID, { symbol: "btc/usd".toUpperCase() });
  await trade("DELETE", `${BY_ID}/BTC%2FUSD`);
  expect(await trade("DELETE", BY_ID)).toMatchObject({ status: 204 });
  expect(await trade("DELETE", BY_NAME)).toMatchObject({ status: 204 });
  const [id, name] = [{ id: LIST.id }, { name: LIST.name }];
  expect(asked()).toEqual([
    { kind: "create", name: "New", symbols: ["BTC/USD", "F"] },
    { kind: "create", name: "Empty", symbols: [] },
    { kind: "update", of: id, name: "Other", symbols: null },
    { kind: "update", of: id, name: null, symbols: ["F"] },
    { kind: "update", of: name, name: "Other", symbols: [] },
    { kind: "add", of: name, symbol: "KO" },
    { kind: "add", of: id, symbol: "BTC/USD" },
    { kind: "remove", of: id, symbol: "BTC/USD" },
    { kind: "delete", of: id },
    { kind: "delete", of: name },
  ]);
});

test.each<[string, string, unknown, number, object]>([
  [
    "POST",
    "/v2/watchlists",
    { name: "a", symbols: ["NOPE"] },
    422,
    { message: 'asset "NOPE" not found', code: 42210000 },
  ],
  ["POST", "/v2/watchlists", { symbols: [] }, 422, { reason: "body_field" }],
  ["POST", "/v2/watchlists", { name: "" }, 422, { reason: "body_field" }],
  ["POST", "/v2/watchlists", { name: "x".repeat(65) }, 422, { reason: "body_field" }],
  ["POST", "/v2/watchlists", { name: "a\u0000b" }, 422, { reason: "body_field" }],
  ["POST", "/v2/watchlists", { name: "a", symbol: "F" }, 422, { reason: "unknown_field" }],
  ["POST", BY_ID, { symbol: "NOPE" }, 422, { reason: "asset_not_found" }],
  ["DELETE", `${BY_ID}/NOPE`, undefined, 404, { message: "asset not found for NOPE" }],
  ["GET", "/v2/watchlists/mine", undefined, 404, { code: 40410000, message: "watchlist not found for mine" }],
  ["GET", "/v2/watchlists:by_name", undefined, 422, { reason: "query_invalid" }],
  ["GET", "/v2/watchlists?name=x", undefined, 422, { reason: "unknown_parameter" }],
])("AC-120: %s %s %j is refused with %i", async (method, path, body, status, error) => {
  expect(await trade(method, path, body)).toMatchObject({ status, body: error });
  expect(account.changeWatchlist).not.toHaveBeenCalled();
});

test("AC-120: refusals of the account, in Alpaca's shape", async () => {
  account.watchlist.mockResolvedValue(null);
  const missing = { status: 404, body: { code: 40410000, message: `watchlist not found for ${LIST.name}` } };
  expect(await trade("GET", BY_NAME)).toMatchObject(missing);
  const refuse = (refusal: object) => account.changeWatchlist.mockResolvedValueOnce({ ok: false, refusal } as never);
  refuse({ reason: "watchlist_name_taken" });
  expect(await trade("POST", "/v2/watchlists", { name: "a" })).toMatchObject({
    status: 422,
    body: { code: 40010001, message: "watchlist name must be unique" },
  });
  refuse({ reason: "not_in_watchlist", symbol: "KO" });
  expect(await trade("DELETE", `${BY_ID}/KO`)).toMatchObject({
    status: 404,
    body: { code: 40410000, message: "asset not found for KO" },
  });
  refuse({ reason: "too_many_watchlists", limit: 200 });
  expect(await trade("POST", "/v2/watchlists", { name: "a" })).toMatchObject({
    status: 403,
    body: { code: 40310000, message: "too many watchlists: no more than 200" },
  });
});

test("AC-120: without a key nothing is answered or changed", async () => {
  for (const [method, path] of [
    ["GET", "/v2/watchlists"],
    ["POST", "/v2/watchlists"],
    ["DELETE", BY_ID],
  ] as const)
    expect((await send(method, path, {})).status).toBe(401);
  expect(account.watchlists).not.toHaveBeenCalled();
});
