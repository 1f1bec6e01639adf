/**
 * The state of the market on the page. One batch a frame comes from the feed worker, is applied in one go, and each
 * panel paints what it follows: the newest state, however much has happened.
 */
import { batch, createSignal, onCleanup, untrack } from "solid-js";
import { session } from "../api/session.ts";
import { clockOffset } from "./clock.ts";
import { dayAfterBar, dayAfterTrade, dayOf } from "./day.ts";
import { healed, NO_GAPS, noticed, type Gaps } from "./gaps.ts";
import { mergeBatches } from "./mergeBatches.ts";
import type { Bar, Batch, Channel, Health, Trade, TradingEvent } from "./messages.ts";
import { signalsOf, type SymbolState } from "./signals.ts";
import { Batched, isCoin, readSnapshots, type Snapshot } from "./snapshots.ts";
import { Tapes } from "./tapes.ts";
import { tell, whenBatch } from "./workerLink.ts";

export type { SymbolState };

/** A visitor has no streams; coins are public, and their snapshots are read this often. */
const VISITOR_READ_MS = 3_000;

const listeners = new Set<(event: TradingEvent) => void>();
const tradeListeners = new Set<(trades: readonly Trade[]) => void>();
const barListeners = new Set<(bars: readonly Bar[]) => void>();
const arrivalListeners = new Set<(batch: Batch) => void>();
const followed = new Map<Channel, Map<string, number>>();
let isFollowSent = true;
let fresh: ReadonlySet<string> = new Set();

/** How the trades of the stream were numbered: what was missing or double, since the start. */
export const tapes = new Tapes();

let newestHealth: Health | null = null;
const [health, setHealth] = createSignal<Health | null>(null, { equals: isSameHealth });
/** The state of the streams; null until the worker has said something. What changes with each frame does not change it. */
export { health };
/** The state of the streams with what changes with each frame. */
export const healthNow = (): Health | null => newestHealth;

const [tradeGaps, setTradeGaps] = createSignal<Gaps>(NO_GAPS);
/** Gaps in the trades of the stream, each healed when the newest of its symbol was read. */
export { tradeGaps };

const [frozenAt, setFrozenAt] = createSignal<number | null>(null);
/** Since when prices stand still, epoch milliseconds; null while they move. */
export { frozenAt };
/** Freeze and read: prices stand still until the user lets them go on. Orders and balances go on. */
export const frozen = (): boolean => frozenAt() !== null;
let missed: Batch | null = null;

/** Freezes moving prices, or lets them go on with what is newest. */
export function freeze(on: boolean): void {
  if (on === frozen()) return;
  setFrozenAt(on ? Date.now() : null);
  const all = missed;
  missed = null;
  if (all !== null) batch(() => applyMarket(all));
}

/** The signals of a symbol, without following it. */
export const symbolState = (symbol: string): SymbolState => signalsOf(symbol);

/** Follows a symbol on some channels until the caller's owner is disposed, and gives its signals. */
export function follow(symbol: string, ...channels: Channel[]): SymbolState {
  // The bar of the day puts right what a day made of trades lacks.
  const all: readonly Channel[] = channels.includes("trades") ? [...channels, "dailyBars"] : channels;
  for (const channel of all) count(channel, symbol, 1);
  onCleanup(() => {
    for (const channel of all) count(channel, symbol, -1);
  });
  if (untrack(signalsOf(symbol).day) === null) snapshots.want([symbol]);
  return signalsOf(symbol);
}

function isSameHealth(a: Health | null, b: Health | null): boolean {
  if (a === null || b === null) return a === b;
  const same = [
    "market",
    "trading",
    "marketTrouble",
    "tradingTrouble",
    "lostAt",
    "clockOffsetMs",
    "checksumFailures",
    "repairing",
  ] as const;
  return same.every((name) => a[name] === b[name]);
}

/** Calls back with each event of the account's stream until the caller's owner is disposed. */
export function onTrading(act: (event: TradingEvent) => void): void {
  listen(listeners, act);
}

/** Calls back with the trades of each batch, oldest first, until the caller's owner is disposed. */
export function onTrades(act: (trades: readonly Trade[]) => void): void {
  listen(tradeListeners, act);
}

/** Calls back with the bars of each batch, oldest first, until the caller's owner is disposed. */
export function onBars(act: (bars: readonly Bar[]) => void): void {
  listen(barListeners, act);
}

/** Calls back with each batch as it comes, also while prices are frozen, until the caller's owner is disposed. */
export function onArrival(act: (batch: Batch) => void): void {
  listen(arrivalListeners, act);
}

function listen<T>(all: Set<(what: T) => void>, act: (what: T) => void): void {
  all.add(act);
  onCleanup(() => all.delete(act));
}

/** Who is signed in, and whose orders are streamed; null: those of nobody. */
export function streamAccount(isSignedIn: boolean, id: string | null): void {
  tell({ kind: "account", isSignedIn, id });
}

