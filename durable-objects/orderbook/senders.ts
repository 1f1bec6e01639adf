import type { BookState } from "../../domain/matching/bookState.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";
import type { priceBoardObject, tapeIndexObject, tapeObject } from "../actor/namespaces.ts";
import type { Finding } from "../actor/alerts.ts";
import { boardSender } from "./boards.ts";
import type { BoardSender } from "./boardSender.ts";
import type { PriceRecord } from "./priceRecord.ts";
import type { TapeSender } from "./tapeSender.ts";
import { type TapeOutboxes, tapeSender } from "./tapes.ts";

type Env = Parameters<typeof tapeObject>[0] &
  Parameters<typeof tapeIndexObject>[0] &
  Parameters<typeof priceBoardObject>[0];

interface Ports {
  readonly actor: {
    /** Throws while the object is about to restart. */
    readonly state: Readonly<BookState>;
    reportFindings(scope: string, findings: readonly Finding[]): void;
  };
  readonly top: () => BookTop;
  readonly prices: Pick<PriceRecord, "closes">;
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  readonly armBy: (at: number) => void;
  readonly settled: () => void;
  readonly log: Log;
}

/** Sends the trades and quotes of a book to its tapes, and its last values, with the bars that the tapes make, to its board. */
export function senders(
  env: Env,
  symbol: string,
  outboxes: TapeOutboxes,
  { actor, top, prices, kv, armBy, settled, log }: Ports,
): { readonly tape: TapeSender; readonly board: BoardSender } {
  const ports = { armBy, log };
  const board = boardSender(env, symbol, {
    ...ports,
    assertCommitted: () => void actor.state,
    sequence: () => actor.state.sequence,
    values: () => ({ top: top(), close: actor.state.close }),
    prices,
    isTapePending: () => outboxes.trades.hasPending,
    kv,
  });
  const tape = tapeSender(env, symbol, outboxes, {
    ...ports,
    settled,
    state: () => actor.state,
    barsChanged: (bars) => board.barsChanged(bars),
    // An alert of its own scope is never closed: the trades stay missing.
    gapFound: (facts) => {
      const key = `${facts.after}-${facts.before}`;
      actor.reportFindings(`tape/${key}`, [{ kind: "tape_gap", key, facts }]);
    },
  });
  // What an earlier life has not sent.
  tape.changed();
  board.start();
  return { tape, board };
}
