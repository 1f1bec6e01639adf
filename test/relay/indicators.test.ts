/** Indicators inside workerd, over the bars of a fake tape (vitest.config.ts). */
import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";
import { INDICATORS } from "../../domain/indicators/catalogue.ts";

// The generated types know the bindings and not the entry module.
const { ForGateway: quotes } = exports as unknown as { readonly ForGateway: Fetcher };

/** The minutes of the fake tapes of AAPL, in two months. */
const MINUTES = 6;

async function ask(path: string, headers: Record<string, string> = { "x-principal": "{}" }) {
  const answer = await quotes.fetch(new Request(`https://exchange.test${path}`, { headers }));
  return { status: answer.status, type: answer.headers.get("content-type"), body: await answer.json<object>() };
}

it("MD-83: returns an indicator over the bars of a symbol", async () => {
  const { status, body } = await ask("/v1/indicators/sma?symbol=AAPL&timeframe=1Min&period=3&limit=2");
  expect([status, body]).toEqual([
    200,
    {
      indicator: "sma",
      symbol: "AAPL",
      timeframe: "1Min",
      parameters: { period: 3 },
      values: [
        { t: "2026-11-01T15:01:00.000Z", value: 100.5 },
        { t: "2026-11-01T15:02:00.000Z", value: 100.5 },
      ],
      warm_up: { bars: 3, settled: 3, read: 2 },
      complete: true,
      next_page_token: null,
    },
  ]);
});

it("MD-83: every indicator is computed in workerd", async () => {
  for (const { name } of INDICATORS) {
    const { status, body } = await ask(`/v1/indicators/${name}?symbol=AAPL&timeframe=1Min&limit=${MINUTES}`);
    expect([name, status, body]).toEqual([name, 200, expect.objectContaining({ indicator: name })]);
    expect((body as { values: unknown[] }).values).toHaveLength(MINUTES);
  }
});

it("MD-83: bars of days come from the index, those of minutes from the months before, too", async () => {
  const days = await ask("/v1/indicators/sma?symbol=AAPL&timeframe=1Day&period=2");
  expect(days.body).toMatchObject({ values: [{ value: null }, { value: 100.5 }], complete: false });
  const start = "start=2026-11-01T15:00:00Z";
  const minutes = await ask(`/v1/indicators/sma?symbol=AAPL&timeframe=1Min&period=3&limit=1&${start}`);
  expect(minutes.body).toMatchObject({ values: [{ value: 100.5 }], warm_up: { read: 2 }, complete: true });
  expect(minutes.body).toMatchObject({ next_page_token: String(Date.parse("2026-11-01T15:01:00Z")) });
});

it("MD-84: lists the catalogue", async () => {
  const { status, body } = await ask("/v1/indicators");
  expect(status).toBe(200);
  const { indicators } = body as { indicators: { name: string }[] };
  expect(indicators.map(({ name }) => name)).toEqual(INDICATORS.map(({ name }) => name));
});

it("MD-83: refuses what it does not have", async () => {
  expect(await ask("/v1/indicators/smaa?symbol=AAPL&timeframe=1Min")).toMatchObject({
    status: 404,
    type: "application/problem+json",
    body: { detail: "indicator not found: smaa; GET /v1/indicators lists them" },
  });
  expect(await ask("/v1/indicators/sma?symbol=NOPE&timeframe=1Min")).toMatchObject({ status: 404 });
  expect(await ask("/v1/indicators/sma?symbol=AAPL&timeframe=1Min&period=0")).toMatchObject({
    status: 422,
    body: { detail: "invalid period: expected a whole number from 1 to 500" },
  });
  expect(await ask("/v1/indicators/sma?symbol=AAPL&timeframe=1Min", {})).toMatchObject({ status: 401 });
});

it("MD-83: a symbol without trades has no values", async () => {
  const { status, body } = await ask("/v1/indicators/rsi?symbol=MSFT&timeframe=1Min");
  expect([status, body]).toEqual([200, expect.objectContaining({ values: [], complete: true })]);
});
