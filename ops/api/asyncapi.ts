/** The AsyncAPI 3.0 description of the streams, generated from the schemas of their messages. */
import * as z from "zod";
import { CHANNELS } from "../../protocol/stream/channels.ts";
import { dataMessage, FEEDS } from "../../protocol/stream/data.ts";
import { FRAME_COMMANDS_MAX } from "../../protocol/stream/orderEntry.ts";
import { tradingMessage } from "../../protocol/stream/trading.ts";
import { orderEntryFrames, orderEntryRequest } from "../../protocol/stream/orderEntrySchemas.ts";
import { dataElements, tradingFrames } from "../../protocol/stream/schemas.ts";
import { API_VERSION } from "../../workers/gateway/version.ts";
import { type Json, Schemas } from "./schemas.ts";

const LIMITS =
  "Each frame costs one token. A symbol that it adds costs one more, or two with a cursor; a snapshot of depth costs four more; a `listen` costs two, and one for " +
  "every 500 updates that it missed. A socket has 200 tokens and gets 20 a second; all sockets of an account together have three " +
  "times as many. A frame without enough tokens is answered with error 429 and has no effect. A socket that continues to send is " +
  "closed with 4429.";
const CODECS =
  "JSON in text frames, or MessagePack in binary ones when the upgrade has `Content-Type: application/msgpack`: one codec for the socket's life.";
const ORDER_ENTRY =
  `A frame has 1 to ${FRAME_COMMANDS_MAX} commands, which the account decides in one commit, as it would decide single requests. ` +
  "Answers come in the order of the frames. Commands that are not answered, and those whose answer you have not confirmed by " +
  "`received`, are in flight: a frame that would exceed the `window` is refused, and after 50 refused frames in a row the connection " +
  "is closed with 4429. Repeat a frame without an answer on the next connection, with the same ids: what was carried out is answered " +
  "again, and not carried out twice.";

/** The document. */
export function asyncapi(): Json {
  const schemas = new Schemas();
  const messages: Json = {};
  const keep = (name: string, title: string, schema: z.ZodType, io: "input" | "output"): void => {
    messages[name] = { name, title, contentType: "application/json", payload: schemas.of(schema, io) };
  };
  keep("tradingRequest", "what clients of the trading stream send", tradingMessage, "input");
  keep("dataRequest", "what clients of the data stream send", dataMessage, "input");
  keep("ordersRequest", "what clients of order entry send", orderEntryRequest, "input");
  for (const [name, schema] of Object.entries(orderEntryFrames)) keep(`orders_${name}`, name, schema, "output");
  for (const [name, schema] of Object.entries(tradingFrames)) keep(`trading_${name}`, name, schema, "output");
  for (const [name, schema] of Object.entries(dataElements)) {
    keep(`data_${name}`, `an array of ${name}`, z.array(schema), "output");
  }
  const sent = (prefix: string): string[] => Object.keys(messages).filter((name) => name.startsWith(prefix));
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Edge exchange streams",
      version: API_VERSION,
      description: `WebSocket streams in the shapes of Alpaca's. The first frame authenticates. ${CODECS} ${LIMITS}`,
      license: { name: "MIT" },
    },
    defaultContentType: "application/json",
    servers: {
      exchange: {
        host: "{host}",
        protocol: "wss",
        variables: { host: { description: "the address of the exchange" } },
      },
    },
    channels: {
      trading: {
        address: "/stream",
        title: "Trade updates of the account",
        description: "Every update has a cursor. A `listen` with the last cursor resumes after that update.",
        messages: channelMessages(["tradingRequest", ...sent("trading_")]),
      },
      data: {
        address: "/v2/{feed}",
        title: "Market data",
        description:
          "Feeds are " +
          FEEDS.map((feed) => `\`${feed}\``).join(", ") +
          ", and all are this venue. Frames are arrays: of one control message, or of elements in the order of each symbol's `seq`. " +
          `Channels: ${channelList()}. \`/v1/books/{symbol}/stream\` is the same stream; it begins with a subscription to the ` +
          "symbol's depth, by its query: `view` (levels, orders), `cursor`, `heartbeats`, `credit`. " +
          "`/v1beta3/crypto/us` and `/v1beta2/crypto` are the same stream, where `*` means every coin. `/v2/test` has the " +
          "test feed: trades, quotes and bars of FAKEPACA.",
        parameters: { feed: { enum: [...FEEDS] } },
        messages: channelMessages(["dataRequest", ...sent("data_")]),
      },
      orders: {
        address: "/v1/trading/stream",
        title: "Order entry",
        description: ORDER_ENTRY,
        messages: channelMessages(["ordersRequest", ...sent("orders_")]),
      },
    },
    operations: {
      sendTrading: operation("receive", "trading", ["tradingRequest"]),
      receiveTrading: operation("send", "trading", sent("trading_")),
      sendData: operation("receive", "data", ["dataRequest"]),
      receiveData: operation("send", "data", sent("data_")),
      sendOrders: operation("receive", "orders", ["ordersRequest"]),
      receiveOrders: operation("send", "orders", sent("orders_")),
    },
    components: { messages, schemas: schemas.components },
  };
}

function channelList(): string {
  return Object.entries(CHANNELS)
    .map(([name, { code, description }]) => `\`${name}\` (\`T: "${code}"\`), ${description}`)
    .join("; ");
}

function channelMessages(names: readonly string[]): Json {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

/** The action is the exchange's: `receive` for messages that clients send. */
function operation(action: "send" | "receive", channel: string, messages: readonly string[]): Json {
  return {
    action,
    channel: { $ref: `#/channels/${channel}` },
    messages: messages.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  };
}
