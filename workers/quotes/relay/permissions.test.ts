/** The walk over the streams: everything that can be done on one, by every credential, with every set of scopes. */
import { SEEDED } from "../../../domain/market/listing.ts";
import { describe, expect, it } from "vitest";
import { type Principal, ROLES, type Role, SCOPES, type Scope } from "../../../protocol/auth/principal.ts";
import {
  isPermittedOnStream,
  STREAM_ACCESS,
  STREAM_PATHS,
  type StreamAction,
  type StreamName,
} from "../../../protocol/stream/permissions.ts";
import type { StreamRule } from "../../../protocol/stream/rules.ts";
import * as orderEntry from "../orderEntry/session.ts";
import { readHandshake } from "./handshake.ts";
import { onMessage, onAuthenticationResult, openSession } from "./session.ts";

const ACCOUNT = "acc-1";
const origin = { requestId: "r", ip: "192.0.2.7", userAgent: "walk" };
const streams = Object.keys(STREAM_ACCESS) as StreamName[];
const actionsOn = (stream: StreamName) => Object.keys(STREAM_ACCESS[stream]) as StreamAction[];

/** A message that does this; undefined for what needs none. */
const MESSAGES: Readonly<Record<StreamName, Readonly<Record<string, object | undefined>>>> = {
  trading: {
    ping: undefined,
    open: undefined,
    auth: { action: "auth", key: "PKX", secret: "s" },
    listen: { action: "listen", data: { streams: ["trade_updates"] } },
    resume: { action: "listen", data: { streams: ["trade_updates"], cursor: "1" } },
    cancel_on_disconnect: { action: "listen", data: { streams: ["trade_updates"], cancel_on_disconnect: true } },
    unlisten: { action: "unlisten", data: { streams: ["trade_updates"] } },
  },
  data: {
    ping: undefined,
    open: undefined,
    auth: { action: "auth", key: "PKX", secret: "s" },
    subscribe: { action: "subscribe", trades: ["AAPL"] },
    resume: { action: "subscribe", trades: ["AAPL"], cursors: { AAPL: 1 } },
    unsubscribe: { action: "unsubscribe", trades: ["AAPL"] },
    credit: { action: "credit", frames: 5 },
  },
  orders: {
    ping: undefined,
    open: undefined,
    auth: { action: "auth", key: "PKX", secret: "s" },
    orders: { action: "orders", id: "a", commands: [{ action: "cancel_all" }] },
    // A command of an `orders` frame: workers/quotes/orderEntry/frameExecutor.ts refuses it alone.
    query: undefined,
    received: { action: "received", mark: "" },
    session: { action: "session", cancel_on_disconnect: false },
    cancel_on_disconnect: { action: "session", cancel_on_disconnect: true },
  },
};

/** Every set of scopes; undefined is what callers of an earlier release leave out: all. */
const scopeSets: (readonly Scope[] | undefined)[] = [undefined];
for (let bits = 0; bits < 2 ** SCOPES.length; bits++) scopeSets.push(SCOPES.filter((_scope, nth) => (bits >> nth) & 1));

interface Credential {
  readonly what: string;
  readonly principal: Principal;
}

const credentials: Credential[] = [];
for (const scopes of scopeSets) {
  for (const role of [...ROLES, null]) {
    const roles: Role[] = role === null ? [] : [role];
    const principal = { userId: "u", accountId: ACCOUNT, roles, ...(scopes === undefined ? {} : { scopes }) };
    const of = `${role ?? "nobody"} with ${scopes?.join("+") ?? "all"}`;
    credentials.push({ what: `session, key or app of a ${of}`, principal });
    credentials.push({ what: `guest's key of a ${of}`, principal: { ...principal, guest: true } });
  }
}

/** What a message causes, on any stream. */
interface Step {
  readonly session: { readonly accountId: string | null };
  readonly replies: readonly unknown[];
  readonly effects: readonly unknown[];
  /** The step of another message after this one. */
  say(message: unknown): Step;
}

function streamOf(stream: StreamName): { fresh: () => Step; opened: (principal: Principal) => Step } {
  const credential = { route: "R", id: "k" };
  if (stream === "orders") {
    const after = (step: orderEntry.Step): Step => ({
      ...step,
      say: (message) => after(orderEntry.onMessage(step.session, message, 0, new Set())),
    });
    const fresh = orderEntry.openSession({ codec: "json", origin }, 0, "key");
    return {
      fresh: () => after(fresh),
      opened: (principal) => after(orderEntry.onAuthenticationResult(fresh.session, { principal, credential })),
    };
  }
  const after = (step: ReturnType<typeof openSession>): Step => ({
    ...step,
    say: (message) => after(onMessage(step.session, message, SEEDED)),
  });
  const fresh = openSession({ stream, codec: "json", origin }, 0);
  return {
    fresh: () => after(fresh),
    opened: (principal) => after(onAuthenticationResult(fresh.session, { principal, credential })),
  };
}

