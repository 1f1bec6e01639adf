import type { Instrument } from "../market/instrument.ts";
import type { LuldState } from "../market/luld.ts";
import type { MarketStatus } from "../market/phase.ts";
import { endOfTradingDay } from "../market/session.ts";
import { readBook, slotsInOrder, writeBook } from "./engine/snapshot.ts";
import { BookState } from "./bookState.ts";
import { FIRST_RULES } from "./rules.ts";
import type { LastTrade } from "./bookState.ts";
import { initialInstrument, initialStatus } from "./instrumentEntry.ts";
import { restoreLegacyOrders } from "./legacySnapshots.ts";
import type { SavedOrder } from "./legacySnapshots.ts";
import type { RestingTable } from "./restingTable.ts";
import { restoreComplexOrders, saveComplexOrders } from "./complexSnapshot.ts";
import type { SavedComplexOrder } from "./complexSnapshot.ts";

/** A book as structured data for a snapshot, about 40 bytes per order. Snapshots of earlier releases are read too. */

export interface BookSnapshot {
  readonly symbol: string;
  readonly nextRef: number;
  readonly nextTradeId: number;
  readonly last: LastTrade | null;
  readonly sequence: number;
  readonly changedAt: number;
  /** Only in snapshots of earlier releases: a list, or columns. */
  readonly resting?: RestingTable | readonly SavedOrder[];
  /** This field and the following are missing in snapshots of the first release. */
  readonly recent?: readonly SavedTrade[];
  readonly forgottenThrough?: number;
  /** Resting orders as written by the engine. Owners and expiries are indexes into the lists. */
  readonly book?: Uint8Array;
  readonly owners?: readonly string[];
  readonly expiries?: readonly number[];
  /** Ids of the resting orders: 16 bytes each when all are UUIDs, as those of accounts are. */
  readonly orderIds?: Uint8Array | readonly string[];
  /** Totals of partly filled orders, by row. */
  readonly totals?: readonly (readonly [row: number, total: number])[];
  readonly specials?: readonly SavedComplexOrder[];
  readonly status?: MarketStatus;
  readonly luldTier?: 1 | 2 | null;
  readonly luld?: LuldState | null;
  readonly breaker?: BookState["breaker"];
  /** Missing until an order with a price limit arrives. */
  readonly limitAnchor?: BookState["limitAnchor"];
  /** Missing under the first rules. */
  readonly rules?: number;
  /** Missing in snapshots of earlier releases. */
  readonly close?: BookState["close"];
  /** Missing while the instrument is unchanged since it was seeded, or not listed. */
  readonly instrument?: Instrument;
}

type SavedTrade = readonly [tradeId: number, price: number, qty: number, at: number, sequence: number];

export function saveBook(m: BookState): BookSnapshot {
  const slots = slotsInOrder(m.engine);
  const owners = new FirstUseTable((owner) => m.owners.value(owner));
  const expiries = new FirstUseTable((expiry) => m.expiries.value(expiry));
  const book = writeBook(
    m.engine,
    slots,
    (owner) => owners.indexOf(owner),
    (expiry) => (expiry < 0 ? -1 : expiries.indexOf(expiry)),
  );
  // A reserve has the id of its order.
  const named = m.complexOrders.size === 0 ? slots : slots.map((slot) => m.complexOrders.get(slot)?.slot ?? slot);
  const totals: [number, number][] = [];
  slots.forEach((slot, row) => {
    if (m.totalOf(slot) === m.engine.orders.leaves(slot)) return;
    // The total of an iceberg is stored with its displayed part.
    if (m.complexOrders.get(slot)?.reserve !== slot) totals.push([row, m.totalOf(slot)]);
  });
  const {
    symbol,
    nextRef,
    nextTradeId,
    last,
    sequence,
    changedAt,
    forgottenThrough,
    status,
    luldTier,
    luld,
    breaker,
    rules,
    close,
  } = m;
  return {
    symbol,
    nextRef,
    nextTradeId,
    last,
    sequence,
    changedAt,
    recent: m.recent.map((trade): SavedTrade => [trade.tradeId, trade.price, trade.qty, trade.at, trade.sequence]),
    forgottenThrough,
    book,
    owners: owners.values,
    expiries: expiries.values,
    orderIds: m.ids.pack(named),
    totals,
    specials: saveComplexOrders(m, slots),
    status,
    luldTier,
    breaker,
    rules,
    close: close === null ? null : { ...close },
    ...(m.instrument.version <= 0 ? {} : { instrument: m.instrument }),
    ...(m.limitAnchor === null ? {} : { limitAnchor: m.limitAnchor }),
    // A copy: the state changes with every trade.
    luld: luld === null ? null : { ...luld, sums: [...luld.sums], counts: [...luld.counts] },
  };
}

