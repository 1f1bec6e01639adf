/** Time & sales, and the depth chart. */
export const TAPE = {
  label: (symbol: string) => `Trades of ${symbol}, newest first`,
  columns: { time: "Time", side: "Side", price: "Price", size: "Size", conditions: "Conditions" },
  buy: "Buy",
  sell: "Sell",
  auction: "Auction",
  unknown: "–",
  conditions: {
    O: "Opening auction",
    "5": "Reopening auction",
    "6": "Closing auction",
    T: "Extended hours",
    I: "Odd lot",
  } as Readonly<Record<string, string>>,
  minSize: "Smallest size",
  anySize: "All sizes",
  fromSize: (size: string) => `From ${size}`,
  pause: "Pause",
  goOn: "Go on",
  paused: (count: number) => (count === 1 ? "1 new trade" : `${count} new trades`),
  empty: "No trades today yet.",
  noneSoLarge: "No trade today was so large.",
  pace: "Pace",
  perMinute: (count: string) => `${count} trades in the last minute`,
  perMinuteShort: (count: string) => `${count}/min`,
  balance: (buy: string, sell: string) => `Of the volume of the last minute, ${buy} was bought and ${sell} sold`,
  noBalance: "No trades in the last minute",
  bought: (share: string) => `B ${share}`,
  sold: (share: string) => `S ${share}`,
} as const;

export const DEPTH_CHART = {
  label: (symbol: string) => `Price on the depth chart of ${symbol}`,
  help: "Left and right arrows move the price; plus and minus change the range.",
  closer: "Show a smaller range",
  wider: "Show a larger range",
  table: "Table view",
  tableLabel: (symbol: string) => `Depth of ${symbol}`,
  columns: { side: "Side", price: "Price", sum: "Quantity up to there", value: "Value", slippage: "Slippage" },
  sides: { buy: "Bid", sell: "Ask" },
  empty: "Nothing is displayed in this book.",
  readout: { price: "Price", sum: "Quantity", value: "Value", slippage: "Slippage" },
  orderSide: { buy: "A market sale of that much", sell: "A market purchase of that much" },
  say: (side: string, price: string, sum: string, value: string, slippage: string) =>
    `${side} ${price}: ${sum} up to there, worth ${value}. A market order of that size pays ${slippage} from the middle.`,
  summary: (symbol: string, bids: string, asks: string, low: string, high: string, middle: string) =>
    `${symbol}: ${bids} on the bid side down to ${low}, ${asks} on the ask side up to ${high}, around a middle of ${middle}.`,
} as const;
