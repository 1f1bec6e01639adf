/** A market-data client of one symbol that resumes after every disconnect and checks for each trade once and in order. */
import * as z from "zod";
import type { Trader } from "../rig/traders.ts";
import { ResumedStream } from "./resumed.ts";

const Trade = z.object({ T: z.literal("t"), S: z.string(), i: z.number(), p: z.number(), s: z.number() });
const Quote = z.object({ T: z.literal("q"), S: z.string() });
/** Other allowed messages: successes, and errors of the exchange, after which the client reconnects. */
const Control = z.union([
  z.object({ T: z.enum(["success", "subscription"]) }),
  z.object({ T: z.literal("error"), code: z.literal(500) }),
]);
const Sequenced = z.object({ seq: z.number() });
const Frame = z.array(z.union([Trade.extend(Sequenced.shape), Quote.extend(Sequenced.shape), Control]));

export interface SeenTrade {
  readonly price: number;
  readonly size: number;
}

export class MarketWatcher {
  readonly symbol: string;
  readonly stream: ResumedStream;
  /** Trade `i` of the symbol is at `i - 1`. */
  readonly trades: SeenTrade[] = [];
  /** Trades and quotes received. */
  elements = 0;
  #cursor = 0;

  constructor(exchangeUrl: string, trader: Trader, symbol: string) {
    this.symbol = symbol;
    this.stream = new ResumedStream({
      url: `${exchangeUrl}/v2/iex`,
      hello: () => [
        { action: "auth", key: trader.keyId, secret: trader.secret },
        { action: "subscribe", trades: [symbol], quotes: [symbol], cursors: { [symbol]: this.#cursor } },
      ],
      take: (frame) => this.#take(frame),
    });
  }

  #take(frame: unknown): void {
    for (const element of Frame.parse(frame)) {
      if (element.T !== "t" && element.T !== "q") continue;
      if (element.S !== this.symbol) throw new Error(`${element.S} on the stream of ${this.symbol}`);
      if (element.seq < this.#cursor) throw new Error(`sequence ${element.seq} after ${this.#cursor}`);
      this.#cursor = element.seq;
      this.elements++;
      if (element.T === "q") continue;
      if (element.i !== this.trades.length + 1) throw new Error(`trade ${element.i} after ${this.trades.length}`);
      this.trades.push({ price: element.p, size: element.s });
    }
  }
}
