/** Instruments over the gateway: what administrators decide, and what clients see of it. */
import { afterEach, expect, it } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { account, asAdmin, asAdminGet, instrumentRegistry, lines, trade } from "./fakes.ts";
import { ORDER, VIEW } from "./samples.ts";

const AAPL = requireInstrument("AAPL");
const NEWCO: Instrument = {
  ...AAPL,
  ...assetOf("NEWCO"),
  name: "Newco",
  exchange: "NYSE",
  referencePrice: 250_000,
  tick: 500,
  lot: 10_000,
  version: 4,
};

afterEach(() => {
  instrumentRegistry.since.mockReset().mockResolvedValue(null);
  instrumentRegistry.decided.mockReset().mockResolvedValue(null);
  instrumentRegistry.change.mockReset();
});

const listed = (...instruments: Instrument[]) =>
  instrumentRegistry.since.mockResolvedValue({ revision: 9, instruments });

it("MK-24: an account that holds a symbol which was listed a moment ago is valued, or asked to retry", async () => {
  const lots = { symbol: "NEWCO", qty: 2_000_000, available: 2_000_000, costBasis: 500_000 };
  for (let request = 0; request < 3; request++) account.summary.mockResolvedValueOnce({ ...VIEW, positions: [lots] });
  instrumentRegistry.since.mockRejectedValueOnce(new Error("away")).mockRejectedValueOnce(new Error("away"));
  expect((await trade("GET", "/v2/account")).status).toBe(503);
  listed(NEWCO);
  expect((await trade("GET", "/v2/account")).status).toBe(200);
  expect((await trade("GET", "/v2/positions")).body).toMatchObject([{ symbol: "NEWCO", qty: "2" }]);
});

it("MK-21, MK-25: an administrator lists an instrument, in the units of the API", async () => {
  instrumentRegistry.change.mockResolvedValue({ ok: true, instrument: NEWCO, inForce: true });
  const body = {
    symbol: "NEWCO",
    name: "Newco",
    exchange: "NYSE",
    reference_price: "25",
    min_order_value: 2,
    price_limit_percent: "12.5",
    tick: "0.05",
    lot: "0.01",
  };
  const reply = await asAdmin("POST", "/v1/admin/instruments", body);
  expect(reply.status).toBe(201);
  expect(reply.body).toMatchObject({ symbol: "NEWCO", tick: "0.05", lot: "0.01", version: 4, in_force: true });
  expect(instrumentRegistry.change).toHaveBeenCalledWith(
    {
      kind: "list",
      symbol: "NEWCO",
      name: "Newco",
      exchange: "NYSE",
      referencePrice: 250_000,
      leastValue: 20_000,
      priceLimit: 1_250,
      tick: 500,
      lot: 10_000,
    },
    expect.any(String),
  );
  expect(lines.join("\n")).toContain('"event":"instrument.listed"');
});

it("MK-21, MK-25: what a book does not have yet is 202, and a change names only what changes", async () => {
  instrumentRegistry.change.mockResolvedValue({
    ok: true,
    instrument: { ...AAPL, tick: 500, version: 5 },
    inForce: false,
  });
  const reply = await asAdmin("PATCH", "/v1/admin/instruments/AAPL", { tick: "0.05" });
  expect([reply.status, (reply.body as { in_force: boolean }).in_force]).toEqual([202, false]);
  const change = { kind: "change", symbol: "AAPL", tick: 500 };
  expect(instrumentRegistry.change).toHaveBeenCalledWith(change, expect.any(String));
});

it("MK-24: an instrument that was listed a moment ago can be changed and delisted, also before the gateway lists it", async () => {
  const NEXTCO: Instrument = { ...NEWCO, ...assetOf("NEXTCO") };
  const path = "/v1/admin/instruments/NEXTCO";
  instrumentRegistry.change.mockResolvedValue({ ok: true, instrument: NEXTCO, inForce: true });
  expect((await asAdmin("PATCH", path, { tick: "0.05" })).status).toBe(404);
  instrumentRegistry.decided.mockResolvedValue({ instrument: NEXTCO, inForce: true });
  expect((await asAdmin("PATCH", path, { tick: "0.05" })).status).toBe(200);
  expect((await asAdmin("DELETE", path, {})).status).toBe(200);
  expect(instrumentRegistry.change).toHaveBeenCalledTimes(2);
  expect(instrumentRegistry.decided).toHaveBeenCalledWith("NEXTCO");
});

it("MK-23: an administrator delists an instrument", async () => {
  const gone: Instrument = { ...AAPL, status: "delisted", version: 6 };
  instrumentRegistry.change.mockResolvedValue({ ok: true, instrument: gone, inForce: true });
  const reply = await asAdmin("DELETE", "/v1/admin/instruments/AAPL", {});
  expect(reply.body).toMatchObject({ symbol: "AAPL", status: "delisted" });
  expect(instrumentRegistry.change).toHaveBeenCalledWith({ kind: "delist", symbol: "AAPL" }, expect.any(String));
});

