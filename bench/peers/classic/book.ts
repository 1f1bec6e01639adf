/** Order books as sorted sets in Redis, matched by a script that Redis runs without interruption. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createClient } from "@redis/client";

export type Side = "buy" | "sell";

export interface Fill {
  /** Id of the resting order, which gives the price. */
  readonly maker: string;
  readonly makerAccount: number;
  readonly price: number;
  readonly quantity: number;
}

export interface LimitOrder {
  readonly accountId: number;
  readonly symbol: string;
  readonly side: Side;
  readonly price: number;
  readonly quantity: number;
}

export interface Book {
  /** Matches a limit order. `rest` is what rests of it. */
  match(id: string, order: LimitOrder): Promise<{ rest: number; fills: Fill[] }>;
  /** Removes a resting order and gives its rest; 0 when it does not rest. */
  cancel(symbol: string, id: string, side: Side): Promise<number>;
  close(): void;
}

interface Script {
  readonly text: string;
  readonly sha: string;
}

const MATCH = script("match.lua");
const CANCEL = script("cancel.lua");

function script(file: string): Script {
  const text = readFileSync(new URL(file, import.meta.url), "utf8");
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}

/** Connects to Redis and loads the scripts. Commands of one turn of the event loop travel together. */
export async function connectBook(port: number): Promise<Book> {
  const client = createClient({ socket: { host: "127.0.0.1", port } });
  client.on("error", (error: unknown) => console.error(error));
  await client.connect();
  for (const { text } of [MATCH, CANCEL]) await client.scriptLoad(text);
  return {
    match: async (id, { accountId, symbol, side, price, quantity }) => {
      const [own, other] = side === "buy" ? ["bids", "asks"] : ["asks", "bids"];
      const keys = [`${other}:${symbol}`, `${own}:${symbol}`, `orders:${symbol}`, `arrivals:${symbol}`];
      const reply = await client.evalSha(MATCH.sha, {
        keys,
        arguments: [id, String(accountId), side, String(price), String(quantity)],
      });
      return fillsOf(reply as unknown as (string | number)[]);
    },
    cancel: async (symbol, id, side) => {
      const keys = [`${side === "buy" ? "bids" : "asks"}:${symbol}`, `orders:${symbol}`];
      return Number(await client.evalSha(CANCEL.sha, { keys, arguments: [id] }));
    },
    close: () => client.destroy(),
  };
}

/** Reads the reply of the matching script: the rest, then four elements a fill. */
export function fillsOf(reply: readonly (string | number)[]): { rest: number; fills: Fill[] } {
  const fills: Fill[] = [];
  for (let i = 1; i < reply.length; i += 4) {
    const [maker, makerAccount, price, quantity] = reply.slice(i, i + 4);
    fills.push({
      maker: String(maker),
      makerAccount: Number(makerAccount),
      price: Number(price),
      quantity: Number(quantity),
    });
  }
  return { rest: Number(reply[0]), fills };
}
