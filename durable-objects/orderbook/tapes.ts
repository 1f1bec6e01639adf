import type { Asset } from "../../domain/market/asset.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { BoundedCalls } from "../actor/boundedCalls.ts";
import { tapeIndexObject, tapeObject } from "../actor/namespaces.ts";
import { QuoteOutbox } from "./quoteOutbox.ts";
import { TapeOutbox } from "./tapeOutbox.ts";
import { TapeSender, type TapeSenderPorts } from "./tapeSender.ts";

/** The trades and quotes of a book that its tapes do not have yet. */
export interface TapeOutboxes {
  readonly trades: TapeOutbox;
  readonly quotes: QuoteOutbox;
}

export function tapeOutboxes(sql: Pick<SqlStorage, "exec">, asset: Asset): TapeOutboxes {
  const calendar = new BarCalendar(asset);
  return { trades: new TapeOutbox(sql, calendar), quotes: new QuoteOutbox(sql, calendar) };
}

/** Sends the trades and quotes of a book to the tapes of its symbol. */
export function tapeSender(
  env: Parameters<typeof tapeObject>[0] & Parameters<typeof tapeIndexObject>[0],
  symbol: string,
  { trades, quotes }: TapeOutboxes,
  ports: Pick<TapeSenderPorts, "state" | "armBy" | "settled" | "barsChanged" | "gapFound" | "log">,
): TapeSender {
  const calls = new BoundedCalls();
  return new TapeSender(trades, quotes, {
    ...ports,
    open: (month) => calls.within(GIVE_UP_MS, LATE, () => tapeIndexObject(env, symbol).open(month)),
    append: (month, request) => calls.within(GIVE_UP_MS, LATE, () => tapeObject(env, symbol, month).append(request)),
    now: () => Date.now(),
    random: Math.random,
    after: (ms, run) => void setTimeout(run, ms),
  });
}

/** A call without an answer is given up after this time. */
export const GIVE_UP_MS = 20_000;
export const LATE = "the tape does not answer";
