import { DurableObject } from "cloudflare:workers";
import type { WireLatestBars } from "../../protocol/wire/bars.ts";
import type {
  BoardUpdate,
  BoardUpdated,
  BoardValues,
  DayRange,
  PriceBoardRpc,
  ScreenQuery,
} from "../../protocol/rpc/priceBoard.ts";
import { BoardStore } from "./boardStore.ts";
import { candidates } from "./candidates.ts";

/** The last values of a part of all symbols, for readers of many: a sleeping book is not woken for them. */
export class PriceBoard extends DurableObject<CoreEnv> implements PriceBoardRpc {
  readonly #store: BoardStore;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    this.#store = new BoardStore(ctx.storage, () => Date.now());
  }

  update(update: BoardUpdate): Promise<BoardUpdated> {
    return Promise.resolve(this.#store.update(update));
  }

  read(symbols: readonly string[], closes: DayRange | null): Promise<(BoardValues | null)[]> {
    return Promise.resolve(this.#store.read(symbols, closes));
  }

  learnBars(bars: WireLatestBars): Promise<void> {
    return Promise.resolve(this.#store.learnBars(bars));
  }

  screen(query: ScreenQuery): Promise<WireLatestBars[]> {
    return Promise.resolve(candidates(this.#store.bars(), query));
  }
}
