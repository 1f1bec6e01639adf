/** The feed worker: owns the sockets and what is built of them, and hands the page what has changed once a frame. */
import { Changes } from "./changes.ts";
import { MarketSocket } from "./marketSocket.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import { TradingSocket } from "./tradingSocket.ts";

const origin = self.location.origin.replace(/^http/, "ws");
const send = (message: FromWorker): void => postMessage(message);
const renew = (): void => send({ kind: "renew" });
const changes = new Changes(send);
const market = new MarketSocket(`${origin}/v2/iex`, {
  element: (element, isSettled) => changes.element(element, isSettled),
  book: (symbol, book) => changes.book(symbol, book),
  queues: (symbol, queues) => changes.queues(symbol, queues),
  copyLost: (_symbol, why) => changes.copyLost(why),
  repairing: (symbols) => changes.repairing(symbols),
  link: (link, trouble) => changes.marketLink(link, trouble),
  renew,
  resumed: () => changes.resumed(),
  gap: (symbol) => changes.gap(symbol),
  restarted: (symbol) => changes.restarted(symbol),
  fresh: (symbols) => changes.fresh(symbols),
});
const trading = new TradingSocket(`${origin}/stream`, {
  event: (event) => changes.trading(event),
  link: (link, trouble) => changes.tradingLink(link, trouble),
  renew,
});

let taking: ReturnType<typeof setTimeout> | null = null;

/** A page that is shown again does not wait for what it asked for while it was hidden. */
function take(afterMs: number | undefined): void {
  if (taking !== null) clearTimeout(taking);
  taking = null;
  if (afterMs === undefined) changes.take();
  else taking = setTimeout(() => changes.take(), afterMs);
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.kind) {
    case "take":
      return take(data.afterMs);
    case "follow":
      return market.follow(data.symbols);
    case "account":
      market.signIn(data.isSignedIn, data.id);
      return trading.stream(data.isSignedIn ? data.id : null);
    case "renewed":
      market.renewed();
      return trading.renewed();
    case "network":
      market.network(data.isOnline);
      return trading.network(data.isOnline);
  }
};
