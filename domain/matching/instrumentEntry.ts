import { assetOf } from "../market/asset.ts";
import { CENT } from "../market/instrument.ts";
import type { Instrument } from "../market/instrument.ts";
import { sequenceAfterFeed } from "../market/feeds/sequence.ts";
import { SEEDED } from "../market/listing.ts";
import type { MarketStatus } from "../market/phase.ts";
import type { BookState } from "./bookState.ts";
import { beginPhase, closeInPriorityOrder } from "./phases.ts";
import type { OrderRef } from "./priorityOrder.ts";

/** The instrument of a book. A change is effective from its entry in the book's journal on (MK-21). */

/** Version of an unlisted symbol, below that of every listed instrument. */
const UNLISTED = -1;

/** The instrument of a book without such an entry: the seeded one, else one that accepts no orders until it is listed. */
export function initialInstrument(symbol: string): Instrument {
  const asset = assetOf(symbol);
  const seeded = SEEDED.find(symbol);
  if (seeded !== undefined) return seeded;
  return {
    ...asset,
    name: symbol,
    exchange: asset.assetClass === "crypto" ? "CRYPTO" : "NASDAQ",
    referencePrice: CENT,
    leastValue: 0,
    priceLimit: 0,
    tick: CENT,
    lot: 1,
    status: "delisted",
    version: UNLISTED,
  };
}

/** Initial status of a book: continuous, or halted until its symbol is listed. */
export function initialStatus({ status }: Instrument): MarketStatus {
  const isListed = status === "active";
  return {
    phase: isListed ? "continuous" : "halted",
    session: "regular",
    since: 0,
    until: null,
    halt: isListed ? null : "delisted",
    calendar: "always",
    bands: null,
    limitState: null,
  };
}

/** Replaces the instrument by a newer version. Resting orders keep prices and quantities, whatever tick and lot are (MK-22). */
export function applyInstrument(m: BookState, instrument: Instrument): void {
  if (instrument.version <= m.instrument.version) return;
  const isFirst = m.instrument.version === UNLISTED;
  const showedFeed = m.instrument.priceSource === "feed";
  m.instrument = instrument;
  // The cached bounds were rounded to the old tick.
  m.limitBounds = null;
  if (showedFeed !== (instrument.priceSource === "feed")) changePriceSource(m, showedFeed);
  if (m.isDelisted) return delist(m);
  if (!isFirst) return;
  m.status = { ...initialStatus(instrument), since: m.now };
  m.markChanged();
}

/** A market that showed a feed goes on with numbers after those of the feed, and without trades to resume after. */
function changePriceSource(m: BookState, showedFeed: boolean): void {
  if (showedFeed) {
    m.sequence = sequenceAfterFeed(m.sequence, m.now);
    m.forgottenThrough = m.sequence;
    m.recent.length = 0;
  }
  m.markChanged();
}

/** Cancels every order and halts the market for good (MK-23). */
function delist(m: BookState): void {
  // The legs of a partly filled order are activated when it ends.
  for (let live = liveOrders(m); live.length > 0; live = liveOrders(m)) {
    closeInPriorityOrder(m, live, "canceled", "delisted");
  }
  m.luldTier = null;
  beginPhase(m, { phase: "halted", session: m.status.session, until: null }, null, "delisted");
}

function liveOrders(m: BookState): OrderRef[] {
  const { orders } = m.engine;
  const found: OrderRef[] = [];
  for (let slot = 0; slot < orders.fresh; slot++) {
    if (m.isLive(slot) && m.complexOrders.get(slot)?.reserve !== slot) found.push({ ref: orders.ref(slot), slot });
  }
  return found;
}
