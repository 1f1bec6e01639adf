/** Market data over REST, as the gateway passes it on; books and tapes are fakes (vitest.config.ts). */
import { exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

// The generated types know the bindings and not the entry module.
const { ForGateway: quotes } = exports as unknown as { readonly ForGateway: Fetcher };

const ask = (path: string, headers: Record<string, string> = { "x-principal": "{}" }): Promise<Response> =>
  quotes.fetch(new Request(`https://quotes.invalid${path}`, { headers }));
// oxlint-disable-next-line typescript/no-explicit-any -- answers of many shapes
const get = async (path: string): Promise<any> => {
  const answer = await ask(path);
  expect(answer.status, path).toBe(200);
  return answer.json();
};

const FIRST = "2026-10-01T15:00:00.000Z";
const BAR = { t: FIRST, o: 100, h: 101, l: 99, c: 100.5, v: 3_000, n: 2, vw: 100 };
const QUOTE = { t: new Date(0).toISOString(), ax: "V", ap: 0, as: 0, bx: "V", bp: 100, bs: 1, c: ["R"], z: "C" };
const RANGE = "start=2026-10-01&end=2026-11-30";

describe("MD-60: snapshots and newest bars", () => {
  it("are a bare map of shares, without parts that there are none of", async () => {
    const snapshot = { latestQuote: QUOTE, minuteBar: BAR, dailyBar: BAR };
    expect(await get("/v2/stocks/snapshots?symbols=MSFT,AAPL,NOPE")).toEqual({
      AAPL: snapshot,
      MSFT: { latestQuote: QUOTE },
    });
    expect(await get("/v2/stocks/AAPL/snapshot")).toEqual({ symbol: "AAPL", ...snapshot });
    expect(await get("/v2/stocks/bars/latest?symbols=AAPL,MSFT")).toEqual({ bars: { AAPL: BAR } });
    expect(await get("/v2/stocks/AAPL/bars/latest")).toEqual({ symbol: "AAPL", bar: BAR });
    const none = await ask("/v2/stocks/MSFT/bars/latest");
    expect([none.status, await none.json()]).toMatchObject([404, { message: "no bar found for MSFT" }]);
  });

  it("of coins are wrapped, for everybody", async () => {
    const answer = await ask("/v1beta3/crypto/us/snapshots?symbols=AAPL", {});
    const { t, ap, as, bp, bs } = QUOTE;
    const snapshot = { latestQuote: { t, ap, as, bp, bs }, minuteBar: BAR, dailyBar: BAR };
    expect(await answer.json()).toEqual({ snapshots: { AAPL: snapshot } });
    expect(await get("/v1beta3/crypto/us/latest/bars?symbols=AAPL")).toEqual({ bars: { AAPL: BAR } });
  });
});

describe("MD-61: bars and trades of the past", () => {
  it("are read from the months of the range, and by pages whose limit is of all symbols", async () => {
    const seen: string[] = [];
    let token: string | null = "";
    for (let pages = 0; token !== null; pages++) {
      expect(pages).toBeLessThan(5);
      const path: string = `/v2/stocks/bars?symbols=MSFT,AAPL&timeframe=1Min&limit=2&${RANGE}&page_token=${token}`;
      const page = await get(path);
      expect(Object.keys(page)).toEqual(["bars", "next_page_token"]);
      const bars = Object.values<{ t: string }[]>(page.bars).flat();
      expect(bars.length).toBeLessThanOrEqual(2);
      seen.push(...bars.map(({ t }) => t));
      token = page.next_page_token;
    }
    const months = ["2026-10-01", "2026-11-01"];
    expect(seen).toEqual(months.flatMap((day) => [0, 1, 2].map((minute) => `${day}T15:0${minute}:00.000Z`)));
  });

  it("of one symbol are a list, newest first if that is asked for", async () => {
    const first = await get(`/v2/stocks/AAPL/trades?limit=4&sort=desc&${RANGE}`);
    const trade = { x: "V", p: 100, s: 1, c: ["@", "I"], z: "C" };
    expect(first).toMatchObject({ symbol: "AAPL", trades: [{ ...trade, i: 6 }, { i: 5 }, { i: 4 }, { i: 3 }] });
    const rest = await get(`/v2/stocks/AAPL/trades?limit=4&sort=desc&${RANGE}&page_token=${first.next_page_token}`);
    expect(rest).toMatchObject({ trades: [{ i: 2 }, { i: 1, t: FIRST }], next_page_token: null });
    expect(await get("/v2/stocks/MSFT/bars?timeframe=1Day")).toEqual({
      symbol: "MSFT",
      bars: [],
      next_page_token: null,
    });
  });

  it("of days begin with the midnight of a date, and end with the whole day of one", async () => {
    const days = await get("/v2/stocks/AAPL/bars?timeframe=1Day&start=2026-10-01&end=2026-10-01");
    expect(days.bars).toMatchObject([{ t: "2026-10-01T04:00:00.000Z" }]);
    const minutes = await get(
      "/v2/stocks/AAPL/bars?timeframe=1Min&start=2026-10-01T15:01:00Z&end=2026-10-01T15:01:00Z",
    );
    expect(minutes.bars).toHaveLength(1);
  });

  it("of coins have the side of the incoming order", async () => {
    const { trades } = await get(`/v1beta3/crypto/us/trades?symbols=AAPL&limit=2&${RANGE}`);
    expect(trades).toEqual({
      AAPL: [{ t: FIRST, p: 100, s: 1, i: 1, tks: "-" }, expect.objectContaining({ tks: "B" })],
    });
  });

  it("MD-56: and quotes have the shapes of shares and of coins, with pages either way; an empty side is 0", async () => {
    const first = { t: FIRST, ax: "V", ap: 100.1, as: 2.5, bx: "V", bp: 99.9, bs: 1, c: ["R"], z: "C" };
    const page = await get(`/v2/stocks/quotes?symbols=MSFT,AAPL&limit=4&${RANGE}`);
    expect(page.quotes).toEqual({
      AAPL: [first, expect.anything(), expect.objectContaining({ ap: 0, as: 0 }), expect.anything()],
    });
    const rest = await get(`/v2/stocks/quotes?symbols=MSFT,AAPL&limit=4&${RANGE}&page_token=${page.next_page_token}`);
    expect(rest).toMatchObject({ quotes: { AAPL: [{ bp: 99.9001 }, { bp: 99.9002 }] }, next_page_token: null });
    const newest = await get(`/v2/stocks/AAPL/quotes?limit=5&sort=desc&${RANGE}`);
    expect(newest.quotes.map(({ t }: { t: string }) => t.slice(0, 16))).toEqual(
      ["11-01T15:02", "11-01T15:01", "11-01T15:00", "10-01T15:02", "10-01T15:01"].map((time) => `2026-${time}`),
    );
    const last = await get(`/v2/stocks/AAPL/quotes?limit=5&sort=desc&${RANGE}&page_token=${newest.next_page_token}`);
    expect(last).toEqual({ symbol: "AAPL", quotes: [first], next_page_token: null });
    const { t, ap, as, bp, bs } = first;
    const { quotes: coins } = await get(`/v1beta3/crypto/us/quotes?symbols=AAPL&limit=1&${RANGE}`);
    expect(coins).toEqual({ AAPL: [{ t, ap, as, bp, bs }] });
    expect(await get("/v2/stocks/MSFT/quotes")).toEqual({ symbol: "MSFT", quotes: [], next_page_token: null });
  });

  it("MD-55: say which bars no trade made", async () => {
    const backfill = [{ timeframe: "1Day", source: "imported", start: "2026-01-01", end: "2026-01-03", days: 2 }];
    expect(await get("/v1/history/AAPL")).toMatchObject({ symbol: "AAPL", backfill });
    expect(await get("/v1/history/MSFT")).toMatchObject({ symbol: "MSFT", backfill: [] });
    expect((await ask("/v1/history/AAPL", {})).status).toBe(401);
    expect((await ask("/v1/history/NOPE")).status).toBe(404);
  });

  it.each([
    ["/v2/stocks/bars?symbols=AAPL", "timeframe is required"],
    ["/v2/stocks/bars?symbols=AAPL&timeframe=7Week", "invalid timeframe: 7Week"],
    ["/v2/stocks/AAPL/bars?timeframe=1Min&limit=0", "invalid limit: 0"],
    ["/v2/stocks/AAPL/bars?timeframe=1Min&limit=10001", "invalid limit: 10001"],
    ["/v2/stocks/AAPL/trades?start=yesterday", "invalid start: yesterday"],
    ["/v2/stocks/AAPL/trades?start=2026-10-02&end=2026-10-01", "end should not be before start"],
    ["/v2/stocks/AAPL/trades?sort=up", "invalid sort: up"],
    ["/v2/stocks/AAPL/trades?page_token=WzFd", "invalid page_token: WzFd"],
    ["/v2/stocks/AAPL/bars?timeframe=1Min&adjustment=none", "invalid adjustment: none"],
    ["/v2/stocks/meta/conditions/bar", "invalid ticktype: bar"],
    ["/v1beta1/screener/bonds/movers", "invalid market_type: bonds"],
    ["/v1beta1/news?limit=51", "invalid limit: 51"],
  ])("MD-38: refuses %s", async (path, message) => {
    const answer = await ask(path);
    expect([answer.status, await answer.json()]).toMatchObject([400, { message }]);
  });
});

describe("MD-62: lists over all symbols, and what codes mean", () => {
  it("are the most active of the newest day, and what moved since the day before", async () => {
    const active = await get("/v1beta1/screener/stocks/most-actives");
    expect(active.most_actives).toEqual([{ symbol: "AAPL", volume: 3_000, trade_count: 2 }]);
    expect(await get("/v1beta1/screener/crypto/movers")).toMatchObject({
      gainers: [],
      losers: [],
      market_type: "crypto",
    });
  });

  it("name the venue and the conditions; news is empty", async () => {
    expect(await get("/v2/stocks/meta/exchanges")).toHaveProperty("V");
    expect(await get("/v2/stocks/meta/conditions/trade?tape=A")).toMatchObject({ "@": "Regular Sale" });
    expect(await get("/v1beta1/news?symbols=AAPL")).toEqual({ news: [], next_page_token: null });
  });
});
