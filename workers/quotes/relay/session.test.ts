import { serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import { INSTRUMENTS, SEEDED } from "../../../domain/market/listing.ts";
import { MALFORMED } from "../../../protocol/stream/codec.ts";
import { MALFORMED_FRAMES_MAX, SYMBOLS_MAX } from "./limits.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { eachChannel } from "../../../protocol/stream/channels.ts";
import { onAuthenticationTimeout, onFrameTooLong, onLeaseLost, onRevoked, onSlowClient } from "./refusalSteps.ts";
import { onAuthenticationResult, onMessage, openSession } from "./session.ts";
import type { Step } from "./step.ts";
import type { StreamSession } from "./streamSession.ts";

const auth = { action: "auth", key: "PKX", secret: "s" };
const authenticate = { action: "authenticate", data: { key_id: "PKX", secret_key: "s" } };
const verify = { kind: "authenticate", keyId: "PKX", secret: "s" };

const TRADER: Principal = { userId: "u-1", accountId: "acc-1", roles: ["trader"] };
const OPENED = { principal: TRADER, credential: { route: "R", id: "k-1" } };
const origin = { requestId: "r-1", ip: "::1", userAgent: "test" };

function fresh(stream: StreamSession["stream"]): StreamSession {
  return openSession({ stream, codec: "json", origin }, 1_000).session;
}

function ready(stream: StreamSession["stream"]): StreamSession {
  return onAuthenticationResult(fresh(stream), OPENED).session;
}

function ack(trades: string[], quotes: string[], others: object = {}): unknown {
  const none = eachChannel(() => []);
  const withTrades = { corrections: trades, cancelErrors: trades };
  return [{ T: "subscription", ...none, trades, quotes, news: [], ...withTrades, ...others }];
}

describe("opening a stream", () => {
  it("WS-6: the data stream sends a greeting, the trading stream does not", () => {
    expect(openSession({ stream: "data", codec: "json", origin }, 0).replies).toEqual([
      [{ T: "success", msg: "connected" }],
    ]);
    expect(openSession({ stream: "trading", codec: "json", origin }, 0).replies).toEqual([]);
  });

  it.each(["data", "trading"] as const)("WS-5: the %s stream accepts both shapes of the auth frame", (stream) => {
    expect(onMessage(fresh(stream), auth, SEEDED)).toMatchObject({ effects: [verify], replies: [] });
    expect(onMessage(fresh(stream), { ...authenticate, paper: true }, SEEDED)).toMatchObject({
      effects: [verify],
      replies: [],
    });
  });

  it("ID-52: both streams accept an access token, in each form in use", () => {
    const token = "x".repeat(900);
    const forms = [
      { action: "auth", key: "oauth", secret: token },
      { action: "authenticate", data: { oauth_token: token } },
      { action: "authenticate", data: { key_id: "oauth", secret_key: token } },
    ];
    for (const stream of ["data", "trading"] as const) {
      for (const form of forms) {
        expect(onMessage(fresh(stream), form, SEEDED).effects).toEqual([
          { kind: "authenticate", keyId: "oauth", secret: token },
        ]);
      }
      expect(
        onMessage(fresh(stream), { action: "auth", key: "oauth", secret: "x".repeat(2_049) }, SEEDED).effects,
      ).toEqual([]);
    }
  });

  it("ID-53: a session in the upgrade authenticates the socket without a frame", () => {
    const { session, effects } = openSession({ stream: "trading", codec: "json", origin, token: "t" }, 0);
    expect(effects).toEqual([{ kind: "authenticate", keyId: "oauth", secret: "t" }]);
    expect(JSON.stringify(session)).not.toContain("oauth");
  });

  it("ID-51: a socket whose credential is revoked gets an error and is closed", () => {
    for (const stream of ["data", "trading"] as const) {
      const { replies, effects } = onRevoked(ready(stream));
      expect(JSON.stringify(replies)).toContain("credentials revoked");
      expect(effects).toEqual([{ kind: "close", code: 4401, reason: "credentials revoked" }]);
    }
  });

  it("WS-5: a valid key opens each stream with its own frame", () => {
    const data = onAuthenticationResult(fresh("data"), OPENED);
    expect(data.replies).toEqual([[{ T: "success", msg: "authenticated" }]]);
    const trading = onAuthenticationResult(fresh("trading"), OPENED);
    expect(trading.replies).toEqual([
      { stream: "authorization", data: { status: "authorized", action: "authenticate" } },
    ]);
    expect(trading.session.accountId).toBe("acc-1");
  });

  it("WS-5: an invalid key is refused and the socket closed", () => {
    const closed = [{ kind: "close", code: 1008, reason: "auth failed" }];
    expect(onAuthenticationResult(fresh("data"), "wrong")).toMatchObject({
      replies: [[{ T: "error", code: 402, msg: "auth failed" }]],
      effects: closed,
    });
    expect(onAuthenticationResult(fresh("trading"), "wrong")).toMatchObject({
      replies: [{ stream: "authorization", data: { status: "unauthorized", action: "authenticate" } }],
      effects: closed,
    });
  });

  it("WS-5: a login out of reach is an internal error", () => {
    const step = onAuthenticationResult(fresh("data"), "unavailable");
    expect(step.replies).toEqual([[{ T: "error", code: 500, msg: "internal error" }]]);
    expect(step.effects).toMatchObject([{ kind: "close", code: 1011 }]);
  });

  it("WS-5: a stream that does not authenticate in time is closed", () => {
    expect(onAuthenticationTimeout(fresh("data"))).toMatchObject({
      replies: [[{ T: "error", code: 404, msg: "auth timeout" }]],
      effects: [{ kind: "close", code: 1008 }],
    });
    expect(onAuthenticationTimeout(fresh("trading")).replies).toEqual([
      { stream: "error", action: "error", data: { code: 404, error_message: "auth timeout" } },
    ]);
  });

  it("WS-5: a second authentication is refused and changes nothing", () => {
    const step = onMessage(ready("data"), auth, SEEDED);
    expect(step).toEqual({
      session: ready("data"),
      replies: [[{ T: "error", code: 403, msg: "already authenticated" }]],
      effects: [],
    });
  });

  it("keeps no secret in the session", () => {
    expect(JSON.stringify(ready("data"))).not.toMatch(/PKX|"s"/);
    expect(ready("data").credential).toEqual(OPENED.credential);
  });
});

describe("malformed frames", () => {
  it.each([
    MALFORMED,
    null,
    7,
    "subscribe",
    [],
    {},
    { action: "fly" },
    { action: "subscribe", trades: "AAPL" },
    { action: "auth", key: 1 },
  ])("WS-2: %o is 400 on the data stream", (message) => {
    expect(onMessage(fresh("data"), message, SEEDED).replies).toEqual([
      [{ T: "error", code: 400, msg: "invalid syntax" }],
    ]);
  });

  it("WS-2: an error on the trading stream has `stream` and `data` too", () => {
    expect(onMessage(ready("trading"), { action: "subscribe" }, SEEDED).replies).toEqual([
      { stream: "error", action: "error", data: { code: 400, error_message: "invalid syntax" } },
    ]);
  });

  it("close the socket of a client that sends nothing else", () => {
    let session = ready("data");
    for (let sent = 1; sent < MALFORMED_FRAMES_MAX; sent++) {
      const step = onMessage(session, MALFORMED, SEEDED);
      expect(step.effects).toEqual([]);
      session = step.session;
    }
    expect(onMessage(session, MALFORMED, SEEDED).effects).toMatchObject([{ kind: "close", code: 1008 }]);
    expect(onFrameTooLong(session).effects).toMatchObject([{ kind: "close", code: 1009 }]);
    expect(onSlowClient(session, { AAPL: 3 })).toMatchObject({
      replies: [[{ code: 407, cursors: { AAPL: 3 } }]],
      effects: [{ code: 4407 }],
    });
    expect(onSlowClient(ready("trading"), 7).replies).toMatchObject([{ data: { code: 407, cursor: "7" } }]);
  });
});

describe("data subscriptions", () => {
  it("WS-5: a subscription before authentication is refused", () => {
    const step = onMessage(fresh("data"), { action: "subscribe", trades: ["AAPL"] }, SEEDED);
    expect(step.replies).toEqual([[{ T: "error", code: 401, msg: "not authenticated" }]]);
    expect(step.session.channels.trades).toEqual([]);
  });

  it("WS-7: subscriptions accumulate, and the acknowledgement lists every channel", () => {
    const first = onMessage(
      ready("data"),
      { action: "subscribe", trades: ["AAPL"], quotes: [], bars: [], news: null },
      SEEDED,
    );
    expect(first.replies).toEqual([ack(["AAPL"], [])]);
    expect(first.effects).toEqual([
      { kind: "subscribe_books", backfill: { cursors: [], begins: [["AAPL", ["trades"]]] } },
    ]);
    const second = onMessage(first.session, { action: "subscribe", trades: ["MSFT", "AAPL"], quotes: ["*"] }, SEEDED);
    expect(second.replies).toEqual([ack(["AAPL", "MSFT"], ["*"])]);
    const third = onMessage(second.session, { action: "unsubscribe", trades: ["AAPL", "TSLA"], quotes: ["*"] }, SEEDED);
    expect(third.replies).toEqual([ack(["MSFT"], [])]);
  });

  it("WS-7, MD-33: every served channel has its own symbols, or `*`", () => {
    const wanted = { statuses: ["*"], lulds: ["AAPL"], imbalances: ["AAPL", "F"] };
    const step = onMessage(ready("data"), { action: "subscribe", trades: ["F"], ...wanted }, SEEDED);
    expect(step.replies).toEqual([ack(["F"], [], wanted)]);
    const [follow] = step.effects;
    const begins = new Map(follow?.kind === "subscribe_books" ? follow.backfill.begins : []);
    expect(begins.size).toBe(INSTRUMENTS.length);
    expect(["F", "AAPL", "KO"].map((symbol) => begins.get(symbol))).toEqual([
      ["trades", "statuses", "imbalances"],
      ["statuses", "lulds", "imbalances"],
      ["statuses"],
    ]);
    const left = onMessage(step.session, { action: "unsubscribe", statuses: ["*"], imbalances: ["F"] }, SEEDED);
    expect(left.replies).toEqual([ack(["F"], [], { lulds: ["AAPL"], imbalances: ["AAPL"] })]);
  });

  it("WS-7: unsubscribing from * empties the channel; an empty list changes nothing", () => {
    const { session } = onMessage(
      ready("data"),
      {
        action: "subscribe",
        trades: ["*", "AAPL"],
        quotes: ["AAPL", "BTCUSD"],
        lulds: ["*"],
      },
      SEEDED,
    );
    const left = onMessage(session, { action: "unsubscribe", trades: ["*"], quotes: ["F", "*"], lulds: [] }, SEEDED);
    expect(left.replies).toEqual([ack([], [], { lulds: ["*"] })]);
  });

  it("WS-7: an error lists at most twenty names", () => {
    const names = Array.from({ length: 900 }, (_, nth) => `NOPE${nth}`);
    const many = onMessage(ready("data"), { action: "subscribe", trades: names }, SEEDED);
    expect(JSON.stringify(many.replies)).toContain("NOPE19 and 880 more");
    const cursors = Object.fromEntries(names.map((name) => [name, "x"]));
    const malformed = onMessage(ready("data"), { action: "subscribe", trades: ["F"], cursors }, SEEDED);
    expect(JSON.stringify(malformed.replies)).toContain("NOPE19 and 880 more");
  });

  it("accepts a coin by both of its names and shows the listed one", () => {
    const step = onMessage(ready("data"), { action: "subscribe", quotes: ["BTCUSD", "BTC/USD"] }, SEEDED);
    expect(step.replies).toEqual([ack([], ["BTC/USD"])]);
    expect(onMessage(step.session, { action: "unsubscribe", quotes: ["BTCUSD"] }, SEEDED).replies).toEqual([
      ack([], []),
    ]);
  });

  it("WS-7: an unserved channel is refused, and the others are subscribed", () => {
    const step = onMessage(ready("data"), { action: "subscribe", trades: ["AAPL"], news: ["*"] }, SEEDED);
    const error = [{ T: "error", code: 410, msg: "invalid subscribe action for this feed" }];
    expect(step.replies).toEqual([ack(["AAPL"], []), error]);
  });

  it("WS-7: an unlisted symbol is named in an error, and the others are subscribed", () => {
    const step = onMessage(ready("data"), { action: "subscribe", trades: ["NOPE", "AAPL"], quotes: ["NOPE"] }, SEEDED);
    expect(step.replies).toEqual([ack(["AAPL"], []), [{ T: "error", code: 411, msg: "symbol not found: NOPE" }]]);
  });

  it("refuses more symbols than a session may have, and changes nothing", () => {
    const names = Array.from({ length: SYMBOLS_MAX + 1 }, (_, i) => `S${i}`);
    const step = onMessage(ready("data"), { action: "subscribe", trades: names }, SEEDED);
    expect(step.replies).toEqual([[{ T: "error", code: 405, msg: "symbol limit exceeded" }]]);
    expect(step.session).toEqual(ready("data"));
  });

  it("a session with the most symbols fits into a socket's attachment of 16,384 bytes", () => {
    const longest = Math.max(...INSTRUMENTS.map(({ symbol }) => symbol.length));
    const names = Array.from({ length: SYMBOLS_MAX }, (_, i) => String(i).padStart(longest, "S"));
    expect(serialize({ ...ready("data"), channels: { ...eachChannel(() => []), trades: names } }).length).toBeLessThan(
      16_384 - 512,
    );
  });
});

describe("the trading stream", () => {
  const silent = { stream: "listening", data: { streams: [] } };
  const listen = (data: object) => ({ action: "listen", data: { streams: ["trade_updates"], ...data } });
  const on: StreamSession = { ...ready("trading"), listening: true, lease: "relay-0/lease" };

  it("WS-5: listening before authentication is unauthorized", () => {
    expect(
      onMessage(fresh("trading"), { action: "listen", data: { streams: ["trade_updates"] } }, SEEDED).replies,
    ).toEqual([{ stream: "authorization", data: { status: "unauthorized", action: "listen" } }]);
  });

  it("WS-7: a listen replaces the set and ignores unknown streams", () => {
    const message = { action: "listen", data: { streams: ["trade_updates", "news_updates"] } };
    const step = onMessage(ready("trading"), message, SEEDED);
    // The account has to say what is acknowledged.
    expect(step).toMatchObject({
      replies: [],
      effects: [{ kind: "listen", cursor: null, cancelOnDisconnect: false, notices: [] }],
    });
    const off = onMessage(on, { action: "listen", data: { streams: [] } }, SEEDED);
    expect(off).toMatchObject({ replies: [silent], session: { listening: false }, effects: [{ kind: "unlisten" }] });
  });

  it("an unlisten removes its streams only", () => {
    expect(onMessage(on, { action: "unlisten", data: { streams: ["other"] } }, SEEDED).effects).toEqual([
      { kind: "listen", cursor: null, cancelOnDisconnect: true, notices: [] },
    ]);
    expect(onMessage(on, { action: "unlisten", data: { streams: ["trade_updates"] } }, SEEDED)).toMatchObject({
      replies: [silent],
      effects: [{ kind: "unlisten" }],
    });
  });

  it.each(["0", "123", 123])("WS-11: a listen may name the last update that the client has: %o", (cursor) => {
    const { effects } = onMessage(ready("trading"), listen({ cursor, cancel_on_disconnect: true }), SEEDED);
    expect(effects).toEqual([{ kind: "listen", cursor: Number(cursor), cancelOnDisconnect: true, notices: [] }]);
  });

  it.each(["", "-1", "1.5", "x", 1.5, -1, "9".repeat(16), "1".repeat(17), {}, true])(
    "WS-12: an invalid cursor is refused and changes nothing: %o",
    (cursor) => {
      const step = onMessage(ready("trading"), listen({ cursor }), SEEDED);
      const error = { code: 412, error_message: "cursor must be the number of an update, as text" };
      expect(step).toEqual({
        session: ready("trading"),
        replies: [{ stream: "error", action: "error", data: error }],
        effects: [],
      });
    },
  );

  it("WS-14: a socket whose lease is lost gets an error and is closed", () => {
    expect(onLeaseLost(on, "nothing heard")).toMatchObject({
      replies: [{ stream: "error", action: "error", data: { code: 500, error_message: "nothing heard" } }],
      effects: [{ kind: "close", code: 4408, reason: "nothing heard" }],
    });
  });
});

describe("MD-6: cursors of a data subscription", () => {
  const subscribe = (session: StreamSession, message: object) =>
    onMessage(session, { action: "subscribe", ...message }, SEEDED);
  const joinOf = ({ effects }: Step) =>
    effects.map((effect) => (effect.kind === "subscribe_books" ? effect.backfill : null));

  it("apply to symbols that the session had no channel of; an added channel starts with its latest element", () => {
    const first = subscribe(ready("data"), {
      trades: ["AAPL", "F"],
      quotes: ["AAPL", "KO", "BTCUSD"],
      cursors: { AAPL: 7, BTCUSD: "9", MSFT: 1, NOPE: 2 },
    });
    const cursors = [
      ["AAPL", 7],
      ["BTC/USD", 9],
    ];
    const begins = [
      ["F", ["trades"]],
      ["KO", ["quotes"]],
    ];
    expect(joinOf(first)).toEqual([{ cursors, begins }]);
    expect(first.session.resumes).toBe(true);
    const second = subscribe(first.session, { trades: ["KO"], quotes: ["F", "AAPL"], cursors: { F: 1, AAPL: 1 } });
    const added = [
      ["KO", ["trades"]],
      ["F", ["quotes"]],
    ];
    expect(joinOf(second)).toEqual([{ cursors: [], begins: added }]);
  });

  it("apply to the symbols of `*` too; null means none", () => {
    const step = subscribe(ready("data"), { quotes: ["*"], cursors: { AAPL: 7, F: null } });
    const others = INSTRUMENTS.map(({ symbol }) => symbol).filter((symbol) => symbol !== "AAPL");
    const begins = others.map((symbol) => [symbol, ["quotes"]]);
    expect(joinOf(step)).toEqual([{ cursors: [["AAPL", 7]], begins }]);
  });

  it("are refused when one of them is not a sequence, and nothing changes", () => {
    const step = subscribe(ready("data"), { trades: ["AAPL", "F"], cursors: { AAPL: 7, F: "x" } });
    expect(step).toEqual({
      session: ready("data"),
      replies: [[{ T: "error", code: 412, msg: "cursor is no sequence: F" }]],
      effects: [],
    });
  });
});
