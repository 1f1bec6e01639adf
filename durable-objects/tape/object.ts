import { DurableObject } from "cloudflare:workers";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import type { TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import type {
  BarQuery,
  MinutesPut,
  PutMinutes,
  QuoteQuery,
  SealedMonth,
  TapeAppend,
  TapeAppended,
  TapeChainEnd,
  TapeCoverage,
  TapeLatest,
  TapePage,
  TapeRpc,
  TradeQuery,
} from "../../protocol/rpc/tape.ts";
import type { SealedFileKind } from "../../protocol/wire/sealedHistory.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { tapeIndexObject, tapeNamed, tapeObject } from "../actor/namespaces.ts";
import { TapeSealing } from "./sealed/tapeSealing.ts";
import { TapeStore } from "./tapeStore.ts";

/** The trades of a symbol in the trading days of a month, and their bars; the object's name is `AAPL/2026-11`. */
export class Tape extends DurableObject<CoreEnv> implements TapeRpc {
  readonly #store: TapeStore;
  readonly #sealing: TapeSealing;
  readonly #alarms: AlarmClock;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    const name = ctx.id.name ?? "";
    const { symbol, month } = tapeNamed(name);
    const calendar = new BarCalendar(assetOf(symbol));
    const { storage } = ctx;
    this.#alarms = new AlarmClock(storage);
    this.#store = new TapeStore(storage, calendar);
    this.#sealing = new TapeSealing(this.#store, {
      symbol,
      month,
      calendar,
      storage,
      bucket: env.HISTORY,
      before: async () => {
        const earlier = (await tapeIndexObject(env, symbol).months()).findLast((each) => each < month);
        return earlier === undefined ? null : tapeObject(env, symbol, earlier);
      },
      pause: () => new Promise((resolve) => void setTimeout(resolve, 0)),
      armBy: (at) => this.#alarms.armBy(at),
      now: () => Date.now(),
      random: Math.random,
      log: (...call) => logEvent(`tape/${name}`, ...call),
    });
  }

  append(request: TapeAppend): Promise<TapeAppended> {
    const appended = this.#store.append(request);
    this.#sealing.appended();
    if (request.quotes !== undefined) this.#armForQuotes();
    return Promise.resolve(appended);
  }

  bars(query: BarQuery): Promise<TapePage<Bar>> {
    return this.#sealing.bars(query);
  }

  trades(query: TradeQuery): Promise<TapePage<TapeTrade>> {
    return this.#sealing.trades(query);
  }

  quotes(query: QuoteQuery): Promise<TapePage<TapeQuote>> {
    return Promise.resolve(this.#store.quotes(query));
  }

  latest(): Promise<TapeLatest> {
    return Promise.resolve(this.#store.latest());
  }

  // Async, so that a refusal is a rejected promise.
  async putMinutes(request: PutMinutes): Promise<MinutesPut> {
    return this.#store.putMinutes(request, Date.now());
  }

  coverage(): Promise<TapeCoverage> {
    return Promise.resolve(this.#sealing.coverage());
  }

  sealedEnd(): Promise<TapeChainEnd | null> {
    return this.#sealing.sealedEnd();
  }

  sealed(): Promise<SealedMonth> {
    return Promise.resolve(this.#sealing.sealed());
  }

  sealedFile(first: number, file: SealedFileKind): Promise<Uint8Array | null> {
    return this.#sealing.sealedFile(first, file);
  }

  override alarm(): Promise<void> {
    this.#alarms.fired();
    this.#store.expireQuotes(Date.now());
    this.#armForQuotes();
    return this.#sealing.onAlarm();
  }

  #armForQuotes(): void {
    const at = this.#store.quotesExpireAt;
    if (at !== null) this.#alarms.armBy(at);
  }
}
