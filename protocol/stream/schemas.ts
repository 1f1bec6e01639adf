/**
 * Schemas of what the streams send: frames of the trading stream, elements of the data stream. Times are RFC 3339 in
 * JSON, and timestamps in MessagePack.
 */
import * as z from "zod";
import { STREAM_ERRORS } from "./data.ts";
import { wireHoldings } from "../wire/accounts.ts";
import { decimal, time, uuid } from "../wire/primitives.ts";
import { type Channel, CHANNELS, everyChannelName, seq } from "./channels.ts";
import { ownOrdersSchema } from "./depth.ts";
import { wireOrder } from "../wire/orders.ts";
import { wireWatchlistHead } from "../wire/watchlists.ts";
import { NOTICE_STREAMS } from "./trading.ts";

const cursor = z.string().meta({ description: "number of the last event, to resume after", examples: ["41"] });

const authorization = z
  .object({
    stream: z.literal("authorization"),
    data: z.object({
      status: z.enum(["authorized", "unauthorized"]),
      action: z.enum(["authenticate", "listen"]),
    }),
  })
  .meta({ id: "Authorization" });

const listening = z
  .object({
    stream: z.literal("listening"),
    data: z.object({
      streams: z.array(z.enum(["trade_updates", ...NOTICE_STREAMS])),
      cursor: cursor.optional(),
      cancel_on_disconnect: z.literal(true).optional(),
    }),
  })
  .meta({ id: "Listening" });

const tradeUpdate = z
  .object({
    stream: z.literal("trade_updates"),
    cursor,
    data: z.object({
      event: z.string(),
      execution_id: uuid,
      timestamp: time,
      price: decimal.optional(),
      qty: decimal.optional(),
      position_qty: decimal.optional(),
      order: wireOrder,
    }),
  })
  .meta({ id: "TradeUpdate" });

const watchlistUpdate = z
  .object({
    stream: z.literal("watchlist_updates"),
    data: z.object({
      event: z.enum(["created", "updated", "deleted"]),
      watchlist: wireWatchlistHead.extend({ symbols: z.array(z.string()) }),
    }),
  })
  .meta({ id: "WatchlistUpdateNotice", description: "a change of a watchlist, as it is then" });

const version = z.int().meta({ description: "grows with each change: a frame with a lower one is older" });

const accountUpdate = z
  .object({
    stream: z.literal("account_updates"),
    data: wireHoldings.omit({ positions: true }).extend({ version }),
  })
  .meta({ id: "AccountUpdateNotice", description: "balances after a change, without market prices" });

const positionUpdates = z
  .object({
    stream: z.literal("position_updates"),
    data: wireHoldings.pick({ id: true, positions: true }).extend({ version }),
  })
  .meta({ id: "PositionUpdatesNotice", description: "the positions that have changed; one that is gone has qty 0" });

const accountSnapshot = z
  .object({
    stream: z.literal("snapshot"),
    cursor,
    data: z.object({
      reason: z.literal("cursor_too_old"),
      cursor,
      orders: z.array(wireOrder),
      account: wireHoldings,
    }),
  })
  .meta({ id: "AccountSnapshot", description: "replaces updates that are no longer stored" });

const tradingError = z
  .object({
    stream: z.literal("error"),
    action: z.literal("error"),
    data: z.object({ code: z.int(), error_message: z.string(), cursor: z.string().optional() }),
  })
  .meta({ id: "TradingError" });

/** Every frame of the trading stream. */
export const tradingFrames = {
  authorization,
  listening,
  tradeUpdate,
  watchlistUpdate,
  accountUpdate,
  positionUpdates,
  accountSnapshot,
  tradingError,
};

const success = z
  .object({ T: z.literal("success"), msg: z.enum(["connected", "authenticated"]) })
  .meta({ id: "Success" });

const codes = Object.entries(STREAM_ERRORS).map(([code, text]) => `${code} ${text}`);

const error = z
  .object({ T: z.literal("error"), code: z.int(), msg: z.string(), cursors: z.record(z.string(), seq).optional() })
  .meta({
    id: "StreamError",
    description:
      `Codes: ${codes.join("; ")}; 411 symbol not found; 412 cursor refused; 413 credit refused; 414 no such indicator. ` +
      "407 has `cursors`: by symbol, the `seq` through which you were sent everything.",
  });

const symbols = z.array(z.string()).readonly();

const subscription = z
  .object({
    T: z.literal("subscription"),
    ...everyChannelName(symbols),
    indicators: symbols.optional().meta({ description: "your indicators, once you have subscribed to some" }),
  })
  .meta({ id: "Subscription", description: "all current subscriptions" });

const indicator = z
  .object({ T: z.literal("indicator"), S: z.string(), indicator: z.string(), t: time })
  .catchall(z.number().nullable())
  .meta({
    id: "StreamIndicator",
    description:
      "the values of an indicator with a bar of a minute, named as its outputs: as GET /v1/indicators/{name} has them; " +
      "again when the bar gets a late trade",
  });

const cursorSnapshot = z
  .object({ T: z.literal("snapshot"), S: z.string(), reason: z.literal("cursor_too_old"), seq })
  .meta({
    id: "CursorSnapshot",
    description: "elements after a symbol's cursor are no longer stored; the next ones follow seq",
  });

const heartbeat = z.object({ T: z.literal("heartbeat"), t: time, seqs: z.record(z.string(), seq) }).meta({
  id: "StreamHeartbeat",
  description:
    "once a second when asked for: by symbol, the `seq` that you have within a window when nothing is missing",
});

const credit = z.object({ T: z.literal("credit"), frames: z.int(), mark: z.string() }).meta({
  id: "StreamCredit",
  description: "answers a grant: the frames of data that you take now, and the mark for your next grant",
});

type ChannelSchemas = {
  readonly [C in Channel as (typeof CHANNELS)[C]["message"]]: (typeof CHANNELS)[C]["schema"];
};
const channelSchemas = Object.fromEntries(
  Object.values(CHANNELS).map(({ message, schema }) => [message, schema]),
) as ChannelSchemas;

/** Every element of the data stream, whose frames are arrays of elements. */
export const dataElements = {
  success,
  error,
  subscription,
  cursorSnapshot,
  ownOrders: ownOrdersSchema,
  heartbeat,
  credit,
  indicator,
  ...channelSchemas,
};
