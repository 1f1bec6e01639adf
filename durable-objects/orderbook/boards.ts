import { tradingDayOf } from "../../domain/market/session.ts";
import { boardOf } from "../../protocol/rpc/priceBoard.ts";
import { BoundedCalls } from "../actor/boundedCalls.ts";
import { KeptStubs } from "../actor/keptStubs.ts";
import { priceBoardObject, tapeIndexObject } from "../actor/namespaces.ts";
import { BoardSender, type BoardSenderPorts } from "./boardSender.ts";
import type { PriceRecord } from "./priceRecord.ts";

/** The board has the closes of so many days: those of a year and some. */
const CLOSES_DAYS = 400;
/** A call without an answer is given up after this time. */
const GIVE_UP_MS = 20_000;
const LATE = "the board does not answer";
const SLEPT = "boardSlept";
const LIFE = "boardLife";

interface Ports extends Pick<
  BoardSenderPorts,
  "sequence" | "values" | "isTapePending" | "assertCommitted" | "armBy" | "log"
> {
  readonly prices: Pick<PriceRecord, "closes">;
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
}

/** Tells the board of a symbol the last values of its book. */
export function boardSender(
  env: Parameters<typeof priceBoardObject>[0] & Parameters<typeof tapeIndexObject>[0],
  symbol: string,
  { prices, kv, ...ports }: Ports,
): BoardSender {
  const calls = new BoundedCalls();
  const boards = new KeptStubs((nth) => priceBoardObject(env, Number(nth)), 1);
  const own = String(boardOf(symbol));
  return new BoardSender({
    ...ports,
    board: {
      update: (update) => calls.within(GIVE_UP_MS, LATE, () => boards.call(own, (board) => board.update(update))),
      learnBars: (bars) => calls.within(GIVE_UP_MS, LATE, () => boards.call(own, (board) => board.learnBars(bars))),
    },
    closes: () => {
      const now = Date.now();
      const today = tradingDayOf(now);
      return { from: today - CLOSES_DAYS, series: prices.closes(today - CLOSES_DAYS, today, now) };
    },
    latest: () => calls.within(GIVE_UP_MS, LATE, () => tapeIndexObject(env, symbol).latest()),
    slept: { get: () => kv.get<number>(SLEPT), put: (sequence) => kv.put(SLEPT, sequence) },
    life: { get: () => kv.get<number>(LIFE), put: (life) => kv.put(LIFE, life) },
    now: () => Date.now(),
    random: Math.random,
    after: (ms, run) => void setTimeout(run, ms),
  });
}
