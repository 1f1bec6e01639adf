/** What limits allow an order and a position, and whether a change of limits allows more. */
import type { Asset } from "../market/asset.ts";
import { assetOf } from "../market/asset.ts";
import { NO_LIMITS, type PlanLimits, type RiskLimits, type SymbolLimits } from "./limits.ts";

/** A limit of orders or positions, in lots or 1/10,000 dollar, and who has set it. */
export interface Bound {
  readonly most: number;
  readonly by: "owner" | "exchange" | "plan";
}

export const LIMIT_KINDS = ["orderQty", "orderValue", "positionQty", "positionValue"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

/** The limit of a symbol: the narrower one of the symbol's and of that of all symbols; null: none. */
export function boundOf(
  by: Bound["by"],
  kind: LimitKind,
  limits: RiskLimits,
  asset: Pick<Asset, "symbol" | "qtyDecimals">,
): Bound | null {
  const [own, wide] = [ofSymbol(limits, kind, asset.symbol), ofAll(limits, kind, asset)];
  if (own === null && wide === null) return null;
  return { by, most: Math.min(own ?? Infinity, wide ?? Infinity) };
}

/** The limit of the exchange: that of the account, else that of its plan, where the symbol's goes before the others. */
export function boundOfExchange(
  kind: LimitKind,
  account: RiskLimits,
  plan: RiskLimits,
  asset: Pick<Asset, "symbol" | "qtyDecimals">,
): Bound | null {
  const own = boundOf("exchange", kind, account, asset);
  if (own !== null) return own;
  const most = ofSymbol(plan, kind, asset.symbol) ?? ofAll(plan, kind, asset);
  return most === null ? null : { by: "plan", most };
}

/** The limits of the exchange: those of the account and of its plan in one. A symbol's are all that apply to it. */
export function limitsOfExchange(account: RiskLimits, plan: RiskLimits): RiskLimits {
  const names = new Set([account, plan].flatMap(({ symbols }) => symbols.map(({ symbol }) => symbol)));
  const wide = (kind: LimitKind) => account[kind] ?? plan[kind] ?? null;
  return {
    orderQty: wide("orderQty"),
    orderValue: wide("orderValue"),
    positionQty: wide("positionQty"),
    positionValue: wide("positionValue"),
    symbols: Array.from(names, (symbol) => {
      const most = (kind: LimitKind) => boundOfExchange(kind, account, plan, assetOf(symbol))?.most ?? null;
      return {
        symbol,
        orderQty: most("orderQty"),
        orderValue: most("orderValue"),
        positionQty: most("positionQty"),
        positionValue: most("positionValue"),
      };
    }),
  };
}

/** A limit of the owner that is wider than that of the exchange: its kind, and its symbol or null; null: none is. */
export function widerThanExchange(
  asked: RiskLimits,
  account: RiskLimits,
  plan: RiskLimits,
): { readonly kind: LimitKind; readonly symbol: string | null } | null {
  for (const kind of LIMIT_KINDS) {
    const [own, most] = [asked[kind] ?? null, account[kind] ?? plan[kind] ?? null];
    if (own !== null && most !== null && own > most) return { kind, symbol: null };
  }
  for (const each of asked.symbols) {
    const { symbol } = each;
    for (const kind of LIMIT_KINDS) {
      const most = boundOfExchange(kind, account, plan, assetOf(symbol))?.most;
      if (most !== undefined && (each[kind] ?? 0) > most) return { kind, symbol };
    }
  }
  return null;
}

/** Whether other limits of the account allow anything that those before refuse. */
export function allowsMore(after: RiskLimits, before: RiskLimits, plan: PlanLimits | null): boolean {
  const ofPlan = plan?.limits ?? NO_LIMITS;
  const wide = (limits: RiskLimits, kind: LimitKind) => limits[kind] ?? ofPlan[kind] ?? Infinity;
  if (LIMIT_KINDS.some((kind) => wide(after, kind) > wide(before, kind))) return true;
  const symbols = new Set([after, before, ofPlan].flatMap((limits) => limits.symbols.map(({ symbol }) => symbol)));
  for (const symbol of symbols) {
    const most = (limits: RiskLimits, kind: LimitKind) =>
      boundOfExchange(kind, limits, ofPlan, assetOf(symbol))?.most ?? Infinity;
    if (LIMIT_KINDS.some((kind) => most(after, kind) > most(before, kind))) return true;
  }
  return false;
}

function ofSymbol({ symbols }: RiskLimits, kind: LimitKind, symbol: string): number | null {
  if (symbols.length === 0) return null;
  const own: SymbolLimits | undefined = symbols.find((each) => each.symbol === symbol);
  return own?.[kind] ?? null;
}

/** Quantities of all symbols are in whole units. */
function ofAll(limits: RiskLimits, kind: LimitKind, { qtyDecimals }: Pick<Asset, "qtyDecimals">): number | null {
  const most = limits[kind] ?? null;
  const inUnits = most !== null && (kind === "orderQty" || kind === "positionQty");
  return inUnits ? Math.min(most * 10 ** qtyDecimals, Number.MAX_SAFE_INTEGER) : most;
}
