/** Settings of an account, to the wire and back. */
import type * as z from "zod";
import type { AccountSettings, SettingsChange } from "../../domain/account/settings/accountSettings.ts";
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { PLANS } from "../../domain/rateLimit.ts";
import {
  type ControlsChange,
  NO_LIMITS,
  type PlanLimits,
  type RiskControls,
  type RiskLimits,
  type SymbolLimits,
} from "../../domain/risk/limits.ts";
import type { ControlsView, SettingsView } from "../rpc/accountSettings.ts";
import type { Read } from "../http/readRequest.ts";
import type {
  configurationsChange,
  controlsChange,
  LimitsChange,
  settingsChange,
  WireConfigurations,
  WireControls,
  WireKillSwitch,
  WireLimits,
  WirePlanLimits,
  WireSettings,
} from "../wire/accountSettings.ts";

/** Alpaca's configurations. */
export function configurationsToWire(settings: AccountSettings): WireConfigurations {
  return {
    dtbp_check: settings.dtbpCheck,
    pdt_check: settings.pdtCheck,
    trade_confirm_email: settings.tradeConfirmEmail,
    suspend_trade: settings.suspendTrade,
    no_shorting: settings.noShorting,
    fractional_trading: settings.fractionalTrading,
    max_margin_multiplier: settings.maxMarginMultiplier,
    max_options_trading_level: settings.maxOptionsTradingLevel,
    ptp_no_exception_entry: settings.ptpNoExceptionEntry,
    disable_overnight_trading: settings.disableOvernightTrading,
  };
}

/** The change that a request asks for. Null means unchanged. */
export function configurationsFromWire(asked: z.output<typeof configurationsChange>): SettingsChange {
  const fields: { readonly [Field in keyof SettingsChange]: SettingsChange[Field] | null | undefined } = {
    dtbpCheck: asked.dtbp_check,
    pdtCheck: asked.pdt_check,
    tradeConfirmEmail: asked.trade_confirm_email,
    suspendTrade: asked.suspend_trade,
    noShorting: asked.no_shorting,
    fractionalTrading: asked.fractional_trading,
    maxMarginMultiplier: asked.max_margin_multiplier,
    maxOptionsTradingLevel: asked.max_options_trading_level,
    ptpNoExceptionEntry: asked.ptp_no_exception_entry,
    disableOvernightTrading: asked.disable_overnight_trading,
  };
  return given(fields);
}

/** The settings that are the exchange's own. */
export function settingsToWire(settings: SettingsView): WireSettings {
  return {
    lot_method: settings.lotMethod,
    limits: limitsToWire(settings.limits),
    exchange_limits: limitsToWire(settings.exchangeLimits ?? NO_LIMITS),
    duplicate_orders: { mode: settings.duplicateMode, window_seconds: settings.duplicateWindowMs / 1_000 },
    daily_loss_limit: dollars(settings.dailyLossLimit),
    daily_loss_basis: settings.dailyLossBasis,
    daily_loss_action: settings.dailyLossAction,
  };
}

/** Limits as REST has them. */
export function limitsToWire(limits: RiskLimits): WireLimits {
  return {
    max_order_qty: units(limits.orderQty),
    max_order_value: dollars(limits.orderValue),
    max_position_qty: units(limits.positionQty),
    max_position_value: dollars(limits.positionValue),
    symbols: Object.fromEntries(limits.symbols.map((each) => [each.symbol, symbolLimitsToWire(each)])),
  };
}

/** The limits of a plan. */
export function planLimitsToWire({ plan, version, limits }: PlanLimits): WirePlanLimits {
  return { plan: PLANS.find((each) => each === plan) ?? "standard", version, limits: limitsToWire(limits) };
}

/** The limits that a request asks for, or the first field that is none. */
export function limitsFromWire(asked: LimitsChange, instruments: Instruments): Read<RiskLimits> {
  const amounts = new Amounts();
  const limits = limitsFrom(asked, instruments, amounts, "");
  if (amounts.wrong !== null) return { ok: false, error: { reason: "body_field", field: amounts.wrong } };
  return { ok: true, value: limits };
}

/** Whether a kill switch is on, and whose. */
export function killSwitchToWire({ killedByOwner, killedByExchange }: RiskControls): WireKillSwitch {
  const setBy = [...(killedByOwner ? (["owner"] as const) : []), ...(killedByExchange ? (["exchange"] as const) : [])];
  return { on: setBy.length > 0, set_by: setBy };
}

/** What the exchange has decided about an account. */
export function controlsToWire(controls: ControlsView): WireControls {
  const { blocked, blockedSymbols, killedByOwner, killedByExchange, limits, plan } = controls;
  return {
    blocked,
    blocked_symbols: [...blockedSymbols],
    kill_switch: { owner: killedByOwner, exchange: killedByExchange },
    limits: limitsToWire(limits),
    plan: plan ? planLimitsToWire(plan) : null,
  };
}

