/**
 * Watches the alerts while the terminal is open: every trade and status, also while prices are frozen on screen. Of all
 * tabs of a browser one watches, by a lock; each of them shows what has fired.
 */
import { createEffect, createMemo, createRoot, mapArray, onCleanup, untrack } from "solid-js";
import { announce, notify } from "../design/components/notices.tsx";
import { follow, onArrival, onTrading, symbolState } from "../feed/store.ts";
import type { Batch, TradingEvent } from "../feed/messages.ts";
import { price, quantity } from "../format/numbers.ts";
import { ALERTS } from "../text/en/alerts.ts";
import { TEXT } from "../text/en.ts";
import { afterFiring, type Alert, CHANGE_CONDITIONS, haltOf, isWatched, levelOf, PHASE_CONDITIONS } from "./alert.ts";
import { alerts, changeAlert, keepAlerts, keepFiring } from "./alerts.ts";
import { step } from "./crossing.ts";
import { closeOf, startOf } from "./snapshots.ts";
import { playTone } from "./tone.ts";
import { alertText } from "./words.ts";

const LOCK = "alerts";
const CHANNEL = "alerts";

/** What the other tabs are told of a firing. */
interface Told {
  readonly text: string;
  readonly spoken: boolean;
}

/** Starts to watch. Called once, when the terminal starts. */
export function watchAlerts(): void {
  keepAlerts();
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<Told>) => tell(data);
  const stop = new AbortController();
  onCleanup(() => {
    stop.abort();
    channel.close();
  });
  // A lock that is never given back while the tab lives; the browser gives it to the next tab when this one closes.
  void navigator.locks
    .request(LOCK, { signal: stop.signal }, () => {
      const dispose = createRoot((end) => {
        watch((told) => channel.postMessage(told));
        return end;
      });
      return new Promise<void>((resolve) =>
        stop.signal.addEventListener("abort", () => {
          dispose();
          resolve();
        }),
      );
    })
    .catch(() => {});
}

function watch(tellOthers: (told: Told) => void): void {
  const symbols = createMemo(
    () => [...new Set(alerts().flatMap((one) => (one.on && one.symbol !== "" ? [one.symbol] : [])))].sort(),
    [],
    { equals: (a, b) => a.join() === b.join() },
  );
  const followed = mapArray(symbols, (symbol) => {
    follow(symbol, "trades", "statuses");
  });
  createEffect(followed);
  const fire = (alert: Alert, what: string): void => {
    const now = Date.now();
    changeAlert(alert.id, (one) => afterFiring(one, now));
    const { id, symbol, note, spoken, sound } = alert;
    keepFiring({ id: crypto.randomUUID(), alertId: id, at: now, symbol, text: what, note });
    const told = { text: note === "" ? what : `${what}. ${note}`, spoken };
    tell(told);
    tellOthers(told);
    if (sound) playTone();
  };
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
      const { last, close } = await startOf(alert.symbol).catch(() => ({ last: null, close: null }));
      const now = untrack(() => symbolState(alert.symbol).trade()?.price) ?? last;
      value = now;
      if (CHANGE_CONDITIONS.includes(alert.condition))
        value = now === null || close === null ? null : changeOf(now, close);
    }
    const fresh = untrack(alerts).find(({ id, arm }) => id === alert.id && arm === "new");
    if (value !== null && fresh !== undefined) reach(fresh, value, () => "");
  };
  const watchedOf = (symbol: string): readonly Alert[] =>
    untrack(alerts).filter((alert) => alert.symbol === symbol && isWatched(alert, Date.now()));

  onArrival(({ trades, statuses }: Batch) => {
    for (const trade of trades) {
      for (const alert of watchedOf(trade.symbol)) {
        if (PHASE_CONDITIONS.includes(alert.condition)) continue;
        const said = (): string => ALERTS.at(alertText(alert), price(trade.price));
        if (!CHANGE_CONDITIONS.includes(alert.condition)) reach(alert, trade.price, said);
        else {
          const close = closeOf(trade.symbol);
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
  onTrading((event) => {
    const filled = filledOrder(event);
    if (filled === null) return;
    for (const alert of [...watchedOf(filled.symbol), ...watchedOf("")]) {
      if (alert.condition === "filled") fire(alert, filled.text);
    }
  });
}

function tell({ text, spoken }: Told): void {
  notify("accent", text, !spoken);
  if (spoken) announce(text, true);
}

/** The order that an event has filled to its end. */
function filledOrder({ stream, data }: TradingEvent): { readonly symbol: string; readonly text: string } | null {
  if (stream !== "trade_updates" || data["event"] !== "fill") return null;
  const order = data["order"] as { symbol: string; side: string; filled_qty: string; filled_avg_price: string | null };
  const side = order.side === "buy" ? TEXT.common.buy : TEXT.common.sell;
  const at = order.filled_avg_price === null ? null : Number(order.filled_avg_price);
  return { symbol: order.symbol, text: ALERTS.fill(side, quantity(order.filled_qty), order.symbol, price(at)) };
}
