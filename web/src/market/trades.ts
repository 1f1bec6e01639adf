/** The session's trades of the symbols that panels show: read once, then kept by the stream; one log for all panels. */
import { createEffect, createRoot, createSignal, on, onCleanup, type Accessor } from "solid-js";
import { endOfTradingDay } from "../../../domain/market/session.ts";
import { call } from "../api/client.ts";
import { follow, health, onTrades } from "../feed/store.ts";
import type { Trade } from "../feed/messages.ts";
import { TradeLog } from "./tradeLog.ts";

const READ_MAX = 10_000;
const CONDITIONS_MAX = 1_000;
/** A lost trade is read again after this, because several may be missing. */
const AGAIN_MS = 500;

/** The log of a symbol; `version` changes with it. */
export interface FollowedTrades {
  readonly log: TradeLog;
  readonly version: Accessor<number>;
  /** False until the trades of before have been read. */
  readonly isRead: Accessor<boolean>;
}

interface Kept extends FollowedTrades {
  users: number;
  readonly dispose: () => void;
}

const kept = new Map<string, Kept>();

/** Follows the trades of a symbol until the caller's owner is disposed. */
export function followTrades(symbol: string): FollowedTrades {
  let one = kept.get(symbol);
  if (one === undefined) kept.set(symbol, (one = begin(symbol)));
  one.users++;
  onCleanup(() => {
    const known = kept.get(symbol);
    if (known === undefined || --known.users > 0) return;
    known.dispose();
    kept.delete(symbol);
  });
  return one;
}

function begin(symbol: string): Kept {
  return createRoot((dispose) => {
    const log = new TradeLog();
    const [version, setVersion] = createSignal(0);
    const [isRead, setRead] = createSignal(false);
    let dayEnds = endOfTradingDay(Date.now());
    let again: ReturnType<typeof setTimeout> | null = null;
    const changed = (): void => void setVersion((at) => at + 1);
    const read = async (): Promise<void> => {
      again = null;
      try {
        log.fill(await tradesToday(symbol));
        setRead(true);
        changed();
      } catch {
        // The next trade or connection asks again.
      }
    };
    const readSoon = (): void => void (again ??= setTimeout(() => void read(), AGAIN_MS));
    follow(symbol, "trades");
    onTrades((trades) => {
      const mine = trades.filter((trade) => trade.symbol === symbol);
      if (mine.length === 0) return;
      const newest = mine.at(-1)?.at ?? 0;
      if (newest >= dayEnds) {
        log.begin(dayEnds);
        dayEnds = endOfTradingDay(newest);
      }
      if (!log.add(mine)) readSoon();
      changed();
    });
    createEffect(
      on(
        () => health()?.market === "live",
        (isLive) => isLive && readSoon(),
        { defer: true },
      ),
    );
    onCleanup(() => again !== null && clearTimeout(again));
    void read();
    return { log, version, isRead, users: 0, dispose };
  });
}

interface WireTrade {
  readonly t: string;
  readonly p: number;
  readonly s: number;
  readonly i: number;
  readonly tks?: string;
  readonly c?: readonly string[];
}

/** Trades of the trading day so far, at most 10,000, the newest ones. Sides and conditions come from two routes. */
async function tradesToday(symbol: string): Promise<Trade[]> {
  const query = (limit: number): string => `symbols=${encodeURIComponent(symbol)}&sort=desc&limit=${limit}`;
  type Page = { readonly trades: Readonly<Record<string, readonly WireTrade[]>> };
  const isCoin = symbol.includes("/");
  const [sided, conditioned] = await Promise.all([
    call<Page>("GET", `/v1beta3/crypto/us/trades?${query(READ_MAX)}`),
    isCoin ? null : call<Page>("GET", `/v2/stocks/trades?${query(CONDITIONS_MAX)}`),
  ]);
  const conditions = new Map((conditioned?.trades[symbol] ?? []).map(({ i, c }) => [i, c ?? []]));
  return (sided.trades[symbol] ?? []).map(({ t, p, s, i, tks }) => ({
    symbol,
    id: i,
    price: p,
    size: s,
    at: Date.parse(t),
    side: tks === "B" ? "buy" : tks === "S" ? "sell" : null,
    conditions: conditions.get(i) ?? [],
    seq: 0,
  }));
}
