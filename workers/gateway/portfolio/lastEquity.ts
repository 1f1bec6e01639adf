/** Opens `last_equity`: the holdings at the previous close, as `/v2/account` has them. */
import { formatDecimal, PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { assetOf } from "../../../domain/market/asset.ts";
import { isoDate } from "../../../domain/market/newYork.ts";
import { tradingDayOf } from "../../../domain/market/session.ts";
import { ApiFault } from "../../../protocol/http/apiFault.ts";
import { marketValue } from "../../../protocol/mapping/accounts.ts";
import type { ExplainQuery, WireExplainedPosition, WireExplanation } from "../../../protocol/wire/performance.ts";
import { openAccountOf } from "../accounts.ts";
import type { AppContext } from "../context.ts";
import { marksBySymbol } from "../valuation.ts";
import { pageOf } from "./inputs.ts";

const FORMULA =
  "cash + sum over positions of quantity x closing price, at the close before the present trading day; payments of the " +
  "day of the opening count as held then";

const money = (amount: number | bigint): string => formatDecimal(amount, PRICE_DECIMALS);

/** Answers the query of this figure. On the day of the opening it is what was deposited less what was withdrawn. */
export async function explainLastEquity(
  c: AppContext,
  query: ExplainQuery,
  symbol: string | null,
  nowMs: number,
): Promise<WireExplanation> {
  const { atClose } = await openAccountOf(c);
  if (atClose === undefined) throw new ApiFault({ reason: "unavailable" });
  const lots = new Map(atClose.lots);
  const held = [...lots.keys()].sort();
  if (symbol !== null && !lots.has(symbol)) throw new ApiFault({ reason: "position_not_found" });
  const shown = symbol === null ? held : [symbol];
  const marks = await marksBySymbol(c.env, shown);
  const rows = new Map<string, WireExplainedPosition>();
  let positions = 0n;
  for (const name of shown) {
    const [qty, price] = [lots.get(name) ?? 0, marks.get(name)?.close ?? 0];
    const asset = assetOf(name);
    const value = marketValue(asset, price, qty);
    positions += value;
    const [text, amount] = [formatDecimal(qty, asset.qtyDecimals), money(value)];
    rows.set(name, { symbol: name, qty: text, price: money(price), value: amount, amount });
  }
  const cash = symbol === null ? atClose.cash : 0;
  const value = money(BigInt(cash) + positions);
  const { page, next } = pageOf(shown, query.page_token, query.limit);
  const date = isoDate(tradingDayOf(nowMs) - 1);
  return {
    figure: query.figure,
    symbol,
    value,
    reason: null,
    formula: FORMULA,
    derivation: { positions: money(positions), count: shown.length, ...(symbol === null ? { cash: money(cash) } : {}) },
    from: date,
    to: date,
    valuations: [{ date, value }],
    flows: [],
    left_out: 0,
    positions: page.flatMap((name) => rows.get(name) ?? []),
    cash: money(cash),
    next_page_token: next,
  };
}
