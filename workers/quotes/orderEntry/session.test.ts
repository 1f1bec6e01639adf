import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { MALFORMED } from "../../../protocol/stream/codec.ts";
import { FRAME_COMMANDS_MAX, WINDOW_COMMANDS } from "../../../protocol/stream/orderEntry.ts";
import { MALFORMED_FRAMES_MAX, OVERDRAFT_MAX } from "../relay/limits.ts";
import { AnswerQueue } from "./answerQueue.ts";
import { UNCONFIRMED_REFUSALS_MAX } from "./limits.ts";
import { markOf } from "../relay/marks.ts";
import { inFlight, type OrderSession } from "./orderSession.ts";
import {
  onAuthenticationResult,
  onAuthenticationTimeout,
  onFrameTooLong,
  onLeaseLost,
  onMessage,
  onRevoked,
  onSettled,
  openSession,
  type Step,
} from "./session.ts";

const origin = { requestId: "r", ip: "192.0.2.7", userAgent: "test" };
const trader: Principal = { userId: "u", accountId: "acc", roles: ["trader"] };
const KEY = "key of this connection";
const mark = (seq: number): string => markOf(KEY, seq);
const NONE: ReadonlySet<string> = new Set();
const fresh = (): OrderSession => openSession({ codec: "json", origin }, 0, KEY).session;
const opened = (principal: Principal = trader): OrderSession =>
  onAuthenticationResult(fresh(), { principal, credential: { route: "R", id: "k" } }).session;
const orders = (id: unknown, count = 1, more: object = {}) => ({
  action: "orders",
  id,
  commands: Array.from({ length: count }, () => ({ action: "cancel_all" })),
  ...more,
});
const say = (session: OrderSession, message: unknown, ids = NONE, now = 1_000): Step =>
  onMessage(session, message, now, ids);
const reasons = ({ replies }: Step) => replies.map((frame) => frame["reason"]);
const closes = ({ effects }: Step) => effects.flatMap((effect) => (effect.kind === "close" ? [effect.code] : []));

describe("WS-21: authentication of order entry", () => {
  it("states the window, and the commands of a frame", () => {
    const step = onAuthenticationResult(fresh(), { principal: trader, credential: { route: "R", id: "k" } });
    expect(step.replies).toEqual([
      { T: "success", msg: "authenticated", window: WINDOW_COMMANDS, commands_max: FRAME_COMMANDS_MAX },
    ]);
    expect(step.session).toMatchObject({ accountId: "acc", principal: trader });
  });

  it.each([
    ["a wrong key", "wrong", "unauthorized", 1008],
    ["too many connections", "connection_limit", "too_many_connections", 1008],
    ["a login that does not answer", "unavailable", "unavailable", 1011],
  ] as const)("%s closes the connection", (_what, result, reason, code) => {
    const step = onAuthenticationResult(fresh(), result);
    expect([reasons(step), closes(step)]).toEqual([[reason], [code]]);
  });

  it.each([
    ["reads only", { ...trader, scopes: ["read"] }],
    ["is a viewer", { ...trader, roles: ["viewer"] }],
  ] as const)("a caller who %s is refused", (_what, principal) => {
    const step = onAuthenticationResult(fresh(), { principal, credential: { route: "R", id: "k" } });
    expect([reasons(step), closes(step), step.session.accountId]).toEqual([["forbidden"], [1008], null]);
  });

  it("begins at once with the token of a page's session", () => {
    const { effects } = openSession({ codec: "json", origin, token: "t" }, 0, KEY);
    expect(effects).toEqual([{ kind: "authenticate", keyId: "oauth", secret: "t" }]);
  });

  it("nothing is carried out before it, and a second one is refused", () => {
    const early = say(fresh(), orders("a"));
    expect([reasons(early), early.replies[0]?.["id"], early.effects]).toEqual([["unauthorized"], "a", []]);
    const auth = { action: "auth", key: "PKX", secret: "s" };
    expect(say(fresh(), auth).effects).toEqual([{ kind: "authenticate", keyId: "PKX", secret: "s" }]);
    expect(reasons(say(opened(), auth))).toEqual(["already_authenticated"]);
  });

  it("a second one while the first is checked is refused, so that the caller never changes", () => {
    const auth = { action: "auth", key: "PKX", secret: "s" };
    const waits = say(fresh(), auth).session;
    const second = say(waits, { ...auth, key: "PKY" });
    expect([reasons(second), second.effects]).toEqual([["already_authenticated"], []]);
    const ofPage = openSession({ codec: "json", origin, token: "t" }, 0, KEY).session;
    expect([reasons(say(ofPage, auth)), say(ofPage, auth).effects]).toEqual([["already_authenticated"], []]);
    let step = second;
    let refusals = 1;
    for (; closes(step).length === 0; refusals++) step = say(step.session, auth);
    expect([refusals, closes(step)]).toEqual([OVERDRAFT_MAX + 1, [4429]]);
  });

  it("its timeout, a revocation, a lost lease and a frame that is too long close with a code of their own", () => {
    const ends = [onAuthenticationTimeout(fresh()), onRevoked(opened()), onLeaseLost(opened(), "over")];
    expect([...ends, onFrameTooLong(opened())].flatMap(closes)).toEqual([1008, 4401, 4408, 1009]);
  });
});

