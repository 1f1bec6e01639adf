/** Compares what the running exchange holds with what the trail comes to. */
import type { AccountFold } from "../../db/verify/accountFold.ts";
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import type { RunningAccount, RunningBook } from "./exchange.ts";

/** The first thing in which a running account differs from its events, in words; null when nothing does. */
export function accountDiffers(fold: AccountFold, running: RunningAccount): string | null {
  const folded = linesOfFold(fold);
  const there = linesOfAccount(running);
  for (const [what, value] of folded) {
    const other = there.get(what) ?? "nothing";
    if (other !== value) return `${what} is ${other} in the account and ${value} by its events`;
  }
  const more = [...there].find(([what]) => !folded.has(what));
  return more === undefined ? null : `${more[0]} is ${more[1]} in the account and nothing by its events`;
}

function linesOfFold({ cash, held, holdings, open }: AccountFold): Map<string, string> {
  const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
  const lines = new Map([
    ["cash", dollars(cash)],
    ["cash held", dollars(held)],
  ]);
  for (const [symbol, holding] of holdings) {
    if (holding.available + holding.held === 0) continue;
    const shares = (lots: number): string => formatDecimal(lots, requireInstrument(symbol).qtyDecimals);
    const { available, held: heldLots, cost } = holding;
    lines.set(`the position in ${symbol}`, `${shares(available)} + ${shares(heldLots)} held, cost ${dollars(cost)}`);
  }
  for (const [id, order] of open) {
    const shares = (lots: number): string => formatDecimal(lots, requireInstrument(order.symbol).qtyDecimals);
    const held_ = order.side === "buy" ? dollars(order.held) : shares(order.held);
    const limit = order.limit === null ? "the market" : dollars(order.limit);
    const filled = `${shares(order.filled)} of ${shares(order.qty)}`;
    lines.set(`order ${id}`, `${order.side} ${filled} ${order.symbol} at ${limit}, holds ${held_}`);
  }
  return lines;
}

function linesOfAccount(account: RunningAccount): Map<string, string> {
  const lines = new Map([
    ["cash", account.cash],
    ["cash held", account.cash_held],
  ]);
  for (const { symbol, qty, qty_held: held, cost_basis: cost } of account.positions) {
    lines.set(`the position in ${symbol}`, `${qty} + ${held} held, cost ${cost}`);
  }
  for (const order of account.open_orders) {
    const filled = `${order.filled_qty} of ${order.qty}`;
    const limit = order.limit_price ?? "the market";
    lines.set(`order ${order.order_id}`, `${order.side} ${filled} ${order.symbol} at ${limit}, holds ${order.held}`);
  }
  return lines;
}

/**
 * The first order that a book shows and no account has open, or the other way round; null when all are alike. Of some
 * orders the book shows a part, or nothing until something happens: what it shows may be of one of these. A market with
 * `sessions` shows no order out of its session, and one that is past a price band at the band.
 */
export function bookDiffers(
  symbol: string,
  book: RunningBook,
  accounts: readonly RunningAccount[],
  sessions: boolean,
): string | null {
  const { qtyDecimals } = requireInstrument(symbol);
  const lots = (text: string): number => Number(parseDecimal(text, qtyDecimals));
  const open = accounts
    .flatMap(({ open_orders: orders }) => orders)
    .filter((order) => order.symbol === symbol)
    .map((order) => ({ ...order, left: lots(order.qty) - lots(order.filled_qty) }));
  const expected = new Map<string, number>();
  const keyOf = (side: string, price: string, left: number) =>
    `${side} ${formatDecimal(left, qtyDecimals)} at ${price}`;
  for (const { shown, side, limit_price: limit, left } of open) {
    const key = keyOf(side, limit ?? "the market", left);
    if (shown) expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const unknown: { side: "buy" | "sell"; price: string; left: number }[] = [];
  const take = (side: "buy" | "sell", price: string, left: number) => {
    const key = keyOf(side, price, left);
    const count = expected.get(key) ?? 0;
    if (count === 0) return void unknown.push({ side, price, left });
    if (count === 1) expected.delete(key);
    else expected.set(key, count - 1);
  };
  for (const [, price, qty] of book.bids) take("buy", price, lots(qty));
  for (const [, price, qty] of book.asks) take("sell", price, lots(qty));

  const candidates = new Set(open.filter(({ shown }) => sessions || !shown));
  for (const each of unknown) {
    const known = [...candidates].find((order) => mayBe(order, each));
    if (known === undefined)
      return `${keyOf(each.side, each.price, each.left)}: in the book, and no account has it open`;
    candidates.delete(known);
  }
  const [missing] = expected.keys();
  if (missing === undefined || sessions) return null;
  return `${missing}: open in an account, and not in the book`;
}

interface Shown {
  readonly side: "buy" | "sell";
  readonly price: string;
  readonly left: number;
}

/** Whether what a book shows may be of this order: no more than is left of it, at a price that it may trade at. */
function mayBe(
  order: { readonly side: string; readonly limit_price: string | null; readonly left: number },
  { side, price, left }: Shown,
): boolean {
  if (order.side !== side || order.left < left) return false;
  if (order.limit_price === null) return true;
  const distance = Number(order.limit_price) - Number(price);
  return side === "buy" ? distance >= 0 : distance <= 0;
}
