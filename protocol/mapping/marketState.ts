/**
 * MessagePack elements of the channels `statuses`, `lulds` and `imbalances`. Alpaca's fields come first, then fields of
 * this exchange, which Alpaca's clients ignore. They have no `seq`: a subscriber gets the latest one, which replaces
 * all before it.
 */
import { CHANNELS } from "../stream/channels.ts";
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Indicative, MarketStatus } from "../../domain/market/phase.ts";
import { begin, finish, mapHeader, number, pairBytes, text, timestamp } from "../stream/elementWriter.ts";
import { TAPE } from "../wire/market.ts";
import { bandIndicator, tradingStatus } from "./tradingStatus.ts";

const PRICE_UNITS = 10 ** PRICE_DECIMALS;

/** The indicative result of an auction at `at`. */
export interface ImbalanceElement extends Indicative {
  readonly symbol: string;
  readonly at: number;
}

/**
 * A `T:"s"` element: codes of trading action and reason, phase, session, and the time at which the phase ends by
 * itself, if it does.
 */
export function encodeStatus(symbol: string, status: MarketStatus): Uint8Array {
  const { action, reason } = tradingStatus(status);
  element(CHANNELS.statuses.code, symbol, status.until === null ? 10 : 11);
  field("sc", action[0]);
  field("sm", action[1]);
  field("rc", reason[0]);
  field("rm", reason[1]);
  field("phase", status.phase);
  field("session", status.session);
  text("t");
  timestamp(status.since);
  if (status.until !== null) {
    text("until");
    timestamp(status.until);
  }
  return finish();
}

/**
 * A `T:"l"` element: upper and lower band (0 without bands), indicator, reference price, and the band of a limit state
 * ("upper", "lower" or "").
 */
export function encodeBands(symbol: string, status: MarketStatus): Uint8Array {
  const { bands, limitState } = status;
  element(CHANNELS.lulds.code, symbol, 9);
  price("u", bands?.upper ?? 0);
  price("d", bands?.lower ?? 0);
  field("i", bandIndicator(status));
  price("ref", bands?.reference ?? 0);
  field("limit", limitState?.side ?? "");
  text("t");
  timestamp(Math.max(bands?.since ?? status.since, limitState?.since ?? 0));
  return finish();
}

/**
 * A `T:"i"` element: price of the auction (0 when nothing would match), paired and unpaired quantity, side of the
 * imbalance ("buy", "sell" or "") and reference price.
 */
export function encodeImbalance({ symbol, at, ...indicative }: ImbalanceElement): Uint8Array {
  const lots = lotsPerShare(assetOf(symbol));
  element(CHANNELS.imbalances.code, symbol, 9);
  price("p", indicative.price ?? 0);
  text("paired");
  number(indicative.paired / lots);
  text("imbalance");
  number(indicative.imbalance / lots);
  field("side", indicative.imbalanceSide ?? "");
  price("ref", indicative.reference);
  text("t");
  timestamp(at);
  return finish();
}

/** Begins a map of so many pairs by code, symbol and tape. */
function element(type: string, symbol: string, pairs: number): void {
  const head = [...pairBytes("T", type), ...pairBytes("S", symbol), ...pairBytes("z", TAPE)];
  begin(Uint8Array.from([...mapHeader(pairs), ...head]));
}

function field(key: string, value: string): void {
  text(key);
  text(value);
}

function price(key: string, value: number): void {
  text(key);
  number(value / PRICE_UNITS);
}
