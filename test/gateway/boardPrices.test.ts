/** Requests about many positions are answered from boards: the books of what was told to them are not called. */
import { afterEach, expect, test, vi } from "vitest";
import { dayOf, HOUR, newYorkInstant } from "../../domain/market/newYork.ts";
import { endOfTradingDay } from "../../domain/market/session.ts";
import { INSTRUMENTS } from "../../domain/market/listing.ts";
import type { BoardValues } from "../../protocol/rpc/priceBoard.ts";
import { account, app, book, env, keyId } from "./fakes.ts";
import { priceBoard } from "./idleObjects.ts";
import { MOVEMENTS } from "./samples.ts";

const TODAY = dayOf(2026, 11, 24);
const NOON = newYorkInstant(TODAY, 12 * HOUR);
const SYMBOLS = INSTRUMENTS.map(({ symbol }) => symbol);

afterEach(() => void vi.useRealTimers());

/** A book that last traded at 50, on the day before, and whose close was 40 two days before that. */
const told = (symbol: string): BoardValues => ({
  top: {
    symbol,
    bid: null,
    ask: null,
    last: { tradeId: 9, price: 500_000, qty: 1, at: NOON - 24 * HOUR },
    sequence: 9,
    at: NOON - 24 * HOUR,
  },
  close: { price: 500_000, until: endOfTradingDay(NOON - 24 * HOUR), before: 400_000 },
  bars: null,
  closes: { at: Float64Array.of(TODAY - 4, TODAY - 1), price: Float64Array.of(400_000, 500_000) },
});

async function explain(isolate: ReturnType<typeof env>, figure: string) {
  const headers = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  const path = `http://exchange.test/v1/portfolio/explain?figure=${figure}&period=1W`;
  const answer = await app.request(path, { headers }, isolate);
  expect(answer.status).toBe(200);
  return (await answer.json()) as { value: string; valuations: { date: string; value: string }[] };
}

function holdsEach(): ReturnType<typeof env> {
  const lots = SYMBOLS.map((symbol) => [symbol, 1_000_000] as const);
  account.movements.mockResolvedValue({ ...MOVEMENTS, createdAt: 1, since: newYorkInstant(TODAY - 9, 0), lots });
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
  for (const mock of [book.top, book.closes, book.topWithCloses]) mock.mockClear();
  return env();
}

test("MD-77: many positions are valued by boards, with the closes of past days, and no book is called", async () => {
  const isolate = holdsEach();
  priceBoard.read.mockImplementation(async (symbols) => symbols.map(told));
  const fromBoards = await explain(isolate, "equity");
  expect(priceBoard.read.mock.calls.length).toBeLessThanOrEqual(4);
  expect([book.top, book.closes, book.topWithCloses].map((mock) => mock.mock.calls.length)).toEqual([0, 0, 0]);
  // The books say the same.
  priceBoard.read.mockImplementation(async (symbols) => symbols.map(() => null));
  const { top, close, closes } = told("AAPL");
  const now = { ...top, previousClose: close?.price ?? 0 };
  book.topWithCloses.mockImplementation(async () => ({
    top: now,
    closes: closes ?? { at: new Float64Array(), price: new Float64Array() },
  }));
  expect(await explain(env(), "equity")).toEqual(fromBoards);
});

test("MD-77: of a symbol that no board knows, and when no board answers, the book is asked", async () => {
  const isolate = holdsEach();
  priceBoard.read.mockImplementation(async (symbols) =>
    symbols.map((symbol) => (symbol === "AAPL" ? null : told(symbol))),
  );
  await explain(isolate, "equity");
  expect(book.topWithCloses).toHaveBeenCalledTimes(1);
  priceBoard.read.mockRejectedValue(new Error("away"));
  vi.setSystemTime(NOON + 5_000);
  book.topWithCloses.mockClear();
  await explain(env(), "equity");
  expect(book.topWithCloses).toHaveBeenCalledTimes(SYMBOLS.length);
});
