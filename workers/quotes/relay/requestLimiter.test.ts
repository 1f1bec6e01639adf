import { SEEDED } from "../../../domain/market/listing.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { ACCOUNT_TOKENS, ENDED_MS, OVERDRAFT_MAX, NETWORK_TOKENS, SOCKET_TOKENS } from "./limits.ts";
import { onMessage, onAuthenticationResult, openSession } from "./session.ts";
import type { StreamSession } from "./streamSession.ts";
import { costOfEffects, type RateLimited, RequestLimiter } from "./requestLimiter.ts";
import type { TokenBucket } from "./tokenBucket.ts";

/** A socket of an account, or of a network when it has not authenticated. */
function socket(
  of: Partial<StreamSession>,
  tokens: TokenBucket | null = null,
): RateLimited & { tokens: TokenBucket | null } {
  const origin = { requestId: "", ip: "192.0.2.1", userAgent: "" };
  const { session } = openSession({ stream: "data", codec: "json", origin }, 0);
  return {
    session: { ...session, ...of },
    tokens,
    setTokens(left) {
      this.tokens = left;
    },
  };
}

const mine = { accountId: "a" };

describe("RL-8: requests on streams", () => {
  it("of a socket are limited by its bucket and its refill", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ wait: fc.nat(2_000), cost: fc.integer({ min: 1, max: 60 }) })), (frames) => {
        const [traffic, client] = [new RequestLimiter(), socket(mine)];
        let [now, spent] = [0, 0];
        for (const { wait, cost } of frames) {
          now += wait;
          if (traffic.take(client, cost, now) === "admitted") spent += cost;
        }
        expect(spent).toBeLessThanOrEqual(SOCKET_TOKENS.burst + (now * SOCKET_TOKENS.perSecond) / 1_000);
      }),
    );
  });

  it("over the limit are refused, and admitted again after the refill", () => {
    const [traffic, client] = [new RequestLimiter(), socket(mine)];
    expect(traffic.take(client, SOCKET_TOKENS.burst, 0)).toBe("admitted");
    expect(traffic.take(client, 1, 0)).toBe("refused");
    expect(traffic.take(client, 1, 200)).toBe("admitted");
    expect(traffic.take(client, SOCKET_TOKENS.burst + 1, 100_000), "more than there can ever be: all there is").toBe(
      "admitted",
    );
    expect(traffic.take(client, 1, 100_000 - 60_000), "a clock that went back").toBe("refused");
  });

  it("of a client that ignores refusals end: a refusal costs a token too", () => {
    const [traffic, client] = [new RequestLimiter(), socket(mine)];
    traffic.take(client, SOCKET_TOKENS.burst, 0);
    const admissions = Array.from({ length: OVERDRAFT_MAX }, () => traffic.take(client, 1, 0));
    expect(new Set(admissions.slice(0, -1))).toEqual(new Set(["refused"]));
    expect(admissions.at(-1)).toBe("ended");
    const next = [socket(mine), socket({ accountId: "b" }), socket({ network: "n" })].map(({ session }) => session);
    const ended = (now: number): boolean[] => next.map((session) => traffic.hasJustEnded(session, now));
    expect(ended(ENDED_MS - 1)).toEqual([true, false, false]);
    expect(ended(ENDED_MS)).toEqual([false, false, false]);
  });

  it("of an account share one bucket over its sockets", () => {
    const traffic = new RequestLimiter();
    const count = ACCOUNT_TOKENS.burst / SOCKET_TOKENS.burst;
    for (let nth = 0; nth < count; nth++) {
      expect(traffic.take(socket(mine), SOCKET_TOKENS.burst, 0)).toBe("admitted");
    }
    expect(traffic.take(socket(mine), 1, 0)).toBe("refused");
    expect(traffic.take(socket({ accountId: "b" }), 1, 0)).toBe("admitted");
    expect(traffic.take(socket(mine), 1, 1_000)).toBe("admitted");
  });

  it("ID-86: of a guest use the guest's bucket, not the owner's", () => {
    const traffic = new RequestLimiter();
    const guest: Principal = { userId: "bob", accountId: "a", roles: ["trader"], scopes: ["read"], guest: true };
    for (let spent = 0; spent < ACCOUNT_TOKENS.burst; spent += SOCKET_TOKENS.burst) {
      expect(traffic.take(socket({ ...mine, principal: guest }), SOCKET_TOKENS.burst, 0)).toBe("admitted");
    }
    expect(traffic.take(socket({ ...mine, principal: guest }), 1, 0)).toBe("refused");
    expect(traffic.take(socket({ accountId: "bob" }), 1, 0), "of the guest's own account").toBe("refused");
    expect(traffic.take(socket(mine), 1, 0)).toBe("admitted");
  });

  it("of unauthenticated sockets share their network's bucket; those of unknown networks use only their own", () => {
    const traffic = new RequestLimiter();
    for (let nth = 0; nth < NETWORK_TOKENS.burst; nth++) {
      expect(traffic.take(socket({ network: "n" }), 1, 0)).toBe("admitted");
    }
    expect(traffic.take(socket({ network: "n" }), 1, 0)).toBe("refused");
    expect(traffic.take(socket({ network: "m" }), 1, 0)).toBe("admitted");
    expect(traffic.take(socket({ network: "n", ...mine }), 1, 0)).toBe("admitted");
    for (let nth = 0; nth < 2 * NETWORK_TOKENS.burst; nth++) {
      expect(traffic.take(socket({ network: "" }), 1, 0)).toBe("admitted");
    }
  });

  it("whose cost becomes known later may overdraw the bucket, which must refill first", () => {
    const [traffic, client] = [new RequestLimiter(), socket(mine)];
    traffic.take(client, SOCKET_TOKENS.burst, 0);
    traffic.charge(client, 20, 0);
    expect(traffic.take(client, 1, 900)).toBe("refused");
    expect(traffic.take(client, 1, 1_200)).toBe("admitted");
    for (let nth = 0; nth < ACCOUNT_TOKENS.burst; nth += 20) traffic.charge(socket(mine), 20, 1_200);
    expect(traffic.take(socket(mine), 1, 1_200)).toBe("refused");
    traffic.charge(client, 1_000, 1_200);
    expect(traffic.take(client, 1, 1_201), "it alone ends no socket").toBe("refused");
  });

  it("are still counted after hibernation: in the socket's bucket and in the shared one", () => {
    const before = new RequestLimiter();
    const sockets = [socket(mine), socket(mine), socket(mine)];
    for (const client of sockets) before.take(client, SOCKET_TOKENS.burst, 0);
    const woken = new RequestLimiter();
    for (const { session, tokens } of sockets) woken.restore(socket(session, tokens), 0);
    expect(woken.take(socket(mine), 1, 0)).toBe("refused");
    const [first] = sockets;
    if (first !== undefined) expect(woken.take(first, 1, 0)).toBe("refused");
    expect(woken.take(socket(mine), 1, 1_000)).toBe("admitted");
  });

  it("find the shared buckets full before an idle object hibernates, after ten seconds", () => {
    for (const { burst, perSecond } of [ACCOUNT_TOKENS, NETWORK_TOKENS])
      expect(burst / perSecond).toBeLessThanOrEqual(10);
  });
});

