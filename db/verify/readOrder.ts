import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { Asset } from "../../domain/market/asset.ts";
import { assetNamed } from "../../domain/market/asset.ts";
import { units } from "./balanceFold.ts";
import type { Facts } from "./balanceFold.ts";
import { readChosen } from "./chosenLots.ts";
import type { FoldedOrder } from "./foldedOrder.ts";

/** An accepted order as its record has it. */
export interface ReadOrder {
  readonly id: string;
  readonly order: FoldedOrder;
  readonly parentId: string | null;
  readonly instrument: Asset;
}

/** Reads an order and its hold from its record, without applying them; or what is wrong with it. */
export function readOrder(body: Facts["body"], open: ReadonlyMap<string, FoldedOrder>): string | ReadOrder {
  const instrument = assetNamed(String(body["symbol"]));
  const side = body["side"];
  if (instrument === undefined || (side !== "buy" && side !== "sell")) return "its symbol or side is none";
  const qty = units(body["qty"], instrument.qtyDecimals);
  const limit = body["limit_price"] === null ? null : units(body["limit_price"], PRICE_DECIMALS);
  const cap = units(body["protection_price"], PRICE_DECIMALS) ?? limit;
  const held = units(body["held"], side === "buy" ? PRICE_DECIMALS : instrument.qtyDecimals);
  if (qty === null || held === null) return "its quantity or hold is none";
  const id = String(body["order_id"]);
  if (open.has(id)) return `order ${id} was accepted before`;
  const parentId = typeof body["parent_id"] === "string" ? body["parent_id"] : null;
  const takesProfit = body["role"] !== "stop_loss";
  const prices = { symbol: instrument.symbol, side, qty, limit, cap } as const;
  const notional = units(body["notional"], PRICE_DECIMALS);
  const chosen = readChosen(body["lots"], (text) => units(text, instrument.qtyDecimals), { side, notional });
  if (typeof chosen === "string") return chosen;
  const linked = { takesProfit, exits: null, legs: null, chosen, replacement: null };
  const rules = typeof body["rules"] === "number" ? body["rules"] : 1;
  const fills = { filled: 0, value: 0n, rules, notional };
  const fees = { feeReserve: units(body["fee_reserve"], PRICE_DECIMALS) ?? 0, feesCharged: 0 };
  return { id, parentId, order: { ...prices, ...linked, ...fills, ...fees, held }, instrument };
}
