/** Administration of markets over HTTP: calls of the book, and responses. */
import { expect, test } from "vitest";
import { INSTRUMENTS } from "../../domain/market/listing.ts";
import { asAdmin, asAdminGet, book, lines, send, tokenOf, trade } from "./fakes.ts";
import { ADMIN, MARKET, UNAUTHORIZED } from "./samples.ts";

const MARKET_ON_WIRE = {
  symbol: "AAPL",
  phase: "reopening_auction",
  session: "regular",
  halt: null,
  calendar: "us_equities",
  since: "2025-10-09T08:53:20.000Z",
  until: "2025-10-09T08:53:30.000Z",
  luld_tier: 1,
  bands: { lower: "255", upper: "282", reference: "268.5", since: "2025-10-09T08:53:20.000Z" },
  limit_state: { side: "upper", since: "2025-10-09T08:53:20.000Z" },
  indicative: {
    price: "268",
    paired_qty: "1.5",
    imbalance_qty: "0.25",
    imbalance_side: "buy",
    reference_price: "268.5",
  },
  last_trade: { price: "267.99", qty: "1", at: "2025-10-09T08:53:20.000Z" },
  orders: 7,
  accounts: 2,
  sequence: 40,
};

/** The log lines of administrators' actions. */
const acts = (): unknown[] =>
  lines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => String(event).startsWith("market."));

test("MD-35: a market has phase, bands, auction and counts, as decimal strings", async () => {
  expect(await asAdminGet("/v1/admin/symbols/AAPL")).toMatchObject({ status: 200, body: MARKET_ON_WIRE });
  book.status.mockResolvedValueOnce({
    ...MARKET,
    status: { ...MARKET.status, bands: null, limitState: null, until: null },
    indicative: null,
    last: null,
  });
  const none = { bands: null, limit_state: null, indicative: null, until: null, last_trade: null };
  expect((await asAdminGet("/v1/admin/symbols/BTC%2FUSD")).body).toMatchObject(none);
});

test("MD-35: a halt, a resumption and the LULD tier are sent to the book, and logged with who did it", async () => {
  const until = new Date(Date.now() + 60_000).toISOString();
  expect(await asAdmin("POST", "/v1/admin/symbols/AAPL/halt", { reason: "news", until })).toMatchObject({
    status: 200,
    body: { symbol: "AAPL" },
  });
  expect(book.halt.mock.lastCall).toEqual(["news", Date.parse(until)]);
  await asAdmin("POST", "/v1/admin/symbols/AAPL/resume", { call_seconds: 30 });
  expect(book.resume.mock.lastCall).toEqual([30_000]);
  await asAdmin("PATCH", "/v1/admin/symbols/AAPL", { luld_tier: 2 });
  expect(book.configure.mock.lastCall).toEqual([2]);
  const { userId } = ADMIN;
  expect(acts()).toEqual([
    expect.objectContaining({ event: "market.halted", symbol: "AAPL", reason: "news", userId }),
    expect.objectContaining({ event: "market.resumed", symbol: "AAPL", seconds: 30, userId }),
    expect.objectContaining({ event: "market.configured", symbol: "AAPL", tier: 2, userId }),
  ]);
  expect(acts()).toEqual(
    acts().map(() => expect.objectContaining({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) })),
  );
});

test("MD-35: a halt and a resumption have defaults", async () => {
  await asAdmin("POST", "/v1/admin/symbols/AAPL/halt", {});
  expect(book.halt.mock.lastCall).toEqual(["manual", null]);
  // The body may also be empty.
  const token = await tokenOf(ADMIN, { steppedUpAt: Date.now() });
  for (const body of [null, ""]) {
    const init = { headers: { Authorization: `Bearer ${token}` }, body };
    expect(await send("POST", "/v1/admin/symbols/AAPL/resume", init)).toMatchObject({ status: 200 });
  }
  expect(book.resume.mock.lastCall).toEqual([10_000]);
});

