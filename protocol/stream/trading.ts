/**
 * The trading stream, `/stream`: messages of clients, and frames. Every frame has `stream` and `data`, because some
 * clients need both.
 */
import * as z from "zod";
import { authMessage, type AuthMessage } from "./authMessage.ts";
import { type Cursor, cursorText } from "./cursor.ts";

/** The stream of order updates, which is sequenced and can be resumed. */
export const TRADE_UPDATES = "trade_updates";

/**
 * Streams of notices beside it. A notice has no sequence: it is sent once to the sockets that listen, and a client that has
 * reconnected reads the state again.
 */
export const NOTICE_STREAMS = ["watchlist_updates", "account_updates", "position_updates"] as const;
export type NoticeStream = (typeof NOTICE_STREAMS)[number];

const STREAMS_MAX = 100;

const listenShape = z
  .object({
    action: z.enum(["listen", "unlisten"]),
    data: z.object({
      streams: z.array(z.string().max(64)).max(STREAMS_MAX),
      cursor: cursorText,
      cancel_on_disconnect: z.boolean().nullish().meta({
        description: "cancels every open order of the account when this socket closes or is silent for 30 seconds",
      }),
    }),
  })
  .meta({
    description: `\`listen\` replaces the list of streams, \`unlisten\` removes some. There are: \`${[TRADE_UPDATES, ...NOTICE_STREAMS].join("`, `")}\`.`,
  });

export interface ListenMessage {
  /** `listen` replaces the set of streams, `unlisten` removes some. */
  readonly kind: "listen" | "unlisten";
  readonly streams: readonly string[];
  /** The last update that the client has; null to start with the next one. */
  readonly cursor: Cursor;
  readonly cancelOnDisconnect: boolean;
}

/** A message of a client of the trading stream. */
export const tradingMessage = z.union([
  authMessage,
  listenShape.transform(({ action, data }): ListenMessage => ({
    kind: action,
    streams: data.streams,
    cursor: data.cursor,
    cancelOnDisconnect: data.cancel_on_disconnect ?? false,
  })),
]);
export type TradingMessage = AuthMessage | ListenMessage;

export interface TradingFrame {
  readonly stream: string;
  /** Outside of `data`, because clients ignore unknown keys there. */
  readonly cursor?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly action?: "error";
}

/** The answer to authentication, and to a `listen` before it. */
export function authorizationFrame(
  status: "authorized" | "unauthorized",
  action: "authenticate" | "listen",
): TradingFrame {
  return { stream: "authorization", data: { status, action } };
}

/** The acknowledgement when the client does not listen to trade_updates, but to these notices. */
export function noticesFrame(streams: readonly NoticeStream[]): TradingFrame {
  return { stream: "listening", data: { streams: [...streams] } };
}

/** The acknowledgement when the client listens to trade_updates, which continue after `cursor`, and to these notices. */
export function listeningFrame(
  cursor: number,
  cancelOnDisconnect: boolean,
  notices: readonly NoticeStream[] = [],
): TradingFrame {
  const protection = cancelOnDisconnect ? { cancel_on_disconnect: true } : {};
  return { stream: "listening", data: { streams: [TRADE_UPDATES, ...notices], cursor: String(cursor), ...protection } };
}

/** `error_message` is Alpaca's; the code is that of the data stream's errors. `cursor`: from where one can resume. */
export function tradingErrorFrame(code: number, message: string, cursor: number | null = null): TradingFrame {
  const resume = cursor === null ? {} : { cursor: String(cursor) };
  return { stream: "error", action: "error", data: { code, error_message: message, ...resume } };
}
