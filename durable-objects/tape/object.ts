import { DurableObject } from "cloudflare:workers";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type {
  BarQuery,
  PutBars,
  TapeAppend,
  TapeAppended,
  TapeLatest,
  TapePage,
  TapeRpc,
  TradeQuery,
} from "../../protocol/rpc/tape.ts";
import { tapeNamed } from "../actor/namespaces.ts";
import { TapeStore } from "./tapeStore.ts";

/** The trades of a symbol in the trading days of a month, and their bars; the object's name is `AAPL/2026-11`. */
export class Tape extends DurableObject<CoreEnv> implements TapeRpc {
  readonly #store: TapeStore;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const { symbol } = tapeNamed(ctx.id.name ?? "");
    this.#store = new TapeStore(ctx.storage, new BarCalendar(assetOf(symbol)));
  }

  append(request: TapeAppend): Promise<TapeAppended> {
    return Promise.resolve(this.#store.append(request));
  }

  bars(query: BarQuery): Promise<TapePage<Bar>> {
    return Promise.resolve(this.#store.bars(query));
  }

  trades(query: TradeQuery): Promise<TapePage<TapeTrade>> {
    return Promise.resolve(this.#store.trades(query));
  }

  latest(): Promise<TapeLatest> {
    return Promise.resolve(this.#store.latest());
  }

  // Async, so that a refusal is a rejected promise.
  async putBars(request: PutBars): ReturnType<TapeRpc["putBars"]> {
    return this.#store.putBars(request, Date.now());
  }
}
