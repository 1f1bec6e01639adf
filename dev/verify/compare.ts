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

/** The first resting order of a book that no account has open, or the other way round; null when all are alike. */
export function bookDiffers(symbol: string, book: RunningBook, accounts: readonly RunningAccount[]): string | null {
  const { qtyDecimals } = requireInstrument(symbol);
  const counts = new Map<string, number>();
  const count = (side: string, price: string, qty: string, by: number) => {
    const key = `${side} ${qty} at ${price}`;
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  for (const [, price, qty] of book.bids) count("buy", price, qty, 1);
  for (const [, price, qty] of book.asks) count("sell", price, qty, 1);
  const lots = (text: string): number => Number(parseDecimal(text, qtyDecimals));
  for (const order of accounts.flatMap(({ open_orders: open }) => open)) {
    if (order.symbol !== symbol) continue;
    const left = formatDecimal(lots(order.qty) - lots(order.filled_qty), qtyDecimals);
    count(order.side, order.limit_price ?? "the market", left, -1);
  }
  const found = [...counts].find(([, excess]) => excess !== 0);
  if (found === undefined) return null;
  const [order, excess] = found;
  const where = excess > 0 ? "in the book, and no account has it open" : "open in an account, and not in the book";
  return `${Math.abs(excess)} × ${order}: ${where}`;
}