/** Loads a snapshot. Throws when it is inconsistent. */
export function loadBook(saved: BookSnapshot): BookState {
  const { book } = saved;
  const engine = book === undefined ? undefined : readBook(book);
  const instrument = saved.instrument ?? initialInstrument(saved.symbol);
  const status = saved.status ?? initialStatus(instrument);
  const m = new BookState(instrument, status, saved.rules ?? FIRST_RULES, engine);
  m.nextRef = saved.nextRef;
  m.nextTradeId = saved.nextTradeId;
  m.last = saved.last;
  m.close = saved.close === undefined ? closeBy(saved.last) : saved.close;
  // A snapshot without the list has no recent trades.
  m.forgottenThrough = saved.forgottenThrough ?? (saved.last === null ? 0 : saved.sequence);
  m.luldTier = saved.luldTier ?? null;
  m.breaker = saved.breaker ?? null;
  m.limitAnchor = saved.limitAnchor ?? null;
  m.luld = restoreLuld(saved);
  for (const [tradeId, price, qty, at, sequence] of saved.recent ?? []) {
    m.recent.push({ tradeId, price, qty, at, sequence });
  }
  if (saved.resting !== undefined) restoreLegacyOrders(m, saved.resting);
  if (book !== undefined) restoreRows(m, saved);
  m.sequence = saved.sequence;
  m.changedAt = saved.changedAt;
  return m;
}

/** The close from a snapshot of an earlier release: its newest trade, once the trading day of that is over. */
function closeBy(last: LastTrade | null): BookState["close"] {
  return last === null ? null : { price: last.price, until: endOfTradingDay(last.at), before: null };
}

function setNew(m: BookState, row: number, id: string): void {
  if (m.ids.slot(id) !== undefined) throw new Error(`order ${row} has the id of another`);
  m.ids.set(row, id);
}

/** A change of the bands is detected by object identity, so status and state must share the object. */
function restoreLuld({ luld, status }: BookSnapshot): LuldState | null {
  if (luld === undefined || luld === null) return null;
  return status?.bands ? { ...luld, bands: status.bands } : luld;
}

function restoreRows(m: BookState, saved: BookSnapshot): void {
  const { orders } = m.engine;
  const { owners = [], expiries = [], orderIds = [], totals = [], specials = [] } = saved;
  const reserves = new Set(specials.flatMap(({ reserveRow }) => reserveRow ?? []));
  const rows = orders.fresh;
  for (let row = 0; row < rows; row++) {
    const owner = owners[orders.owners[row] ?? -1];
    const expiry = orders.expiries[row] ?? -1;
    const expiresAt = expiry < 0 ? null : (expiries[expiry] ?? Number.NaN);
    const isNamed = orderIds.length > (orderIds instanceof Uint8Array ? 16 * row + 15 : row);
    if (owner === undefined || Number.isNaN(expiresAt) || !isNamed) throw new Error(`order ${row} is incomplete`);
    // A reserve is registered with its order.
    if (reserves.has(row)) continue;
    orders.owners[row] = m.owners.acquire(owner);
    if (orderIds instanceof Uint8Array) m.ids.setBytes(row, orderIds, 16 * row);
    else setNew(m, row, orderIds[row] ?? "");
    if (!m.ids.isFound(row)) throw new Error(`order ${row} has the id of another`);
    m.registerWithoutId(row, orders.leaves(row), expiresAt);
  }
  for (const [row, total] of totals) {
    if (!(row < rows && total > orders.leaves(row))) throw new Error(`order ${row} has no such total`);
    m.totals[row] = total;
  }
  restoreComplexOrders(m, specials);
}

/** The values of an intern table, in order of first use, without repetition. */
class FirstUseTable<T> {
  readonly values: T[] = [];
  readonly #places: (number | undefined)[] = [];
  readonly #value: (number: number) => T;

  constructor(value: (number: number) => T) {
    this.#value = value;
  }

  indexOf(number: number): number {
    let place = this.#places[number];
    if (place === undefined) {
      place = this.values.push(this.#value(number)) - 1;
      this.#places[number] = place;
    }
    return place;
  }
}
