import { DurableObject } from "cloudflare:workers";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type {
  Backfilled,
  BarQuery,
  BarsPut,
  PutBars,
  TapeGap,
  TapeIndexRpc,
  TapeLatest,
  TapePage,
} from "../../protocol/rpc/tape.ts";
import { latestBarsToWire } from "../../protocol/mapping/bars.ts";
import { boardOf } from "../../protocol/rpc/priceBoard.ts";
import { priceBoardObject, tapeObject } from "../actor/namespaces.ts";
import { TapeIndexStore } from "./tapeIndexStore.ts";

/** The months of a symbol that have a tape, and the daily bars of those that are over; the object's name is the symbol. */
export class TapeIndex extends DurableObject<CoreEnv> implements TapeIndexRpc {
  readonly #symbol: string;
  readonly #store: TapeIndexStore;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const { symbol } = assetOf(ctx.id.name ?? "");
    this.#symbol = symbol;
    this.#store = new TapeIndexStore(ctx.storage, {
      calendar: new BarCalendar(assetOf(symbol)),
      tape: (month) => tapeObject(env, symbol, month),
    });
  }

  open(month: string): Promise<void> {
    return this.#store.open(month);
  }

  months(): Promise<string[]> {
    return Promise.resolve(this.#store.months());
  }

  bars(query: BarQuery): Promise<TapePage<Bar>> {
    return this.#store.bars(query);
  }

  latest(): Promise<TapeLatest> {
    return this.#store.latest();
  }

  /** The newest bars may be of the past now, which the board of the symbol does not know. */
  async putBars(request: PutBars): Promise<BarsPut> {
    const put = await this.#store.putBars(request, Date.now());
    const bars = latestBarsToWire(this.#symbol, await this.#store.latest());
    await priceBoardObject(this.env, boardOf(this.#symbol)).learnBars(bars);
    return put;
  }

  gaps(): Promise<TapeGap[]> {
    return this.#store.gaps();
  }

  backfilled(): Promise<Backfilled[]> {
    return Promise.resolve(this.#store.backfilled());
  }
}
