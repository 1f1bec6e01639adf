/** Words that describe one order in a line. */
export const ORDER_WORDS = {
  sides: { buy: "Buy", sell: "Sell" },
  types: {
    market: () => "at market",
    limit: ({ limit }: Prices) => `limit ${limit}`,
    stop: ({ stop }: Prices) => `stop ${stop}`,
    stop_limit: ({ stop, limit }: Prices) => `stop ${stop} limit ${limit}`,
    trailing_stop: ({ trail }: Prices) => `trailing stop ${trail}`,
    market_if_touched: ({ stop }: Prices) => `market if touched ${stop}`,
  },
  times: {
    day: "day",
    gtc: "good till cancelled",
    gtd: "good till date",
    ioc: "immediate or cancel",
    fok: "fill or kill",
    opg: "opening auction",
    cls: "closing auction",
  },
  takeProfit: (price: string) => `take profit ${price}`,
  stopLoss: (price: string) => `stop loss ${price}`,
  stopLossLimit: (price: string, limit: string) => `stop loss ${price} limit ${limit}`,
  oco: "one cancels the other",
  extended: "extended hours",
  postOnly: "post only",
  hidden: "hidden",
  allOrNone: "all or none",
  displayed: (qty: string) => `${qty} displayed`,
  least: (qty: string) => `at least ${qty} at a time`,
  peg: (to: string, offset: string) => (offset === "" ? `pegged to ${to}` : `pegged to ${to} ${offset} away`),
  lots: (lots: readonly string[]) => `from tax ${lots.length === 1 ? "lot" : "lots"} ${lots.join(" and ")}`,
  lot: (id: string, qty: string) => `${id} (${qty})`,
  selfTrades: {
    cancel_newest: "against an own order cancel the newest",
    cancel_oldest: "against an own order cancel the oldest",
    cancel_both: "against an own order cancel both",
    decrement: "against an own order reduce both",
  },
  until: (time: string) => `until ${time}`,
} as const;

interface Prices {
  readonly limit: string;
  readonly stop: string;
  readonly trail: string;
}
