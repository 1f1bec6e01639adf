/** Compares accounts and books of the running exchange with the audit trail. */
import type { AccountFold } from "../../db/verify/accountFold.ts";
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { lotsHash } from "../../protocol/audit/lotsHash.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { RunningAccount, RunningBook } from "./exchange.ts";

/** Describes the first difference between a running account and its events; null without any. */
export function accountDiffers(fold: AccountFold, running: RunningAccount): string | null {
  const folded = linesOfFold(fold);
  for (const { symbol, tax_lots: stated } of running.positions) {
    if (stated !== undefined) folded.set(`the hash of the tax lots of ${symbol}`, lotsHash(fold.lots.textOf(symbol)));
  }
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
    const shares = (lots: number): string => formatDecimal(lots, assetOf(symbol).qtyDecimals);
    const { available, held: heldLots, cost } = holding;
    lines.set(`the position in ${symbol}`, `${shares(available)} + ${shares(heldLots)} held, cost ${dollars(cost)}`);
  }
  for (const [id, order] of open) {
    const shares = (lots: number): string => formatDecimal(lots, assetOf(order.symbol).qtyDecimals);
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
  for (const { symbol, qty, qty_held: held, cost_basis: cost, tax_lots: lots } of account.positions) {
    lines.set(`the position in ${symbol}`, `${qty} + ${held} held, cost ${cost}`);
    if (lots !== undefined) lines.set(`the hash of the tax lots of ${symbol}`, lots);
  }
  for (const order of account.open_orders) {
    const filled = `${order.filled_qty} of ${order.qty}`;
    const limit = order.limit_price ?? "the market";
    lines.set(`order ${order.order_id}`, `${order.side} ${filled} ${order.symbol} at ${limit}, holds ${order.held}`);
  }
  return lines;
}

/** An order that only the book or only an account has. */
export interface Mismatch {
  /** The order's id in the account, or its number in the book; it identifies the order in a later reading. */
  readonly id: string;
  readonly text: string;
}

/**
 * Orders in the book that no account has open, and open orders of accounts that the book does not show. Reserves show a
 * part, and hidden or waiting orders nothing, so a book order may belong to one of these. A market with `sessions`
 * hides orders outside of their session, and shows one beyond a price band at the band. Among equal orders any may be
 * the surplus one.
 */
export function bookMismatches(
  symbol: string,
  book: RunningBook,
  accounts: readonly RunningAccount[],
  sessions: boolean,
): Mismatch[] {
  const { qtyDecimals } = assetOf(symbol);
  const lots = (text: string): number => Number(parseDecimal(text, qtyDecimals));
  const keyOf = ({ side, price, left }: Shown): string => `${side} ${formatDecimal(left, qtyDecimals)} at ${price}`;
  const open = accounts
    .flatMap(({ open_orders: orders }) => orders)
    .filter((order) => order.symbol === symbol)
    .map((order) => ({ ...order, left: lots(order.qty) - lots(order.filled_qty) }));
  const expected = Map.groupBy(
    open.filter(({ shown }) => shown),
    ({ side, limit_price: limit, left }) => keyOf({ side, price: limit ?? "the market", left }),
  );
  const sides = [
    ["buy", book.bids],
    ["sell", book.asks],
  ] as const;
  const shown = sides.flatMap(([side, resting]) =>
    resting.map(([ref, price, qty]) => ({ id: `${side} ${ref}`, side, price, left: lots(qty) })),
  );
  const candidates = new Set(open.filter((order) => sessions || !order.shown));
  const mismatches: Mismatch[] = [];
  for (const [key, inBook] of Map.groupBy(shown, keyOf)) {
    for (const each of inBook.slice(expected.get(key)?.length ?? 0)) {
      const known = [...candidates].find((order) => mayBe(order, each));
      if (known !== undefined) candidates.delete(known);
      else
        mismatches.push(...inBook.map(({ id }) => ({ id, text: `${key}: in the book, and no account has it open` })));
    }
  }
  if (sessions) return mismatches;
  const counts = new Map([...Map.groupBy(shown, keyOf)].map(([key, inBook]) => [key, inBook.length]));
  for (const [key, orders] of expected) {
    if (orders.length <= (counts.get(key) ?? 0)) continue;
    const text = `${key}: open in an account, and not in the book`;
    mismatches.push(...orders.map(({ order_id: id }) => ({ id, text })));
  }
  return mismatches;
}

interface Shown {
  readonly side: "buy" | "sell";
  readonly price: string;
  readonly left: number;
}

/** Whether a book order may be this order: at most its remaining quantity, at a price at which it may trade. */
function mayBe(
  order: { readonly side: string; readonly limit_price: string | null; readonly left: number },
  { side, price, left }: Shown,
): boolean {
  if (order.side !== side || order.left < left) return false;
  if (order.limit_price === null) return true;
  const distance = Number(order.limit_price) - Number(price);
  return side === "buy" ? distance >= 0 : distance <= 0;
}
