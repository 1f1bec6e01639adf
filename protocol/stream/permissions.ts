/**
 * The permission that each action on a stream requires. It is the streams' part of the table of permissions
 * (workers/gateway/resources). The relay performs no action without a rule, and an action without a rule does not
 * compile.
 */
import type { Principal } from "../auth/principal.ts";
import { type Channel, CHANNEL_NAMES, CHANNELS } from "./channels.ts";
import type { DataMessage, SubscriptionMessage } from "./data.ts";
import { ACCOUNT_READERS, ANYONE, AUTHENTICATED, permits, READERS, type StreamRule, TRADERS } from "./rules.ts";
import type { OrderEntryMessage } from "./orderEntry.ts";
import type { ListenMessage, TradingMessage } from "./trading.ts";

/** Streams of the relays, and the one by which orders are entered. */
export type RelayStream = "trading" | "data";
export type StreamName = RelayStream | "orders";

const PATHS = {
  "/stream": "trading",
  "/v2/iex": "data",
  "/v2/sip": "data",
  "/v2/delayed_sip": "data",
  "/v2/otc": "data",
  "/v2/boats": "data",
  "/v2/overnight": "data",
  "/v2/test": "data",
  "/v1beta3/crypto/us": "data",
  "/v1beta2/crypto": "data",
  "/v1beta1/crypto": "data",
  "/v1/trading/stream": "orders",
} as const satisfies Readonly<Record<string, StreamName>>;

/** The paths of streams. Each has a rule for its upgrade in the table of routes, too. */
export type StreamPath = keyof typeof PATHS;
export const STREAM_PATHS: Readonly<Record<string, StreamName>> = PATHS;

/** What a data stream shows when it is not the whole exchange: `*` means coins, or the test feed and nothing else. */
export type DataFeed = "crypto" | "test";
const DATA_FEEDS: Readonly<Record<string, DataFeed>> = {
  "/v2/test": "test",
  "/v1beta3/crypto/us": "crypto",
  "/v1beta2/crypto": "crypto",
  "/v1beta1/crypto": "crypto",
};

/** The feed of a stream's path; undefined for the whole exchange. */
export function feedOfStreamPath(path: string): DataFeed | undefined {
  return Object.hasOwn(DATA_FEEDS, path) ? DATA_FEEDS[path] : undefined;
}

/** The path of one book's depth: the data stream, which begins with a subscription. */
const BOOK_STREAM = /^\/v1\/books\/([^/]+)\/stream$/;

/** The symbol, as the client wrote it, in the path of a book's stream; null for another path. */
export function bookOfStreamPath(path: string): string | null {
  const name = BOOK_STREAM.exec(path)?.[1];
  if (name === undefined) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

type Message = { readonly trading: TradingMessage; readonly data: DataMessage; readonly orders: OrderEntryMessage };
/** Actions that are options of messages. */
type Option = {
  readonly trading: "resume" | "cancel_on_disconnect";
  readonly data: "resume";
  readonly orders: "query" | "cancel_on_disconnect";
};
/** Options of a `listen`, each of which is an action. */
type ListenOption = Exclude<keyof ListenMessage, "kind" | "streams">;

/**
 * The actions on a stream: each kind of message and each option, `open` for authentication, and `ping` for the text
 * frame `ping`.
 */
export type StreamAction<S extends StreamName = StreamName> = "ping" | "open" | Message[S]["kind"] | Option[S];

export const STREAM_ACCESS = {
  trading: {
    ping: ANYONE,
    auth: ANYONE,
    open: READERS,
    listen: ACCOUNT_READERS,
    resume: ACCOUNT_READERS,
    // It cancels orders when the socket closes.
    cancel_on_disconnect: TRADERS,
    unlisten: AUTHENTICATED,
  },
  data: {
    ping: ANYONE,
    auth: ANYONE,
    open: READERS,
    subscribe: READERS,
    resume: READERS,
    unsubscribe: AUTHENTICATED,
    credit: AUTHENTICATED,
  },
  orders: {
    ping: ANYONE,
    auth: ANYONE,
    open: TRADERS,
    orders: TRADERS,
    // A command of an `orders` frame that reads.
    query: ACCOUNT_READERS,
    received: AUTHENTICATED,
    session: AUTHENTICATED,
    cancel_on_disconnect: TRADERS,
  },
} as const satisfies { readonly [S in StreamName]: Readonly<Record<StreamAction<S>, StreamRule>> };

/** The action of each option; null when the option is not used. */
const LISTEN_ACTIONS: {
  readonly [O in ListenOption]: (asked: ListenMessage[O]) => StreamAction<"trading"> | null;
} = {
  cursor: (asked) => (asked === null ? null : "resume"),
  cancelOnDisconnect: (asked) => (asked ? "cancel_on_disconnect" : null),
};

/** The actions of a message. */
export function actionsOf(message: TradingMessage | DataMessage): StreamAction[] {
  switch (message.kind) {
    case "listen": {
      const options = Object.keys(LISTEN_ACTIONS) as ListenOption[];
      const asked = options.map((option) => optionAction(option, message)).filter((action) => action !== null);
      return [message.kind, ...asked];
    }
    case "subscribe":
      return Object.keys(message.cursors).length > 0 ? [message.kind, "resume"] : [message.kind];
    case "auth":
    case "unlisten":
    case "unsubscribe":
    case "credit":
      return [message.kind];
  }
}

function optionAction<O extends ListenOption>(option: O, message: ListenMessage): StreamAction<"trading"> | null {
  return LISTEN_ACTIONS[option](message[option]);
}

/** Whether a caller may perform an action on a stream; null is a caller before authentication. False without a rule. */
export function isPermittedOnStream(principal: Principal | null, stream: StreamName, action: StreamAction): boolean {
  const rules: Readonly<Partial<Record<StreamAction, StreamRule>>> = STREAM_ACCESS[stream];
  const rule = rules[action];
  return rule !== undefined && permits(rule, principal);
}

/** The first channel of a subscription that its client may not subscribe to. */
export function forbiddenChannel(principal: Principal | null, { channels }: SubscriptionMessage): Channel | undefined {
  return CHANNEL_NAMES.find((name) => channels[name].length > 0 && !permits(CHANNELS[name].access, principal));
}