/** The change of controls that an administrator asks for, or its first wrong field. */
export function controlsFromWire(
  { blocked, blocked_symbols: names, limits }: z.output<typeof controlsChange>,
  instruments: Instruments,
): Read<ControlsChange> {
  const amounts = new Amounts();
  const change: { -readonly [F in keyof ControlsChange]: ControlsChange[F] } = {};
  if (blocked !== undefined) change.blocked = blocked;
  if (limits !== undefined) change.limits = limitsFrom(limits, instruments, amounts);
  if (names !== undefined) {
    const unknown = names.findIndex((name) => instruments.find(name) === undefined);
    if (unknown !== -1) return { ok: false, error: { reason: "body_field", field: `blocked_symbols.${unknown}` } };
    change.blockedSymbols = [...new Set(names.flatMap((name) => instruments.find(name)?.symbol ?? []))];
  }
  if (amounts.wrong !== null) return { ok: false, error: { reason: "body_field", field: amounts.wrong } };
  return { ok: true, value: change };
}

/** The change that a request asks for, or its first wrong field. */
export function settingsFromWire(
  asked: z.output<typeof settingsChange>,
  instruments: Instruments,
): Read<SettingsChange> {
  const amounts = new Amounts();
  const change = given({
    lotMethod: asked.lot_method,
    duplicateMode: asked.duplicate_orders?.mode,
    dailyLossBasis: asked.daily_loss_basis,
    dailyLossAction: asked.daily_loss_action,
    duplicateWindowMs: asked.duplicate_orders?.window_seconds === undefined ? undefined : windowOf(asked),
    limits: asked.limits === undefined ? undefined : limitsFrom(asked.limits, instruments, amounts),
  });
  const { daily_loss_limit: loss } = asked;
  const changes =
    loss === undefined ? change : { ...change, dailyLossLimit: amounts.dollars(loss, "daily_loss_limit") };
  return amounts.wrong === null
    ? { ok: true, value: changes }
    : { ok: false, error: { reason: "body_field", field: amounts.wrong } };
}

function windowOf({ duplicate_orders: asked }: z.output<typeof settingsChange>): number {
  return Math.max(1, Math.round((asked?.window_seconds ?? 0) * 1_000));
}

function limitsFrom(asked: LimitsChange, instruments: Instruments, amounts: Amounts, at = "limits."): RiskLimits {
  const symbols: SymbolLimits[] = [];
  for (const [name, each] of Object.entries(asked.symbols ?? {})) {
    const path = `${at}symbols.${name}`;
    const instrument = instruments.find(name);
    // A coin has two names: of two limits for it one would be ignored.
    if (instrument === undefined || symbols.some(({ symbol }) => symbol === instrument.symbol)) {
      amounts.wrong ??= path;
      continue;
    }
    const { symbol, qtyDecimals } = instrument;
    symbols.push({
      symbol,
      orderQty: amounts.read(each.max_order_qty, qtyDecimals, `${path}.max_order_qty`),
      orderValue: amounts.dollars(each.max_order_value, `${path}.max_order_value`),
      positionQty: amounts.read(each.max_position_qty, qtyDecimals, `${path}.max_position_qty`),
      ...set("positionValue", amounts.dollars(each.max_position_value, `${path}.max_position_value`)),
    });
  }
  return {
    orderValue: amounts.dollars(asked.max_order_value, `${at}max_order_value`),
    positionValue: amounts.dollars(asked.max_position_value, `${at}max_position_value`),
    ...set("orderQty", amounts.read(asked.max_order_qty, 0, `${at}max_order_qty`)),
    ...set("positionQty", amounts.read(asked.max_position_qty, 0, `${at}max_position_qty`)),
    symbols,
  };
}

/** A limit that earlier releases do not have, if it is set. */
function set<N extends string>(name: N, most: number | null): { readonly [K in N]?: number } {
  return (most === null ? {} : { [name]: most }) as { readonly [K in N]?: number };
}

/** Reads amounts, and remembers the first field that is none. */
class Amounts {
  wrong: string | null = null;

  dollars(text: string | null | undefined, field: string): number | null {
    return this.read(text, PRICE_DECIMALS, field);
  }

  read(text: string | null | undefined, decimals: number, field: string): number | null {
    if (text === null || text === undefined) return null;
    const amount = parseDecimal(text, decimals);
    if (typeof amount === "number" && amount >= 0) return amount;
    this.wrong ??= field;
    return null;
  }
}

function symbolLimitsToWire({ symbol, orderQty, orderValue, positionQty, positionValue }: SymbolLimits) {
  const qty = (lots: number | null) => (lots === null ? null : formatDecimal(lots, assetOf(symbol).qtyDecimals));
  return {
    max_order_qty: qty(orderQty),
    max_order_value: dollars(orderValue),
    max_position_qty: qty(positionQty),
    max_position_value: dollars(positionValue),
  };
}

function units(amount: number | null = null): string | null {
  return amount === null ? null : String(amount);
}

function dollars(amount: number | null = null): string | null {
  return amount === null ? null : formatDecimal(amount, PRICE_DECIMALS);
}

/** The fields that have a value. */
function given(fields: { readonly [F in keyof SettingsChange]: SettingsChange[F] | null | undefined }): SettingsChange {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries);
}
