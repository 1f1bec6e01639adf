/** How often a request about positions calls their books. */
import { afterEach, expect, test, vi } from "vitest";
import { dayOf, HOUR, newYorkInstant } from "../../domain/market/newYork.ts";
import { INSTRUMENTS } from "../../domain/market/listing.ts";
import { account, app, book, env, keyId } from "./fakes.ts";
import { MOVEMENTS } from "./samples.ts";

const TODAY = dayOf(2026, 11, 24);
const NOON = newYorkInstant(TODAY, 12 * HOUR);

afterEach(() => void vi.useRealTimers());

test("EQ-11: each book is called once at most, a bounded number at once; of many symbols prices are a second old", async () => {
  const symbols = INSTRUMENTS.map(({ symbol }) => symbol);
  expect(symbols.length).toBeGreaterThan(20);
  const lots = symbols.map((symbol) => [symbol, 1_000_000] as const);
  account.movements.mockResolvedValue({ ...MOVEMENTS, createdAt: 1, since: newYorkInstant(TODAY - 9, 0), lots });
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  const isolate = env();
  const calls = async (path: string) => {
    for (const mock of [book.top, book.closes, book.topWithCloses, book.prices]) mock.mockClear();
    const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
    expect((await app.request(`http://exchange.test${path}`, { headers }, isolate)).status).toBe(200);
    const both = book.topWithCloses.mock.calls.length;
    return { both, top: book.top.mock.calls.length - both, closes: book.closes.mock.calls.length - both };
  };
  const none = { both: 0, top: 0, closes: 0 };
  const week = "/v1/portfolio/explain?figure=equity&period=1W";
  expect(await calls(week)).toEqual({ ...none, both: symbols.length });
  // The closes of days that are over never change, and the prices are of now.
  expect(await calls(week)).toEqual(none);
  vi.setSystemTime(NOON + 1_000);
  expect(await calls(week)).toEqual({ ...none, top: symbols.length });
  // Of few symbols the prices are as of the request.
  account.movements.mockResolvedValue({ ...MOVEMENTS, createdAt: 1, since: newYorkInstant(TODAY - 9, 0) });
  expect(await calls(week)).toEqual({ ...none, top: 1 });
  expect(await calls("/v2/account/portfolio/history?period=1D&timeframe=1H")).toEqual({ ...none, top: 1 });
  expect(book.prices).toHaveBeenCalledOnce();
});
