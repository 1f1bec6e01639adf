/** The daily loss limit is reached: by a fill, or by prices with which an order was decided (RK-10). */
import type { DayPrices } from "./totalLoss.ts";
import { legsFirst, requestCancel } from "../orders/cancel.ts";
import type { AccountState } from "../state/accountState.ts";
import type { LossLimitEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit, dollars } from "../state/record.ts";

/** The entry of a refusal by the limit, with its prices; null when the day was stopped before. */
export function lossLimitEntry(
  { risk }: Readonly<AccountState>,
  loss: number,
  prices: DayPrices | undefined,
  now: number,
): LossLimitEntry | null {
  if (prices === undefined || now < risk.stoppedUntil) return null;
  const rows = Array.from(prices, ([symbol, { price, close }]) => [symbol, price, close] as const);
  return { kind: "loss_limit_reached", loss, prices: rows };
}

/** Stops what increases exposure until the end of the trading day. */
export function applyLossLimitEntry(
  state: AccountState,
  { loss, prices }: LossLimitEntry,
  now: number,
  out: AccountOutputs,
): void {
  state.risk.stoppedUntil = state.dayEnd;
  const body = {
    loss: dollars(loss),
    daily_loss_limit: dollars(state.settings.dailyLossLimit ?? 0),
    prices: prices.map(([symbol, price, close]) => ({ symbol, price: dollars(price), close: dollars(close) })),
  };
  const resource = `account/${state.accountId}`;
  const event = { action: "account.loss_limit_reached", resource, body, before: null, after: null };
  audit(state, event, NO_ORIGIN, now, out);
  killAtLimit(state, now, out);
}

/** If the owner has chosen that, the kill switch is switched on, and every open order is cancelled. */
export function killAtLimit(state: AccountState, now: number, out: AccountOutputs): void {
  const { risk, settings, userId } = state;
  if (settings.dailyLossAction !== "kill" || risk.controls.killedByOwner) return;
  risk.controls = { ...risk.controls, killedByOwner: true };
  const body = { changes: { killedByOwner: true }, changed_from: { killedByOwner: false }, by: userId };
  const because = { ...body, because: "daily_loss_limit" };
  const resource = `account/${state.accountId}`;
  const event = { action: "controls.changed", resource, body: because, before: null, after: null };
  audit(state, event, NO_ORIGIN, now, out);
  for (const { id } of legsFirst(state.open.values())) {
    if (state.open.get(id)?.status !== "pending_cancel") requestCancel(state, id, NO_ORIGIN, now, out);
  }
}
