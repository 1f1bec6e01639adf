/**
 * The state of the market on the page. One batch a frame comes from the feed worker, is applied in one go, and each
 * panel paints what it follows: the newest state, however much has happened.
 */
import { batch, createSignal, onCleanup, untrack, type Accessor, type Setter } from "solid-js";
import { type Day, dayAfterBar, dayAfterTrade, dayOf } from "./day.ts";
import type {
  Bands,
  Bar,
  Batch,
  Channel,
  Depth,
  Health,
  Imbalance,
  MarketStatus,
  Queue,
  Quote,
  ToWorker,
  Trade,
  TradingEvent,
} from "./messages.ts";
import { Batched, readSnapshots, type Snapshot } from "./snapshots.ts";

/** How often a hidden page is told what has changed. */
const HIDDEN_TAKE_MS = 1_000;
/** Trades of a symbol that are kept for the tape. */
const TRADES_KEPT = 500;

/** What is known of one symbol; each part is a signal of its own. */
export interface SymbolState {
  readonly quote: Accessor<Quote | null>;
  readonly trade: Accessor<Trade | null>;
  /** The trading day: change since the close before, open, high, low, volume. Kept by trades where those are followed. */
  readonly day: Accessor<Day | null>;
  /** Newest first, at most 500. */
  readonly trades: Accessor<readonly Trade[]>;
  readonly bar: Accessor<Bar | null>;
  readonly depth: Accessor<Depth | null>;
  /** The account's orders in the queues of the book; of channel `orders`. */
  readonly queue: Accessor<Queue | null>;
  readonly status: Accessor<MarketStatus | null>;
  readonly bands: Accessor<Bands | null>;
  readonly imbalance: Accessor<Imbalance | null>;
}

type Signals = { readonly [K in keyof SymbolState]: SymbolState[K] } & {
  readonly set: { readonly [K in keyof SymbolState]: Setter<ReturnType<SymbolState[K]>> };
};

const symbols = new Map<string, Signals>();
const listeners = new Set<(event: TradingEvent) => void>();
const arrivalListeners = new Set<(batch: Batch) => void>();
const tradeListeners = new Set<(trades: readonly Trade[]) => void>();
const barListeners = new Set<(bars: readonly Bar[]) => void>();
const followed = new Map<Channel, Map<string, number>>();
let worker: Worker | null = null;
let isFollowSent = true;

const [health, setHealth] = createSignal<Health | null>(null);
/** The state of the streams; null until the worker has said something. */
export { health };

const [frozen, setFrozen] = createSignal(false);
/** Freeze and read: prices stand still until the user lets them go on. Orders and balances go on. */
export { frozen };
let waiting: Batch[] = [];

/** Freezes moving prices, or lets them go on with what is newest. */
export function freeze(on: boolean): void {
  setFrozen(on);
  if (on) return;
  const missed = waiting;
  waiting = [];
  batch(() => missed.forEach(applyMarket));
}

/** The signals of a symbol, without following it. */
export function symbolState(symbol: string): SymbolState {
  let known = symbols.get(symbol);
  if (known === undefined) symbols.set(symbol, (known = newSignals()));
  return known;
}

/** Follows a symbol on some channels until the caller's owner is disposed, and gives its signals. */
export function follow(symbol: string, ...channels: Channel[]): SymbolState {
  // The bar of the day puts right what a day made of trades lacks.
  const all: readonly Channel[] = channels.includes("trades") ? [...channels, "dailyBars"] : channels;
  for (const channel of all) count(channel, symbol, 1);
  onCleanup(() => {
    for (const channel of all) count(channel, symbol, -1);
  });
  if (untrack(symbolState(symbol).day) === null) snapshots.want([symbol]);
  return symbolState(symbol);
}

/** Calls back with each event of the account's stream until the caller's owner is disposed. */
export function onTrading(act: (event: TradingEvent) => void): void {
  listeners.add(act);
  onCleanup(() => listeners.delete(act));
}

/** Calls back with the trades of each batch, oldest first, until the caller's owner is disposed. */
export function onTrades(act: (trades: readonly Trade[]) => void): void {
  tradeListeners.add(act);
  onCleanup(() => tradeListeners.delete(act));
}

