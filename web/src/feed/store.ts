/**
 * The state of the market on the page. One batch a frame comes from the feed worker, is applied in one go, and each
 * panel paints what it follows: the newest state, however much has happened.
 */
import { batch, createSignal, onCleanup, type Accessor, type Setter } from "solid-js";
import type {
  Bands,
  Bar,
  Batch,
  Channel,
  Depth,
  Health,
  Imbalance,
  MarketStatus,
  Quote,
  ToWorker,
  Trade,
  TradingEvent,
} from "./messages.ts";

/** Trades of a symbol that are kept for the tape. */
const TRADES_KEPT = 500;

/** What is known of one symbol; each part is a signal of its own. */
export interface SymbolState {
  readonly quote: Accessor<Quote | null>;
  readonly trade: Accessor<Trade | null>;
  /** Newest first, at most 500. */
  readonly trades: Accessor<readonly Trade[]>;
  readonly bar: Accessor<Bar | null>;
  readonly depth: Accessor<Depth | null>;
  readonly status: Accessor<MarketStatus | null>;
  readonly bands: Accessor<Bands | null>;
  readonly imbalance: Accessor<Imbalance | null>;
}

type Signals = { readonly [K in keyof SymbolState]: SymbolState[K] } & {
  readonly set: { readonly [K in keyof SymbolState]: Setter<ReturnType<SymbolState[K]>> };
};

const symbols = new Map<string, Signals>();
const listeners = new Set<(event: TradingEvent) => void>();
const tradeListeners = new Set<(trades: readonly Trade[]) => void>();
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
  for (const channel of channels) count(channel, symbol, 1);
  onCleanup(() => {
    for (const channel of channels) count(channel, symbol, -1);
  });
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

function start(): Worker {
  if (worker !== null) return worker;
  const started = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "feed" });
  worker = started;
  const take = (): void => started.postMessage({ kind: "take" } satisfies ToWorker);
  started.onmessage = ({ data }: MessageEvent<Batch>) => {
    batch(() => apply(data));
    // Not before the next frame; a hidden page paints none, and is told all that it missed when it is shown.
    requestAnimationFrame(take);
  };
  take();
  return started;
}

function apply(all: Batch): void {
  setHealth(all.health);
  for (const event of all.trading) for (const act of listeners) act(event);
  if (frozen()) waiting.push(all);
  else applyMarket(all);
}

function applyMarket(all: Batch): void {
  for (const quote of all.quotes) signalsOf(quote.symbol).set.quote(quote);
  for (const depth of all.depth) signalsOf(depth.symbol).set.depth(depth);
  for (const bar of all.bars) signalsOf(bar.symbol).set.bar(bar);
  for (const status of all.statuses) signalsOf(status.symbol).set.status(status);
  for (const bands of all.bands) signalsOf(bands.symbol).set.bands(bands);
  for (const imbalance of all.imbalances) signalsOf(imbalance.symbol).set.imbalance(imbalance);
  applyTrades(all.trades);
}

function applyTrades(trades: readonly Trade[]): void {
  if (trades.length === 0) return;
  for (const [symbol, some] of Map.groupBy(trades, (trade) => trade.symbol)) {
    const { set } = signalsOf(symbol);
    set.trade(some.at(-1) ?? null);
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
  const [trades, setTrades] = createSignal<readonly Trade[]>([]);
  const [bar, setBar] = createSignal<Bar | null>(null);
  const [depth, setDepth] = createSignal<Depth | null>(null);
  const [status, setStatus] = createSignal<MarketStatus | null>(null);
  const [bands, setBands] = createSignal<Bands | null>(null);
  const [imbalance, setImbalance] = createSignal<Imbalance | null>(null);
  return {
    quote,
    trade,
    trades,
    bar,
    depth,
    status,
    bands,
    imbalance,
    set: {
      quote: setQuote,
      trade: setTrade,
      trades: setTrades,
      bar: setBar,
      depth: setDepth,
      status: setStatus,
      bands: setBands,
      imbalance: setImbalance,
    },
  };
}
