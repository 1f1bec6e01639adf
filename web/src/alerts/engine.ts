/**
 * Watches the alerts while the terminal is open: every trade and status, also while prices are frozen on screen. Of all
 * tabs in which a user is signed in one watches prices, by a lock; each watches the orders of its own account, and shows
 * what has fired.
 */
import { createEffect, createMemo, createRoot, mapArray, onCleanup, untrack } from "solid-js";
import { me } from "../api/session.ts";
import { announce, notify } from "../design/components/notices.tsx";
import { follow, onArrival, onTrading, symbolState } from "../feed/store.ts";
import type { Batch, TradingEvent } from "../feed/messages.ts";
import { price, quantity } from "../format/numbers.ts";
import { ALERTS } from "../text/en/alerts.ts";
import { TEXT } from "../text/en.ts";
import { afterFiring, type Alert, CHANGE_CONDITIONS, haltOf, isWatched, levelOf, PHASE_CONDITIONS } from "./alert.ts";
import { alerts, changeAlert, keepAlerts, keepFiring } from "./alerts.ts";
import { step } from "./crossing.ts";
import { readExecutions, withExecution } from "./fills.ts";
import { closeOf, startOf } from "./snapshots.ts";
import { playTone } from "./tone.ts";
import { alertText } from "./words.ts";

const LOCK = "alerts";
const CHANNEL = "alerts";
const EXECUTIONS_KEY = "alerts-executions";

/** What the other tabs are told of a firing. */
interface Told {
  readonly user: string;
  readonly text: string;
  readonly spoken: boolean;
}

/** Starts to watch. Called once, when the terminal starts. */
export function watchAlerts(): void {
  keepAlerts();
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Told>) => tell(data);
  onCleanup(() => channel.close());
  const fire = (alert: Alert, what: string): void => fireAlert(alert, what, (told) => channel.postMessage(told));
  watchFills(fire);
  const user = createMemo(() => me()?.user.id ?? null);
  createEffect(() => {
    const id = user();
    if (id === null) return;
    // Held while the user is signed in here; then the browser gives it to the next tab of the user.
    const stop = new AbortController();
    let release = (): void => {};
    onCleanup(() => {
      stop.abort();
      release();
    });
    void navigator.locks
      .request(`${LOCK}:${id}`, { signal: stop.signal }, () => {
        if (stop.signal.aborted) return;
        return new Promise<void>((resolve) => {
          const dispose = createRoot((end) => {
            watch(fire);
            return end;
          });
          release = () => {
            dispose();
            resolve();
          };
        });
      })
      .catch(() => {});
  });
}

type Fire = (alert: Alert, what: string) => void;

function fireAlert(alert: Alert, what: string, tellOthers: (told: Told) => void): void {
  const now = Date.now();
  changeAlert(alert.id, (one) => afterFiring(one, now));
  const { id, symbol, note, spoken, sound } = alert;
  const user = me()?.user.id ?? "";
  keepFiring({ id: crypto.randomUUID(), alertId: id, at: now, symbol, text: what, note });
  const told = { user, text: note === "" ? what : `${what}. ${note}`, spoken };
  tell(told);
  tellOthers(told);
  if (sound) playTone();
}

const watchedOf = (symbol: string): readonly Alert[] =>
  untrack(alerts).filter((alert) => alert.symbol === symbol && isWatched(alert, Date.now()));

/** A stream has the orders of one account: that of its tab. Tabs with the same account have the same executions. */
function watchFills(fire: Fire): void {
  onTrading((event) => {
    const user = me()?.user.id;
    const filled = filledOrder(event);
    if (user === undefined || filled === null) return;
    const matching = [...watchedOf(filled.symbol), ...watchedOf("")].filter(({ condition }) => condition === "filled");
    if (matching.length === 0) return;
    void navigator.locks.request(`${EXECUTIONS_KEY}:${user}`, () => {
      const key = `${EXECUTIONS_KEY}:${user}`;
      const next = withExecution(readExecutions(localStorage.getItem(key)), filled.executionId);
      if (next === null || me()?.user.id !== user) return;
      localStorage.setItem(key, JSON.stringify(next));
      for (const alert of matching) fire(alert, filled.text);
    });
  });
}

