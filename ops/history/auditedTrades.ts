/** Trades as the audit trail has them: from the records of both fills of each. */
import type { Client } from "pg";
import { parseDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetNamed } from "../../domain/market/asset.ts";
import type { AuditedTrade } from "../../durable-objects/tape/sealed/tradeChain.ts";
import { PageCursor, TextConnection } from "../verify/cursor.ts";

const PAGE_ROWS = 5_000;

/** A trade of a symbol. In an auction it has no taker. */
export interface TrailTrade extends AuditedTrade {
  readonly symbol: string;
  readonly auction: boolean;
  /** Fields in which the records of its fills differ from one another. */
  readonly contradictions: readonly string[];
}

/** One record of a fill. */
interface Fill {
  readonly symbol: string;
  readonly tradeId: number;
  readonly at: number;
  readonly price: number;
  readonly qty: number;
  readonly side: string;
  readonly liquidity: string;
}

/**
 * All trades whose fills were recorded since a time (epoch milliseconds), by symbol and number. The fills of a trade may be
 * in two databases. Each client has a transaction until the end.
 */
export async function* auditedTrades(clients: readonly Client[], since: number): AsyncGenerator<TrailTrade, void> {
  const sources = await Promise.all(clients.map((client) => fillsOf(new TextConnection(client), since)));
  const heads = await Promise.all(sources.map((source) => source.next()));
  let fills: Fill[] = [];
  for (;;) {
    let first: number | null = null;
    heads.forEach((head, nth) => {
      if (head.done === true) return;
      const best = first === null ? undefined : heads[first];
      if (best === undefined || best.done === true || isBefore(head.value, best.value)) first = nth;
    });
    if (first === null) break;
    const head = heads[first];
    if (head === undefined || head.done === true) break;
    const [known] = fills;
    if (known !== undefined && (isBefore(known, head.value) || isBefore(head.value, known))) {
      yield tradeOf(fills);
      fills = [];
    }
    fills.push(head.value);
    const source = sources[first];
    if (source !== undefined) heads[first] = await source.next();
  }
  if (fills.length > 0) yield tradeOf(fills);
}

function isBefore(one: Fill, other: Fill): boolean {
  if (one.symbol !== other.symbol) return one.symbol < other.symbol;
  return one.tradeId < other.tradeId;
}

function tradeOf(fills: readonly Fill[]): TrailTrade {
  const [first, ...others] = fills;
  if (first === undefined) throw new Error("no fill, no trade");
  const fields = ["at", "price", "qty"] as const;
  const contradictions = fields.filter((field) => others.some((other) => other[field] !== first[field]));
  const { symbol, tradeId, at, price, qty, liquidity } = first;
  const auction = liquidity === "auction";
  const takerSide = auction ? null : sideOf(first, liquidity === "taker");
  return { symbol, tradeId, at, price, qty, takerSide, auction, contradictions };
}

/** The side of the taker, who is this one or the other one. */
function sideOf({ side }: Fill, isTaker: boolean): "buy" | "sell" {
  return (side === "buy") === isTaker ? "buy" : "sell";
}

async function fillsOf(connection: TextConnection, since: number): Promise<AsyncGenerator<Fill, void>> {
  await connection.rows("begin isolation level repeatable read read only");
  const text = `select body ->> 'symbol', body ->> 'trade_id', body ->> 'executed_at', body ->> 'price', body ->> 'qty',
      body ->> 'side', body ->> 'liquidity'
    from public.audit_events
    where action = 'order.filled' and "timestamp" >= to_timestamp(${Math.floor(since / 1_000)})
    order by (body ->> 'symbol') collate "C", (body ->> 'trade_id')::bigint`;
  return pagesOf(connection, new PageCursor(connection, "fills", text, PAGE_ROWS));
}

async function* pagesOf(connection: TextConnection, cursor: PageCursor): AsyncGenerator<Fill, void> {
  try {
    for (let page = await cursor.next(); page.length > 0; page = await cursor.next()) {
      for (const row of page) {
        const fill = fillOf(row);
        if (fill !== null) yield fill;
      }
    }
  } finally {
    await connection.rows("commit").catch(() => {});
  }
}

/** Null for a record of a symbol or number that is none, which `npm run verify` reports. */
function fillOf([symbol, id, at, price, qty, side, liquidity]: readonly (string | null)[]): Fill | null {
  const asset = assetNamed(symbol ?? "");
  if (asset === undefined) return null;
  const number = (text: string | null | undefined, decimals: number): number => {
    const value = parseDecimal(text ?? "", decimals);
    return typeof value === "number" ? value : Number.NaN;
  };
  return {
    symbol: asset.symbol,
    tradeId: Number(id),
    at: Number(at),
    price: number(price, PRICE_DECIMALS),
    qty: number(qty, asset.qtyDecimals),
    side: side ?? "",
    liquidity: liquidity ?? "",
  };
}
