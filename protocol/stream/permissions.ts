/**
 * What each action on a stream asks of who does it. The streams' part of the one access table (workers/gateway/resources):
 * the relay performs no action that has no rule here, and one without a rule does not compile.
 */
import { hasScope, type Principal, type Role, ROLES, type Scope } from "../auth/principal.ts";
import type { DataMessage } from "./data.ts";
import type { ListenMessage, TradingMessage } from "./trading.ts";

export type StreamName = "trading" | "data";

/** Open to everybody, or to logins that have one of these roles and, if one is named, a scope of the account. */
export type StreamRule = { readonly who: "anyone" } | { readonly who: readonly Role[]; readonly scope: Scope | "any" };

const PATHS = {
  "/stream": "trading",
  "/v2/iex": "data",
  "/v2/sip": "data",
  "/v2/delayed_sip": "data",
} as const satisfies Readonly<Record<string, StreamName>>;

/** Every path that is a stream; each has a rule for its upgrade in the table of routes, too. */
export type StreamPath = keyof typeof PATHS;
export const STREAM_PATHS: Readonly<Record<string, StreamName>> = PATHS;

type Message = { readonly trading: TradingMessage; readonly data: DataMessage };
/** Options of a `listen`: each is an action of its own. */
type ListenOption = Exclude<keyof ListenMessage, "kind" | "streams">;

/**
 * What can be done on a stream: each kind of message, what may come with it, and what needs no message. `open`: to be
 * authenticated; `ping`: the text frame `ping`.
 */
export type StreamAction<S extends StreamName = StreamName> =
  | "ping"
  | "open"
  | "resume"
  | Message[S]["kind"]
  | (S extends "trading" ? "cancel_on_disconnect" : never);

const anyone: StreamRule = { who: "anyone" };
const known: StreamRule = { who: ROLES, scope: "any" };
/** Streams are for those who may read the account, whatever their role. */
const opens: StreamRule = { who: ROLES, scope: "read" };
const reads: StreamRule = { who: ["trader", "viewer"], scope: "read" };
const trades: StreamRule = { who: ["trader"], scope: "trade" };

export const STREAM_ACCESS = {
  trading: {
    ping: anyone,
    auth: anyone,
    open: opens,
    listen: reads,
    resume: reads,
    // It cancels orders when the socket closes.
    cancel_on_disconnect: trades,
    unlisten: known,
  },
  data: {
    ping: anyone,
    auth: anyone,
    open: opens,
    subscribe: opens,
    resume: opens,
    unsubscribe: known,
  },
} as const satisfies { readonly [S in StreamName]: Readonly<Record<StreamAction<S>, StreamRule>> };

/** By option, the action that it is; null while it is not asked for. */
const LISTEN_ACTIONS: {
  readonly [O in ListenOption]: (asked: ListenMessage[O]) => StreamAction<"trading"> | null;
} = {
  cursor: (asked) => (asked === null ? null : "resume"),
  cancelOnDisconnect: (asked) => (asked ? "cancel_on_disconnect" : null),
};

/** All that a message does. */
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
      return [message.kind];
  }
}

function optionAction<O extends ListenOption>(option: O, message: ListenMessage): StreamAction<"trading"> | null {
  return LISTEN_ACTIONS[option](message[option]);
}

/** Whether somebody may do this on a stream; `null` is who has not authenticated. What has no rule nobody may do. */
export function isPermittedOnStream(principal: Principal | null, stream: StreamName, action: StreamAction): boolean {
  const rules: Readonly<Partial<Record<StreamAction, StreamRule>>> = STREAM_ACCESS[stream];
  const rule = rules[action];
  if (rule === undefined) return false;
  if (rule.who === "anyone") return true;
  if (principal === null || !principal.roles.some((role) => rule.who.includes(role))) return false;
  return rule.scope === "any" || hasScope(principal, rule.scope);
}