/** Calls back with each batch as it comes, also while prices are frozen, until the caller's owner is disposed. */
export function onArrival(act: (batch: Batch) => void): void {
  arrivalListeners.add(act);
  onCleanup(() => arrivalListeners.delete(act));
}

/** Calls back with the bars of each batch, oldest first, until the caller's owner is disposed. */
export function onBars(act: (bars: readonly Bar[]) => void): void {
  barListeners.add(act);
  onCleanup(() => barListeners.delete(act));
}

/** Streams the orders of this account from now on; null: of none. */
export function streamAccount(id: string | null): void {
  start().postMessage({ kind: "account", id } satisfies ToWorker);
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
    start().postMessage({ kind: "follow", symbols: all } satisfies ToWorker);
  });
}

/** Snapshots are read together, and again when a symbol has none yet. */
const snapshots = new Batched(async (wanted) => {
  const read = await readSnapshots(wanted);
  batch(() => read.forEach(applySnapshot));
});

/** Reads the snapshots of what is followed again: the stream could not resume. */
export function readAgain(): void {
  snapshots.want(new Set([...followed.values()].flatMap((counts) => [...counts.keys()])));
}

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

function start(): Worker {
  if (worker !== null) return worker;
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "feed" });
  worker = started;
  const take = (afterMs?: number): void => started.postMessage({ kind: "take", afterMs } satisfies ToWorker);
  let frame = 0;
  started.onmessage = ({ data }: MessageEvent<Batch>) => {
    batch(() => apply(data));
    // Not before the next frame. A hidden page has no frames, and takes what its alerts watch for now and then.
    if (document.hidden) take(HIDDEN_TAKE_MS);
    else frame = requestAnimationFrame(() => take());
  };
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden || frame === 0) return;
    cancelAnimationFrame(frame);
    take(HIDDEN_TAKE_MS);
  });
  take();
  return started;
}

function apply(all: Batch): void {
  setHealth(all.health);
  for (const event of all.trading) for (const act of listeners) act(event);
  for (const act of arrivalListeners) act(all);
  if (frozen()) waiting.push(all);
  else applyMarket(all);
}

function applyMarket(all: Batch): void {
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

function applyTrades(trades: readonly Trade[]): void {
  if (trades.length === 0) return;
  for (const [symbol, some] of Map.groupBy(trades, (trade) => trade.symbol)) {
    const { set } = signalsOf(symbol);
    set.trade(some.at(-1) ?? null);
    set.day((day) => day && some.reduce((now, trade) => dayAfterTrade(symbol, now, trade), day));
    set.trades((before) => [...some.toReversed(), ...before].slice(0, TRADES_KEPT));
  }
  for (const act of tradeListeners) act(trades);
}

function signalsOf(symbol: string): Signals {
  symbolState(symbol);
  return symbols.get(symbol) as Signals;
}

function newSignals(): Signals {
  const [quote, setQuote] = createSignal<Quote | null>(null);
  const [trade, setTrade] = createSignal<Trade | null>(null);
  const [day, setDay] = createSignal<Day | null>(null);
  const [trades, setTrades] = createSignal<readonly Trade[]>([]);
  const [bar, setBar] = createSignal<Bar | null>(null);
  const [depth, setDepth] = createSignal<Depth | null>(null);
  const [queue, setQueue] = createSignal<Queue | null>(null);
  const [status, setStatus] = createSignal<MarketStatus | null>(null);
  const [bands, setBands] = createSignal<Bands | null>(null);
  const [imbalance, setImbalance] = createSignal<Imbalance | null>(null);
  return {
    quote,
    trade,
    day,
    trades,
    bar,
    depth,
    queue,
    status,
    bands,
    imbalance,
    set: {
      quote: setQuote,
      trade: setTrade,
      day: setDay,
      trades: setTrades,
      bar: setBar,
      depth: setDepth,
      queue: setQueue,
      status: setStatus,
      bands: setBands,
      imbalance: setImbalance,
    },
  };
}