describe("RL-8: the cost of a message beside its frame", () => {
  const principal: Principal = { userId: "u", accountId: "a", roles: ["trader"] };
  const opened = (stream: StreamSession["stream"]) => {
    const origin = { requestId: "", ip: "", userAgent: "" };
    const { session } = openSession({ stream, codec: "json", origin }, 0);
    return onAuthenticationResult(session, { principal, credential: { route: "R", id: "k" } }).session;
  };
  const costOf = (stream: StreamSession["stream"], message: object) => {
    return costOfEffects(onMessage(opened(stream), message, SEEDED).effects);
  };

  it.each([
    ["data", { action: "subscribe", trades: ["AAPL"], quotes: ["AAPL", "F"] }, 2],
    ["data", { action: "subscribe", trades: ["AAPL", "F"], cursors: { AAPL: 1, KO: 1 } }, 3],
    ["data", { action: "unsubscribe", trades: ["AAPL"] }, 0],
    ["data", { action: "nonsense" }, 0],
    ["trading", { action: "listen", data: { streams: ["trade_updates"] } }, 2],
    ["trading", { action: "listen", data: { streams: ["trade_updates"], cursor: "0" } }, 2],
    ["trading", { action: "unlisten", data: { streams: ["trade_updates"] } }, 1],
  ] as const)("on the %s stream: %j", (stream, message, cost) => {
    expect(costOf(stream, message)).toBe(cost);
  });

  it("authentication costs the call of the login", () => {
    const { session } = openSession(
      { stream: "data", codec: "json", origin: { requestId: "", ip: "", userAgent: "" } },
      0,
    );
    expect(costOfEffects(onMessage(session, { action: "auth", key: "PKX", secret: "s" }, SEEDED).effects)).toBe(1);
  });
});
