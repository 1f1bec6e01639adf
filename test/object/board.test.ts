/** How the last values of a book reach its board, inside workerd: over restarts of both, and without waking the book. */
import { abortAllDurableObjects, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { orderBookObject, priceBoardObject } from "../../durable-objects/actor/namespaces.ts";
import { boardOf, readBoards, topOf } from "../../protocol/rpc/priceBoard.ts";
import { pairOf } from "./tradingPair.ts";

const WAIT = { timeout: 20_000, interval: 50 };
const board = (nth: number) => priceBoardObject(env, nth);
const readOne = async (symbol: string) => (await readBoards(board, [symbol])).get(symbol) ?? null;

/** Lets the book of a symbol tell what it has and go to sleep. */
async function sleeps(symbol: string): Promise<void> {
  const book = env.ORDER_BOOK.getByName(symbol);
  await vi.waitFor(async () => {
    await runDurableObjectAlarm(book);
    const row = await runInDurableObject(env.PRICE_BOARD.getByName(String(boardOf(symbol))), (_, { storage }) =>
      storage.sql.exec("SELECT quiet FROM last_values WHERE symbol = ?", symbol).toArray(),
    );
    expect(row).toEqual([{ quiet: 1 }]);
    expect(await runInDurableObject(book, (_, { storage }) => storage.getAlarm())).toBeNull();
  }, WAIT);
}

test("MD-76: a board has what the book of each symbol has, whichever of them dies", async () => {
  const symbol = "KO";
  const trade = await pairOf(symbol);
  for (let nth = 1; nth <= 3; nth++) {
    await trade();
    // The leading call has left; or it was lost with everything.
    if (nth === 2) await abortAllDurableObjects();
    if (nth === 3) await evictDurableObject(env.PRICE_BOARD.getByName(String(boardOf(symbol))));
    const top = await orderBookObject(env, symbol).top();
    await vi.waitFor(async () => {
      await runDurableObjectAlarm(env.ORDER_BOOK.getByName(symbol));
      const values = await readOne(symbol);
      expect(values && topOf(values, Date.now())).toEqual(top);
    }, WAIT);
    await sleeps(symbol);
    const values = await readOne(symbol);
    expect(values && topOf(values, Date.now())).toEqual(top);
    expect(values?.bars?.minuteBar?.c).toBe((top.last?.price ?? 0) / 10_000);
  }
});

test("MD-77: boards answer without waking a book, also after they restarted themselves", async () => {
  const symbol = "WMT";
  const trade = await pairOf(symbol);
  await trade();
  await sleeps(symbol);
  const stub = env.ORDER_BOOK.getByName(symbol);
  const before = await orderBookObject(env, symbol).top();
  // Called, it would fail.
  await runInDurableObject(stub, (book) => Object.assign(book, { top: () => Promise.reject(new Error("called")) }));
  await evictDurableObject(env.PRICE_BOARD.getByName(String(boardOf(symbol))));
  const days = { from: 0, to: 30_000 };
  const [values] = await priceBoardObject(env, boardOf(symbol)).read([symbol], days);
  expect(values?.top).toEqual(before);
  // The board has a year of closes, and is not asked for more.
  expect(values?.closes).toBeNull();
  const today = Math.floor(Date.now() / 86_400_000);
  const [week] = await priceBoardObject(env, boardOf(symbol)).read([symbol], { from: today - 7, to: today });
  expect(week?.closes).toEqual(await orderBookObject(env, symbol).closes(today - 7, today));
});
