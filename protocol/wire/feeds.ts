/** The feeds of externally priced symbols, for administrators. */
import * as z from "zod";
import { time } from "./primitives.ts";

export const wireFeed = z
  .object({
    class: z.enum(["us_equity", "crypto"]).meta({ description: "the symbols that it prices" }),
    source: z.enum(["none", "alpaca", "replay"]),
    state: z.enum(["live", "stale", "down"]),
    breaker: z.enum(["closed", "open", "half_open"]),
    heard_at: time.nullable().meta({ description: "when its open connection said something last" }),
    retry_at: time.nullable().meta({ description: "when a lost connection is tried again" }),
    symbols: z.array(z.string()).meta({ description: "what is followed now: symbols with subscribers or traders" }),
    connected: z.int().meta({ description: "connections since the object was started, as all counts" }),
    failed: z.int(),
    items: z.int().meta({ description: "quotes, trades and statuses that were passed on" }),
    refused: z.int().meta({ description: "malformed elements, and quotes that cross" }),
    dropped: z.int().meta({ description: "trades that their book did not take in time" }),
  })
  .meta({ id: "Feed" });
export type WireFeed = Readonly<z.infer<typeof wireFeed>>;
