/** What an account knows for its rules of risk, besides its settings: controls, recent orders, the result of the day. */
import { NO_CONTROLS, type PlanLimits, type RiskControls } from "../../risk/limits.ts";
import type { NewOrder } from "../state/order.ts";
import type { AccountSettings } from "./accountSettings.ts";

export interface AccountRisk {
  controls: RiskControls;
  /** The limits of the owner's plan, as of the newest order; null: none were ever set. */
  plan: PlanLimits | null;
  /** Orders of the last seconds by what they ask for, oldest first; kept while the owner has duplicates checked. */
  readonly recent: Map<string, RecentOrder>;
  /** What the sales of a trading day have gained, after fees, in 1/10,000 dollar, and the end of that day. */
  gain: number;
  gainDayEnd: number;
  /** The end of the trading day on which the daily loss limit was reached. */
  stoppedUntil: number;
  /** What was paid in and out (negative) on a trading day, by asset, and the end of that day. */
  flows: ReadonlyMap<string, number>;
  flowDayEnd: number;
}

interface RecentOrder {
  readonly orderId: string;
  readonly at: number;
}

/** Most recent orders that are kept: bounds the state of an account. */
const RECENT_MAX = 1_000;

export function newRisk(): AccountRisk {
  return {
    controls: NO_CONTROLS,
    plan: null,
    recent: new Map(),
    gain: 0,
    gainDayEnd: 0,
    stoppedUntil: 0,
    flows: new Map(),
    flowDayEnd: 0,
  };
}

/** A copy for a draft of the state. */
export function draftRisk(risk: AccountRisk): AccountRisk {
  return { ...risk, recent: new Map(risk.recent) };
}

/** What a snapshot has; absent while nothing differs from a new account. The names are persisted. */
export interface SavedRisk {
  readonly controls?: Partial<RiskControls>;
  readonly plan?: PlanLimits;
  readonly recent?: readonly (readonly [key: string, orderId: string, at: number])[];
  readonly gain?: number;
  readonly gainDayEnd?: number;
  readonly stoppedUntil?: number;
  readonly flows?: readonly (readonly [asset: string, amount: number])[];
  readonly flowDayEnd?: number;
}

export function saveRisk(risk: AccountRisk): SavedRisk | undefined {
  const { controls, plan, recent, gain, gainDayEnd, stoppedUntil, flows, flowDayEnd } = risk;
  const saved: { -readonly [F in keyof SavedRisk]: SavedRisk[F] } = {};
  if (controls !== NO_CONTROLS) saved.controls = controls;
  if (plan !== null) saved.plan = plan;
  if (recent.size > 0) saved.recent = Array.from(recent, ([key, { orderId, at }]) => [key, orderId, at] as const);
  if (gainDayEnd !== 0) Object.assign(saved, { gain, gainDayEnd });
  if (stoppedUntil !== 0) saved.stoppedUntil = stoppedUntil;
  if (flowDayEnd !== 0) Object.assign(saved, { flows: [...flows], flowDayEnd });
  return Object.keys(saved).length === 0 ? undefined : saved;
}

export function loadRisk(saved: SavedRisk | undefined): AccountRisk {
  if (saved === undefined) return newRisk();
  return {
    controls: saved.controls === undefined ? NO_CONTROLS : { ...NO_CONTROLS, ...saved.controls },
    plan: saved.plan ?? null,
    recent: new Map((saved.recent ?? []).map(([key, orderId, at]) => [key, { orderId, at }])),
    gain: saved.gain ?? 0,
    gainDayEnd: saved.gainDayEnd ?? 0,
    stoppedUntil: saved.stoppedUntil ?? 0,
    flows: new Map(saved.flows ?? []),
    flowDayEnd: saved.flowDayEnd ?? 0,
  };
}

type Asked = Pick<NewOrder, "symbol" | "side" | "type" | "qty" | "notional" | "limitPrice" | "stopPrice" | "terms">;

/** What two orders have in common that repeat each other (RK-9). */
function keyOf({ symbol, side, type, qty, notional, limitPrice, stopPrice, terms }: Asked): string {
  const trigger = terms?.trigger === undefined ? "" : JSON.stringify(terms.trigger);
  return [symbol, side, type, notional ? `$${notional}` : qty, limitPrice, stopPrice ?? null, trigger].join(" ");
}

/** The order within the owner's window that this one repeats; null: none, or it is not checked. */
export function duplicateOf(
  { recent }: AccountRisk,
  { duplicateMode, duplicateWindowMs }: AccountSettings,
  order: Asked,
  now: number,
): string | null {
  if (duplicateMode === "off" || recent.size === 0) return null;
  const found = recent.get(keyOf(order));
  return found !== undefined && now - found.at < duplicateWindowMs ? found.orderId : null;
}

/** Remembers an accepted order, and forgets those that the window has left behind. */
export function rememberOrder(risk: AccountRisk, settings: AccountSettings, order: NewOrder, now: number): void {
  if (settings.duplicateMode === "off") {
    if (risk.recent.size > 0) risk.recent.clear();
    return;
  }
  for (const [key, { at }] of risk.recent) {
    if (risk.recent.size < RECENT_MAX && now - at < settings.duplicateWindowMs) break;
    risk.recent.delete(key);
  }
  const key = keyOf(order);
  risk.recent.delete(key);
  risk.recent.set(key, { orderId: order.id, at: now });
}

/** Counts what was paid in, or out (negative), on the trading day that ends at `dayEnd`. */
export function recordFlow(risk: AccountRisk, asset: string, amount: number, dayEnd: number): void {
  const flows = new Map(risk.flowDayEnd === dayEnd ? risk.flows : []);
  flows.set(asset, (flows.get(asset) ?? 0) + amount);
  [risk.flows, risk.flowDayEnd] = [flows, dayEnd];
}

/**
 * Counts what a sale has gained (negative: lost) on the trading day that ends at `dayEnd`. True when the daily loss limit
 * is reached by it (RK-10).
 */
export function recordGain(risk: AccountRisk, settings: AccountSettings, gain: number, dayEnd: number): boolean {
  if (risk.gainDayEnd !== dayEnd) {
    risk.gain = 0;
    risk.gainDayEnd = dayEnd;
  }
  risk.gain += gain;
  const before = risk.stoppedUntil;
  stopAtLimit(risk, settings);
  return risk.stoppedUntil !== before;
}

/** A limit that is set below what the day has lost already is reached (RK-10). */
export function applyLossLimit(risk: AccountRisk, settings: AccountSettings, now: number): void {
  if (now < risk.gainDayEnd) stopAtLimit(risk, settings);
}

/** A limit of which positions are part is checked with prices, by the next order. */
function stopAtLimit(risk: AccountRisk, { dailyLossLimit: limit, dailyLossBasis }: AccountSettings): void {
  if (limit !== null && dailyLossBasis === "realized" && -risk.gain >= limit) risk.stoppedUntil = risk.gainDayEnd;
}

/** What the day's sales have lost; 0 when they have gained. */
export function dayLoss({ gain, gainDayEnd }: AccountRisk, now: number): number {
  return now < gainDayEnd ? Math.max(0, -gain) : 0;
}