it.each([
  [{ reason: "already_listed" }, 409, "already_listed"],
  [{ reason: "delisted" }, 409, "delisted"],
  [{ reason: "not_listed" }, 404, "no_such_asset"],
  [{ reason: "invalid", field: "referencePrice" }, 422, "body_field"],
] as const)("MK-21: a refusal %j is answered %d", async (refusal, status, reason) => {
  instrumentRegistry.change.mockResolvedValue({ ok: false, refusal });
  const body = { symbol: "NEWCO", name: "Newco", exchange: "NYSE", reference_price: "0.00001" };
  const reply = await asAdmin("POST", "/v1/admin/instruments", body);
  expect([reply.status, (reply.body as { reason: string }).reason]).toEqual([status, reason]);
});

it("MK-21: an instrument is shown as it was decided last, in force or not, and as it was seeded before", async () => {
  expect((await asAdminGet("/v1/admin/instruments/AAPL")).body).toMatchObject({ version: 0, in_force: true });
  instrumentRegistry.decided.mockResolvedValue({ instrument: NEWCO, inForce: false });
  expect((await asAdminGet("/v1/admin/instruments/NEWCO")).body).toMatchObject({ version: 4, in_force: false });
  instrumentRegistry.decided.mockResolvedValue(null);
  expect((await asAdminGet("/v1/admin/instruments/NOPE")).status).toBe(404);
});

it("MK-21: nobody but administrators lists, changes or delists", async () => {
  for (const [method, path] of [
    ["POST", "/v1/admin/instruments"],
    ["PATCH", "/v1/admin/instruments/AAPL"],
    ["DELETE", "/v1/admin/instruments/AAPL"],
  ] as const) {
    expect((await trade(method, path, {})).status).toBe(403);
  }
  expect(instrumentRegistry.change).not.toHaveBeenCalled();
});

it("MK-24: assets show what is listed now: a new one, its increments, and one that is traded no more", async () => {
  listed(NEWCO, { ...AAPL, status: "delisted", version: 6 });
  const found = await trade("GET", "/v2/assets/NEWCO");
  expect(found.body).toMatchObject({
    symbol: "NEWCO",
    tradable: true,
    status: "active",
    price_increment: "0.05",
    min_trade_increment: "0.01",
  });
  expect((await trade("GET", "/v2/assets/AAPL")).body).toMatchObject({ tradable: false, status: "inactive" });
  const symbols = async (query: string) =>
    ((await trade("GET", `/v2/assets?${query}`)).body as { symbol: string }[]).map(({ symbol }) => symbol);
  expect(await symbols("status=active")).toContain("NEWCO");
  expect(await symbols("status=active")).not.toContain("AAPL");
  expect(await symbols("status=inactive")).toEqual(["AAPL"]);
});

it("MK-21: an order of a new symbol goes to its account; one that was never listed stays as it is named", async () => {
  listed({ ...NEWCO, ...assetOf("NEW/USD"), exchange: "CRYPTO" });
  account.submitOrder.mockResolvedValue({ ok: true, value: ORDER });
  const order = { side: "buy", type: "market", qty: "1", time_in_force: "gtc" };
  for (const [named, sent] of [
    ["NEWUSD", "NEW/USD"],
    ["NOPE", "NOPE"],
  ]) {
    await trade("POST", "/v2/orders", { ...order, symbol: named });
    expect(account.submitOrder.mock.lastCall?.[1]).toMatchObject({ symbol: sent });
  }
});

it("MD-114: an administrator lets a symbol show the prices of a feed, and its own again", async () => {
  const feed = { ...AAPL, priceSource: "feed", version: 5 } as const;
  instrumentRegistry.change.mockResolvedValueOnce({ ok: true, instrument: feed, inForce: true });
  const changed = await asAdmin("PATCH", "/v1/admin/instruments/AAPL", { price_source: "feed" });
  expect(changed).toMatchObject({ status: 200, body: { price_source: "feed", version: 5 } });
  instrumentRegistry.change.mockResolvedValueOnce({ ok: true, instrument: AAPL, inForce: true });
  const back = await asAdmin("PATCH", "/v1/admin/instruments/AAPL", { price_source: "own" });
  expect(back).toMatchObject({ status: 200, body: { price_source: "own" } });
  expect(instrumentRegistry.change.mock.calls.map(([change]) => change)).toEqual([
    { kind: "change", symbol: "AAPL", priceSource: "feed" },
    { kind: "change", symbol: "AAPL", priceSource: "own" },
  ]);
  expect((await asAdmin("PATCH", "/v1/admin/instruments/AAPL", { price_source: "x" })).status).toBe(422);
});

it("MD-110: administrators see the feeds, and nobody else does", async () => {
  const feeds = await asAdminGet("/v1/admin/feeds");
  expect(feeds.status).toBe(200);
  expect(feeds.body).toEqual(
    ["us_equity", "crypto"].map((of) => ({
      class: of,
      source: "alpaca",
      state: "down",
      breaker: "open",
      heard_at: null,
      retry_at: "1970-01-01T00:01:00.000Z",
      symbols: [],
      connected: 1,
      failed: 6,
      items: 2,
      refused: 0,
      dropped: 0,
    })),
  );
  expect((await trade("GET", "/v1/admin/feeds")).status).toBe(403);
});