const openedSession = (principal: Principal) =>
  onAuthenticationResult(openSession({ stream: "trading", codec: "json", origin }, 0).session, {
    principal,
    credential: { route: "R", id: "k" },
  }).session;

/** What the table must come to, written down a second time. */
function allowed(stream: StreamName, action: StreamAction, { roles, scopes = SCOPES }: Principal): boolean {
  const has = (role: Role): boolean => roles.includes(role);
  const [looks, isSomebody] = [has("trader") || has("viewer"), roles.length > 0];
  if (action === "ping" || action === "auth") return true;
  // Order entry opens for traders only.
  if (stream === "orders" && action !== "query") return has("trader") && scopes.includes("trade");
  if (!isSomebody || !scopes.includes("read")) return false;
  if (action === "cancel_on_disconnect") return has("trader") && scopes.includes("trade");
  return stream === "data" || action === "open" || action === "unlisten" || looks;
}

const isRefused = ({ replies, effects }: Pick<Step, "replies" | "effects">): boolean =>
  /insufficient permission|"forbidden"/.test(JSON.stringify(replies)) && effects.length === 0;

describe("ID-87: every action on a stream has a rule", () => {
  it("every action has a message in this test", () => {
    for (const stream of streams) expect(Object.keys(MESSAGES[stream]).sort()).toEqual(actionsOn(stream).sort());
  });

  it("a table that lacks an action does not compile", () => {
    const { subscribe: _message, ...data } = STREAM_ACCESS.data;
    const { cancel_on_disconnect: _option, ...trading } = STREAM_ACCESS.trading;
    // @ts-expect-error -- a message without a rule
    const withoutMessage: Readonly<Record<StreamAction<"data">, StreamRule>> = data;
    // @ts-expect-error -- an option of a message without a rule
    const withoutOption: Readonly<Record<StreamAction<"trading">, StreamRule>> = trading;
    const principal: Principal = { userId: "u", accountId: ACCOUNT, roles: ["trader"] };
    expect(Object.keys({ ...withoutMessage, ...withoutOption })).not.toContain("subscribe");
    expect(isPermittedOnStream(principal, "data", "listen"), "what has no rule on a stream is done for nobody").toBe(
      false,
    );
  });

  it.each(streams)("the %s stream allows each credential what the rules say", (stream) => {
    for (const { what, principal } of credentials) {
      const step = streamOf(stream).opened(principal);
      const opens = allowed(stream, "open", principal);
      expect(step.session.accountId === ACCOUNT, `open by ${what}`).toBe(opens);
      if (!opens) expect(step.effects, what).toMatchObject([{ kind: "close", reason: "auth failed" }]);
      for (const action of actionsOn(stream)) {
        const message = MESSAGES[stream][action];
        if (message === undefined || action === "auth" || !opens) continue;
        const refused = isRefused(step.say(message));
        expect(refused, `${action} by ${what}`).toBe(!allowed(stream, action, principal));
      }
    }
  });

  it.each(streams)("the %s stream allows nothing before authentication", (stream) => {
    for (const action of actionsOn(stream)) {
      const message = MESSAGES[stream][action];
      if (message === undefined || action === "auth") continue;
      const step = streamOf(stream).fresh().say(message);
      expect(step.effects, action).toEqual([]);
      expect(JSON.stringify(step.replies), action).toMatch(/unauthorized|not authenticated/);
    }
  });

  it("a socket that an earlier release opened may read, and cancels nothing", () => {
    const known = openedSession({ userId: "u", accountId: ACCOUNT, roles: ["trader"] });
    const { principal: _left, ...earlier } = known;
    expect(onMessage(earlier, MESSAGES.trading["resume"], SEEDED).effects).toMatchObject([{ kind: "listen" }]);
    const refused = onMessage(earlier, MESSAGES.trading["cancel_on_disconnect"], SEEDED);
    expect(isRefused(refused) && refused.session === earlier).toBe(true);
    const asksAgain = onMessage(
      { ...earlier, listening: true, lease: "l" },
      { action: "unlisten", data: { streams: [] } },
      SEEDED,
    );
    expect(asksAgain.effects).toMatchObject([{ kind: "listen", cancelOnDisconnect: false }]);
  });

  it("every path of a stream is in the table", () => {
    const headers = new Headers();
    for (const [path, stream] of Object.entries(STREAM_PATHS)) {
      expect(readHandshake({ url: `https://x${path}/`, headers })).toMatchObject({ stream });
    }
    for (const path of ["/", "/v2/other", "/stream/x", "/v2/iex/x", "/constructor", "/__proto__"]) {
      expect(readHandshake({ url: `https://x${path}`, headers }), path).toBeNull();
    }
  });
});