function count(channel: Channel, symbol: string, by: number): void {
  const counts = followed.get(channel) ?? new Map<string, number>();
  followed.set(channel, counts);
  const left = (counts.get(symbol) ?? 0) + by;
  if (left > 0) counts.set(symbol, left);
  else counts.delete(symbol);
  if (!isFollowSent) return;
  isFollowSent = false;
  // A panel that changes its symbol leaves one and follows another: one message for both.
  queueMicrotask(() => {
    isFollowSent = true;
    const all = Object.fromEntries([...followed].map(([name, these]) => [name, [...these.keys()]]));
    tapes.keepOnly(followed.get("trades") ?? new Map());
    tell({ kind: "follow", symbols: all });
  });
}

/** Snapshots are read together, and again when a symbol has none yet. */
const snapshots = new Batched(async (wanted) => {
  const isVisitor = session().kind !== "signed in";
  const read = await readSnapshots(isVisitor ? wanted.filter(isCoin) : wanted);
  batch(() => {
    read.forEach(applySnapshot);
    setTradeGaps((gaps) => healed(gaps, wanted));
  });
});

/** Every symbol that a panel follows. */
export const followedSymbols = (): ReadonlySet<string> =>
  new Set([...followed.values()].flatMap((all) => [...all.keys()]));

setInterval(() => {
  if (session().kind === "signed out" && !document.hidden) snapshots.want([...followedSymbols()].filter(isCoin));
}, VISITOR_READ_MS);

/** Shows what a snapshot has where the stream has not told anything newer. */
function applySnapshot({ symbol, quote, trade, daily, before }: Snapshot): void {
  const { quote: lastQuote, trade: lastTrade, day, set } = signalsOf(symbol);
  if (quote !== null && quote.at > (lastQuote()?.at ?? 0)) set.quote(quote);
  if (trade !== null && trade.id > (lastTrade()?.id ?? 0)) set.trade(trade);
  const newest =
    trade ?? (daily === null ? null : { id: 0, price: daily.close, size: 0, at: daily.at, conditions: [] });
  if (newest === null) return;
  const now = dayOf(symbol, newest, daily, before);
  const last = lastTrade();
  if (now.tradeId >= (day()?.tradeId ?? 0)) set.day(last === null ? now : dayAfterTrade(symbol, now, last));
}

whenBatch((all) =>
  batch(() => {
    const offset = clockOffset();
    const { lagMs } = all.health;
    newestHealth = {
      ...all.health,
      lagMs: lagMs === null || offset === null ? null : Math.max(0, lagMs - offset),
      clockOffsetMs: offset,
    };
    setHealth(newestHealth);
    for (const event of all.trading) for (const act of listeners) act(event);
    for (const act of arrivalListeners) act(all);
    if (all.fresh !== null) applyFresh(new Set(all.fresh));
    if (frozen()) missed = missed === null ? all : mergeBatches(missed, all);
    else applyMarket(all);
  }),
);

function applyFresh(now: ReadonlySet<string>): void {
  for (const symbol of fresh) if (!now.has(symbol)) signalsOf(symbol).set.isFresh(false);
  for (const symbol of now) if (!fresh.has(symbol)) signalsOf(symbol).set.isFresh(true);
  fresh = now;
}

function applyMarket(all: Batch): void {
  // What the page itself did not take is missing by no fault of the stream.
  for (const symbol of all.dropped) tapes.restart(symbol);
  snapshots.want(all.dropped);
  noteGaps(all.gaps);
  for (const symbol of all.restarted) {
    tapes.restart(symbol);
    const { set } = signalsOf(symbol);
    set.trade(null);
    set.trades([]);
    set.day(null);
  }
  for (const quote of all.quotes) signalsOf(quote.symbol).set.quote(quote);
  for (const depth of all.depth) signalsOf(depth.symbol).set.depth(depth);
  for (const queue of all.queues) signalsOf(queue.symbol).set.queue(queue);
  for (const bar of all.bars) signalsOf(bar.symbol).set.bar(bar);
  for (const bar of all.days) signalsOf(bar.symbol).set.day((day) => day && dayAfterBar(bar.symbol, day, bar));
  for (const status of all.statuses) signalsOf(status.symbol).set.status(status);
  for (const bands of all.bands) signalsOf(bands.symbol).set.bands(bands);
  for (const imbalance of all.imbalances) signalsOf(imbalance.symbol).set.imbalance(imbalance);
  if (all.bars.length > 0) for (const act of barListeners) act(all.bars);
  applyTrades(all.trades);
}

/** What is missing is read again. */
function noteGaps(symbols: readonly string[]): void {
  if (symbols.length === 0) return;
  snapshots.want(symbols);
  setTradeGaps((gaps) => noticed(gaps, symbols, Date.now()));
}

function applyTrades(trades: readonly Trade[]): void {
  if (trades.length === 0) return;
  const shown: Trade[] = [];
  for (const [symbol, some] of Map.groupBy(trades, (trade) => trade.symbol)) {
    const { kept, list, hasGap } = tapes.add(symbol, some);
    if (hasGap) noteGaps([symbol]);
    const last = kept.at(-1);
    if (last === undefined) continue;
    shown.push(...kept);
    const { set } = signalsOf(symbol);
    set.trade((before) => (before !== null && before.id > last.id ? before : last));
    set.day((day) => day && kept.reduce((now, trade) => dayAfterTrade(symbol, now, trade), day));
    set.trades(list);
  }
  if (shown.length > 0) for (const act of tradeListeners) act(shown);
}
