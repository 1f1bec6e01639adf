/** An order in one line: for confirmations, the command line and orders whose outcome is unknown. */
import { fullTime } from "../format/times.ts";
import { ORDER_WORDS as W } from "../text/en/orderWords.ts";

/** What is described of a request or an order, by the names of the wire. */
export interface Described {
  readonly symbol: string;
  readonly side?: unknown;
  readonly type?: unknown;
  readonly time_in_force?: unknown;
  readonly [field: string]: unknown;
}

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** `10`, or `$500` of an order in dollars. */
function sizeText({ qty, notional }: { readonly [field: string]: unknown }): string {
  return text(notional) === "" ? text(qty) : `$${text(notional)}`;
}

/** `Buy 10 AAPL, limit 190.50, good till cancelled`. */
export function describeOrder(order: Described): string {
  const side = W.sides[order.side === "sell" ? "sell" : "buy"];
  const head = `${side} ${sizeText(order)} ${order.symbol}`;
  return [head, priceWords(order), ...exitWords(order), timeWords(order), ...instructionWords(order), lotWords(order)]
    .filter((part) => part !== "")
    .join(", ");
}

function priceWords(order: Described): string {
  const percent = text(order["trail_percent"]);
  const trail = percent === "" ? text(order["trail_price"]) : `${percent}%`;
  const type = Object.hasOwn(W.types, text(order.type)) ? (order.type as keyof typeof W.types) : "market";
  const profit = part(order["take_profit"], "limit_price");
  const limit = text(order["limit_price"]) || profit;
  return W.types[type]({ limit, stop: text(order["stop_price"]), trail });
}

const part = (value: unknown, field: string): string =>
  typeof value === "object" && value !== null ? text((value as Record<string, unknown>)[field]) : "";

function exitWords(order: Described): string[] {
  const [profit, stop] = [part(order["take_profit"], "limit_price"), part(order["stop_loss"], "stop_price")];
  const limit = part(order["stop_loss"], "limit_price");
  const isPair = order["order_class"] === "oco";
  return [
    profit === "" || isPair ? "" : W.takeProfit(profit),
    stop === "" ? "" : limit === "" ? W.stopLoss(stop) : W.stopLossLimit(stop, limit),
    isPair ? W.oco : "",
  ];
}

function timeWords(order: Described): string {
  const word = text(order.time_in_force);
  if (word === "gtd") {
    const end = part(order["advanced_instructions"], "expires_at") || text(order["expires_at"]);
    return W.until(fullTime(end));
  }
  return Object.hasOwn(W.times, word) ? W.times[word as keyof typeof W.times] : "";
}

function instructionWords(order: Described): string[] {
  const given = order["advanced_instructions"];
  const all = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
  const [shown, least] = [text(all["display_qty"]), text(all["min_qty"])];
  const to = part(all["peg"], "to");
  const offset = part(all["peg"], "offset");
  const own = text(all["self_trade_prevention"]);
  return [
    order["extended_hours"] === true ? W.extended : "",
    all["post_only"] === true ? W.postOnly : "",
    all["hidden"] === true ? W.hidden : "",
    all["all_or_none"] === true ? W.allOrNone : "",
    shown === "" ? "" : W.displayed(shown),
    least === "" ? "" : W.least(least),
    to === "" ? "" : W.peg(to, Number(offset) === 0 ? "" : offset),
    Object.hasOwn(W.selfTrades, own) ? W.selfTrades[own as keyof typeof W.selfTrades] : "",
  ];
}

/** The tax lots that a sale names: `from tax lots 3 (10) and 5 (2.5)`. */
function lotWords(order: Described): string {
  const named: unknown = order["tax_lots"];
  if (!Array.isArray(named) || named.length === 0) return "";
  return W.lots(named.map((lot: unknown) => W.lot(part(lot, "lot_id"), part(lot, "qty"))));
}