function watch(fire: Fire): void {
  const symbols = createMemo(
    () => [...new Set(alerts().flatMap((one) => (one.on && one.symbol !== "" ? [one.symbol] : [])))].sort(),
    [],
    { equals: (a, b) => a.join() === b.join() },
  );
  const followed = mapArray(symbols, (symbol) => {
    follow(symbol, "trades", "statuses");
  });
  createEffect(followed);
  const reach = (alert: Alert, value: number, what: () => string): void => {
    const level = levelOf(alert);
    if (level === null) return;
    const { arm, fires } = step(level, alert.arm, value);
    if (fires) fire(alert, what());
    else if (arm !== alert.arm) changeAlert(alert.id, (one) => ({ ...one, arm }));
  };
  const changeOf = (last: number, close: number): number => (last / close - 1) * 100;

  // A new alert begins at what is known, or the first trade after it could not cross anything.
  createEffect(() => {
    for (const alert of alerts()) {
      if (alert.on && alert.arm === "new" && alert.symbol !== "") void begin(alert);
    }
  });
  const begin = async (alert: Alert): Promise<void> => {
    const status = untrack(() => symbolState(alert.symbol).status());
    let value: number | null = null;
    if (PHASE_CONDITIONS.includes(alert.condition)) value = status === null ? null : haltOf(status.code);
    else {
      const start = await startOf(alert.symbol).catch(() => ({ last: null, close: null, day: null }));
      const trade = untrack(() => symbolState(alert.symbol).trade());
      const now = trade?.price ?? start.last;
      const close = trade === null ? start.close : closeOf(alert.symbol, trade.at);
      value = now;
      if (CHANGE_CONDITIONS.includes(alert.condition))
        value = now === null || close === null ? null : changeOf(now, close);
    }
    const fresh = untrack(alerts).find(({ id, arm }) => id === alert.id && arm === "new");
    if (value !== null && fresh !== undefined) reach(fresh, value, () => "");
  };

  onArrival(({ trades, statuses }: Batch) => {
    for (const trade of trades) {
      for (const alert of watchedOf(trade.symbol)) {
        if (PHASE_CONDITIONS.includes(alert.condition)) continue;
        const said = (): string => ALERTS.at(alertText(alert), price(trade.price));
        if (!CHANGE_CONDITIONS.includes(alert.condition)) reach(alert, trade.price, said);
        else {
          const close = closeOf(trade.symbol, trade.at);
          if (close !== null) reach(alert, changeOf(trade.price, close), said);
        }
      }
    }
    for (const { symbol, code } of statuses) {
      const halt = haltOf(code);
      if (halt === null) continue;
      for (const alert of watchedOf(symbol)) {
        if (PHASE_CONDITIONS.includes(alert.condition)) reach(alert, halt, () => alertText(alert));
      }
    }
  });
}

function tell({ user, text, spoken }: Told): void {
  // Another tab may have another user's.
  if (user !== me()?.user.id) return;
  notify("accent", text, !spoken);
  if (spoken) announce(text, true);
}

interface Filled {
  readonly symbol: string;
  readonly executionId: string;
  readonly text: string;
}

/** The order that an event has filled to its end. */
function filledOrder({ stream, data }: TradingEvent): Filled | null {
  if (stream !== "trade_updates" || data["event"] !== "fill") return null;
  const order = data["order"] as { symbol: string; side: string; filled_qty: string; filled_avg_price: string | null };
  const side = order.side === "buy" ? TEXT.common.buy : TEXT.common.sell;
  const at = order.filled_avg_price === null ? null : Number(order.filled_avg_price);
  const executionId = String(data["execution_id"]);
  return {
    symbol: order.symbol,
    executionId,
    text: ALERTS.fill(side, quantity(order.filled_qty), order.symbol, price(at)),
  };
}