test.each([
  ["POST", "AAPL/halt", { reason: "boredom" }, 422, "invalid reason: expected one of manual, news"],
  ["POST", "AAPL/halt", { reason: "breaker_1" }, 422, "invalid reason: expected one of manual, news"],
  ["POST", "AAPL/halt", { until: "2020-01-01T00:00:00Z" }, 422, "invalid until"],
  ["POST", "AAPL/halt", { until: "tomorrow" }, 422, "invalid until"],
  ["POST", "AAPL/resume", { call_seconds: 0 }, 422, "invalid call_seconds"],
  ["POST", "AAPL/resume", { call_seconds: 3_601 }, 422, "invalid call_seconds"],
  ["PATCH", "AAPL", {}, 422, "invalid luld_tier"],
  ["PATCH", "AAPL", { luld_tier: 3 }, 422, "invalid luld_tier"],
  ["POST", "NOPE/halt", {}, 404, "asset not found for NOPE"],
  ["DELETE", "AAPL", {}, 405, "method not allowed"],
])("WS-2: %s %s with %o is refused", async (method, path, body, status, message) => {
  expect(await asAdmin(method, `/v1/admin/symbols/${path}`, body)).toMatchObject({ status, body: { detail: message } });
  for (const method of [book.halt, book.resume, book.configure]) expect(method).not.toHaveBeenCalled();
  expect(acts()).toEqual([]);
});

test("MD-35: a market that is not halted cannot be resumed, nor a closed one halted, and neither is logged", async () => {
  book.halt.mockResolvedValueOnce(null);
  expect(await asAdmin("POST", "/v1/admin/symbols/AAPL/halt", {})).toMatchObject({
    status: 409,
    body: { code: 40910000, detail: "the market is closed" },
  });
  book.resume.mockResolvedValueOnce(null);
  expect(await asAdmin("POST", "/v1/admin/symbols/AAPL/resume", {})).toMatchObject({
    status: 409,
    body: { code: 40910000, detail: "the market is not halted" },
  });
  expect(acts()).toEqual([]);
});

test("MD-36: the circuit breaker goes to every share and no coin, and lists the books that did not answer", async () => {
  const shares = INSTRUMENTS.length - 1;
  const all = await asAdmin("POST", "/v1/admin/market/breaker", { level: 2 });
  expect(all.body).toMatchObject({ level: 2, not_due: [], unreached: [] });
  expect((all.body as { halted: string[] }).halted).toHaveLength(shares);
  expect(book.breaker.mock.calls).toEqual(Array.from({ length: shares }, () => [2]));
  book.breaker.mockRejectedValueOnce(new Error("down"));
  book.breaker.mockResolvedValueOnce(null);
  const some = await asAdmin("POST", "/v1/admin/market/breaker", { level: 1 });
  expect(some).toMatchObject({ status: 207, body: { level: 1, unreached: ["AAPL"], not_due: ["AMD"] } });
  expect(acts()).toContainEqual(
    expect.objectContaining({ event: "market.breaker", breakerLevel: 1, unreached: ["AAPL"] }),
  );
  const fall = (value: number) => asAdmin("POST", "/v1/admin/market/breaker", { index: { base: 5_000, value } });
  book.breaker.mockClear();
  expect(await fall(4_651)).toMatchObject({ status: 200, body: { level: 0, halted: [] } });
  expect(book.breaker).not.toHaveBeenCalled();
  expect(await fall(4_350)).toMatchObject({ status: 200, body: { level: 2 } });
  for (const wrong of [{ level: 4 }, { index: { base: 0, value: 1 } }, {}]) {
    expect(await asAdmin("POST", "/v1/admin/market/breaker", wrong)).toMatchObject({ status: 422 });
  }
});

test("MD-35: other roles are refused", async () => {
  for (const [method, path] of [
    ["GET", "symbols/AAPL"],
    ["PATCH", "symbols/AAPL"],
    ["POST", "symbols/AAPL/halt"],
    ["POST", "symbols/AAPL/resume"],
    ["POST", "market/breaker"],
  ] as const) {
    expect(await send(method, `/v1/admin/${path}`)).toMatchObject({ status: 401, body: UNAUTHORIZED });
    expect(await trade(method, `/v1/admin/${path}`, method === "GET" ? undefined : {})).toMatchObject({ status: 403 });
  }
  for (const method of Object.values(book)) expect(method).not.toHaveBeenCalled();
});
