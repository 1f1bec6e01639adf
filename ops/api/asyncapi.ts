/** The AsyncAPI 3.0 description of the streams, generated from the schemas of their messages. */
import * as z from "zod";
import { CHANNELS } from "../../protocol/stream/channels.ts";
import { dataMessage, FEEDS } from "../../protocol/stream/data.ts";
import { tradingMessage } from "../../protocol/stream/trading.ts";
import { dataElements, tradingFrames } from "../../protocol/stream/schemas.ts";
import { API_VERSION } from "../../workers/gateway/version.ts";
import { type Json, Schemas } from "./schemas.ts";

const LIMITS =
  "Each frame costs one token. A symbol that it adds costs one more, or two with a cursor; a `listen` costs two, and one for " +
  "every 500 updates that it missed. A socket has 200 tokens and gets 20 a second; all sockets of an account together have three " +
  "times as many. A frame without enough tokens is answered with error 429 and has no effect. A socket that continues to send is " +
  "closed with 4429.";
const CODECS =
  "JSON in text frames, or MessagePack in binary ones when the upgrade has `Content-Type: application/msgpack`: one codec for the socket's life.";

/** The document. */
export function asyncapi(): Json {
  const schemas = new Schemas();
  const messages: Json = {};
  const keep = (name: string, title: string, schema: z.ZodType, io: "input" | "output"): void => {
    messages[name] = { name, title, contentType: "application/json", payload: schemas.of(schema, io) };
  };
  keep("tradingRequest", "what clients of the trading stream send", tradingMessage, "input");
  keep("dataRequest", "what clients of the data stream send", dataMessage, "input");
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
          `Channels: ${channelList()}.`,
        parameters: { feed: { enum: [...FEEDS] } },
        messages: channelMessages(["dataRequest", ...sent("data_")]),
      },
    },
    operations: {
      sendTrading: operation("receive", "trading", ["tradingRequest"]),
      receiveTrading: operation("send", "trading", sent("trading_")),
      sendData: operation("receive", "data", ["dataRequest"]),
      receiveData: operation("send", "data", sent("data_")),
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