describe("WS-22: frames", () => {
  it("are carried out with their options, and count until they are confirmed", () => {
    const step = say(opened(), orders("a.B_c-1", 3, { all_or_none: true }));
    const commands = orders("x", 3).commands;
    expect(step.effects).toEqual([{ kind: "execute", id: "a.B_c-1", commands, options: { allOrNone: true } }]);
    const answered = { ...step.session, answered: 3 };
    expect(inFlight(answered)).toBe(3);
    expect(inFlight(say(answered, { action: "received", mark: mark(3) }).session)).toBe(0);
    expect(inFlight(say(answered, orders("b", 1, { received: mark(2) })).session)).toBe(2);
  });

  it.each([
    ["no object", 7, "body_malformed"],
    ["no JSON", MALFORMED, "body_malformed"],
    ["an unknown action", { action: "place" }, "body_field"],
    ["no id", orders(undefined), "body_field"],
    ["an empty id", orders(""), "body_field"],
    ["an id with a colon", orders("a:1"), "body_field"],
    ["an id that is too long", orders("x".repeat(65)), "body_field"],
    ["no command", orders("a", 0), "body_field"],
    ["too many commands", orders("a", FRAME_COMMANDS_MAX + 1), "body_field"],
    ["an unknown field", orders("a", 1, { alll_or_none: true }), "unknown_field"],
    ["a confirmation of what was not sent", orders("a", 1, { received: mark(1) }), "body_field"],
    ["a confirmation of what was not sent, alone", { action: "received", mark: mark(1) }, "body_field"],
    ["a confirmation by a number", orders("a", 1, { received: 0 }), "body_field"],
    [
      "a confirmation by the mark of another connection",
      orders("a", 1, { received: markOf("other", 0) }),
      "body_field",
    ],
    ["a confirmation by a mark that was made up", { action: "received", mark: "0.aaaaaaaaaaaaaaaa" }, "body_field"],
  ])("%s is refused and carries nothing out", (_what, message, reason) => {
    const step = say(opened(), message);
    expect([reasons(step), step.effects, step.session.admitted]).toEqual([[reason], [], 0]);
  });

  it("the tenth malformed one closes the connection", () => {
    let session = opened();
    for (let nth = 1; nth < MALFORMED_FRAMES_MAX; nth++) session = say(session, null).session;
    expect(closes(say(session, null))).toEqual([1008]);
  });

  it("a frame whose id is in flight is refused", () => {
    expect(reasons(say(opened(), orders("a"), new Set(["a"])))).toEqual(["request_id_in_flight"]);
    expect(say(opened(), orders("b"), new Set(["a"])).effects).toHaveLength(1);
  });

  it("after the account had no token, frames are refused for a while", () => {
    const session = { ...opened(), blockedUntil: 1_100 };
    expect(say(session, orders("a")).replies).toMatchObject([{ reason: "rate_limited", retry_after: 1, id: "a" }]);
    expect(say(session, orders("a"), NONE, 1_100).effects).toHaveLength(1);
  });

  it("cancel_on_disconnect is an option of the session", () => {
    const asked = { action: "session", cancel_on_disconnect: true };
    expect(say(opened(), asked).effects).toEqual([{ kind: "session", cancelOnDisconnect: true }]);
  });
});

