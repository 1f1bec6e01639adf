import type { BookState } from "../../domain/matching/bookState.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import type { priceBoardObject, tapeIndexObject, tapeObject } from "../actor/namespaces.ts";
import { boardSender } from "./boards.ts";
import type { BoardSender } from "./boardSender.ts";
import type { PriceRecord } from "./priceRecord.ts";
import type { TapeOutbox } from "./tapeOutbox.ts";
import type { TapeSender } from "./tapeSender.ts";
import { tapeSender } from "./tapes.ts";

type Env = Parameters<typeof tapeObject>[0] &
  Parameters<typeof tapeIndexObject>[0] &
  Parameters<typeof priceBoardObject>[0];

interface Ports {
  /** Throws while the object is about to restart. */
  readonly state: () => Readonly<BookState>;
  readonly top: () => BookTop;
  readonly prices: Pick<PriceRecord, "closes">;
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  readonly armBy: (at: number) => void;
  readonly log: Log;
}

/** Sends the trades of a book to its tapes, and its last values, with the bars that the tapes make, to its board. */
export function senders(
  env: Env,
  symbol: string,
  outbox: TapeOutbox,
  { state, top, prices, kv, armBy, log }: Ports,
): { readonly tape: TapeSender; readonly board: BoardSender } {
  const ports = { assertCommitted: () => void state(), armBy, log };
  const board = boardSender(env, symbol, {
    ...ports,
    sequence: () => state().sequence,
    values: () => ({ top: top(), close: state().close }),
    prices,
    isTapePending: () => outbox.hasPending,
    kv,
  });
  const tape = tapeSender(env, symbol, outbox, { ...ports, barsChanged: (bars) => board.barsChanged(bars) });
  return { tape, board };
}
