/** The feed worker: owns the sockets and what is built of them, and hands the page what has changed once a frame. */
import { Changes } from "./changes.ts";
import { MarketSocket } from "./marketSocket.ts";
import type { ToWorker } from "./messages.ts";
import { TradingSocket } from "./tradingSocket.ts";

const origin = self.location.origin.replace(/^http/, "ws");
const changes = new Changes((batch) => postMessage(batch));
const market = new MarketSocket(`${origin}/v2/iex`, {
  element: (element) => changes.element(element),
  book: (symbol, book) => changes.book(symbol, book),
  queues: (symbol, queues) => changes.queues(symbol, queues),
  link: (link) => changes.health({ market: link }),
  checksumFailed: () => changes.checksumFailed(),
  resumed: () => changes.resumed(),
});
let trading: TradingSocket | null = null;

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === "take") {
    if (data.afterMs === undefined) changes.take();
    else setTimeout(() => changes.take(), data.afterMs);
  } else if (data.kind === "follow") market.follow(data.symbols);
  else {
    trading?.close();
    trading = null;
    if (data.id !== null)
      trading = new TradingSocket(`${origin}/stream?account_id=${data.id}`, {
        event: (event) => changes.trading(event),
        link: (link) => changes.health({ trading: link }),
      });
  }
};