describe("WS-23: the window", () => {
  const full = (): OrderSession => {
    let session = opened();
    for (let nth = 0; nth < WINDOW_COMMANDS / 100; nth++) session = say(session, orders(`f${nth}`, 100)).session;
    return session;
  };

  it("refuses what does not fit, and admits it once answers are confirmed", () => {
    const session = full();
    expect(say(session, orders("more")).replies).toMatchObject([{ reason: "window_exceeded", id: "more" }]);
    const answered = { ...session, answered: 100 };
    expect(reasons(say(answered, orders("more")))).toEqual(["window_exceeded"]);
    expect(say(answered, orders("more", 100, { received: mark(100) })).effects).toHaveLength(1);
    expect(reasons(say(answered, orders("more", 101 - 1, { received: mark(99) })))).toEqual(["window_exceeded"]);
  });

  it("a client that confirms nothing is closed after a number of refusals, also when frames are carried out between", () => {
    const refusals = (confirms: boolean): number => {
      let session = { ...opened(), admitted: 1, answered: 1 };
      for (let count = 1; count <= 2 * UNCONFIRMED_REFUSALS_MAX; count++) {
        const step = say(session, orders("twice"), new Set(["twice"]));
        if (closes(step).length > 0) return count;
        // A frame that the account carries out comes in between.
        ({ session } = onSettled(step.session, true));
        if (confirms && count % 500 === 0) {
          const answered = { ...session, admitted: session.admitted + 1, answered: session.answered + 1 };
          ({ session } = say(answered, { action: "received", mark: mark(answered.answered) }));
        }
      }
      return Number.POSITIVE_INFINITY;
    };
    expect(refusals(false)).toBe(UNCONFIRMED_REFUSALS_MAX + 1);
    expect(refusals(true)).toBe(Number.POSITIVE_INFINITY);
  });

  it("a client that continues is closed after a fixed number of refusals", () => {
    let step: Step = { session: full(), replies: [], effects: [] };
    let refusals = 0;
    while (closes(step).length === 0) {
      step = say(step.session, orders(`more${refusals}`));
      refusals++;
    }
    expect([refusals, closes(step)]).toEqual([OVERDRAFT_MAX + 1, [4429]]);
  });

  it("admitted frames of which the account is given nothing are bounded too, unless others are between them", () => {
    let step: Step = { session: opened(), replies: [], effects: [] };
    let frames = 0;
    while (closes(step).length === 0) {
      const admitted = say(step.session, orders(`f${frames}`)).session;
      step = onSettled({ ...admitted, answered: admitted.admitted }, false);
      frames++;
    }
    expect([frames, closes(step)]).toEqual([OVERDRAFT_MAX + 1, [4429]]);
    let { session } = onSettled({ ...opened(), idle: OVERDRAFT_MAX }, true);
    expect(session.idle).toBe(0);
    session = onSettled({ ...session, idle: OVERDRAFT_MAX - 1 }, false).session;
    expect(closes(onSettled(session, false))).toEqual([4429]);
  });

  it("frames that confirm nothing new, or only switch an option, are bounded too", () => {
    for (const message of [
      { action: "received", mark: mark(0) },
      { action: "session", cancel_on_disconnect: false },
    ]) {
      let step: Step = { session: opened(), replies: [], effects: [] };
      let frames = 0;
      while (closes(step).length === 0) {
        step = say(step.session, message);
        frames++;
      }
      expect(frames).toBe(OVERDRAFT_MAX + 1);
    }
  });

  it("never has more in flight than it states, whatever a client sends", () => {
    const frame = fc.oneof(
      fc.record({ kind: fc.constant("orders" as const), count: fc.integer({ min: 1, max: 100 }) }),
      fc.record({ kind: fc.constant("answer" as const), count: fc.integer({ min: 0, max: 300 }) }),
      fc.record({ kind: fc.constant("received" as const), count: fc.integer({ min: -50, max: 400 }) }),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 60 }), (frames) => {
        let session = opened();
        frames.forEach(({ kind, count }, nth) => {
          if (kind === "answer") {
            session = { ...session, answered: Math.min(session.admitted, session.answered + count) };
          } else {
            const seq = session.received + count;
            const message = kind === "orders" ? orders(`f${nth}`, count) : { action: "received", mark: mark(seq) };
            const before = session;
            const step = say(session, message);
            ({ session } = step);
            const executed = step.effects.some((effect) => effect.kind === "execute");
            expect(session.admitted - before.admitted).toBe(executed ? count : 0);
            if (!executed && kind === "orders") expect(inFlight(before) + count).toBeGreaterThan(WINDOW_COMMANDS);
          }
          expect(inFlight(session)).toBeLessThanOrEqual(WINDOW_COMMANDS);
          expect(session.received).toBeLessThanOrEqual(session.answered);
          expect(session.answered).toBeLessThanOrEqual(session.admitted);
        });
      }),
    );
  });
});

describe("WS-24: answers", () => {
  it("leave in the order of the frames, each once, whatever order they come in", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1 }), (finished) => {
        const ids = finished.toSorted((a, b) => a - b).map(String);
        const queue = new AnswerQueue<string>();
        for (const id of ids) queue.add(id, 1);
        const sent = finished.flatMap((nth) => queue.complete(String(nth), `answer ${nth}`));
        expect(sent.map(({ id, answer }) => [id, answer])).toEqual(ids.map((id) => [id, `answer ${id}`]));
        expect(queue.isEmpty).toBe(true);
      }),
    );
  });

  it("of a frame that waits holds back those after it", () => {
    const queue = new AnswerQueue<string>();
    queue.add("a", 2);
    queue.add("b", 1);
    expect(() => queue.add("b", 1)).toThrow("in flight");
    expect(queue.complete("b", "B")).toEqual([]);
    expect(queue.complete("a", "A").map(({ answer }) => answer)).toEqual(["A", "B"]);
    expect(queue.complete("a", "again")).toEqual([]);
  });
});
