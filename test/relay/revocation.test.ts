/** Revocation of keys and sessions closes their sockets, also while the relay hibernates. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { account, freshRelay, push } from "./fakes.ts";
import { listening, open, WAIT_OPTIONS, RIGHT, subscribed, type Subscriber } from "./subscriber.ts";

const ROUTE = "A".repeat(20);
const OTHER_KEY = { ...RIGHT, key: `PK${ROUTE}BBBBBB` };
const REVOKED = { code: 4401, reason: "credentials revoked" };

const base64 = (value: object): string => btoa(JSON.stringify(value)).replace(/=+$/, "");

/** The part of an access token that a relay reads. */
function tokenOf(sid: string, jti = `right-${crypto.randomUUID()}`): string {
  return ["e30", base64({ route: ROUTE, sid, jti, sub: "u" }), "signature"].join(".");
}

const authenticated = (subscriber: Subscriber): Promise<void> =>
  subscriber.sees([{ T: "success", msg: "authenticated" }]);
const closes = (subscriber: Subscriber): Promise<void> =>
  vi.waitFor(() => expect(subscriber.closed()).toEqual(REVOKED), WAIT_OPTIONS);

describe("revocation", () => {
  it("ID-51: a revoked key closes the sockets that it opened, and no others", async () => {
    const relay = freshRelay();
    const [data, trading] = [await subscribed(relay, { trades: ["AAPL"] }), await listening(relay)];
    const other = await open(relay, "/v2/iex");
    other.say(OTHER_KEY);
    await authenticated(other);
    expect(await relay.revoked({ route: "B".repeat(20), credentials: "all" })).toEqual({ keep: false });
    expect(await relay.revoked({ route: ROUTE, credentials: [RIGHT.key] })).toEqual({ keep: true });
    await Promise.all([closes(data), closes(trading)]);
    expect(data.frames).toContainEqual([{ T: "error", code: 401, msg: "credentials revoked" }]);
    other.say({ action: "subscribe", trades: ["MSFT"] });
    await other.sees([expect.objectContaining({ T: "subscription", trades: ["MSFT"] })]);
    expect(await relay.revoked({ route: ROUTE, credentials: "all" })).toEqual({ keep: false });
    await closes(other);
  });

  it("ID-51: a hibernating relay wakes to close them; cancel-on-disconnect applies", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay, { cancel_on_disconnect: true });
    const held = (await account().leaseCalls()).findLast(([call]) => call === "hold")?.[1];
    await evictDurableObject(relay);
    await relay.revoked({ route: ROUTE, credentials: [RIGHT.key] });
    await closes(subscriber);
    await vi.waitFor(async () => expect(await account().leaseCalls()).toContainEqual(["end", held]), WAIT_OPTIONS);
    expect(subscriber.frames).toContainEqual(expect.objectContaining({ stream: "error" }));
    expect((await push(relay, "AAPL")).keep).toBe(false);
  });

  it("WS-18: a credential that only reads gets no lease: closing its socket cancels nothing", async () => {
    const relay = freshRelay();
    const before = await account().leaseCalls();
    const subscriber = await open(relay, "/stream");
    subscriber.say({ ...RIGHT, secret: "read-only" });
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], cancel_on_disconnect: true } });
    const refusal = "insufficient permission: these credentials may not cancel_on_disconnect";
    await subscriber.sees({ stream: "error", action: "error", data: { code: 409, error_message: refusal } });
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"] } });
    await subscriber.sees({ stream: "listening", data: expect.objectContaining({ streams: ["trade_updates"] }) });
    await evictDurableObject(relay);
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], cancel_on_disconnect: true } });
    await vi.waitFor(
      () => expect(JSON.stringify(subscriber.frames).match(/may not cancel/g)).toHaveLength(2),
      WAIT_OPTIONS,
    );
    await relay.revoked({ route: ROUTE, credentials: [RIGHT.key] });
    await closes(subscriber);
    expect(await account().leaseCalls()).toEqual(before);
  });

  it("ID-51: the login is told the relay that authenticated", async () => {
    const relay = freshRelay();
    const route = "C".repeat(20);
    const subscriber = await open(relay, "/v2/iex");
    subscriber.say({ ...RIGHT, key: `PK${route}CCCCCC` });
    await authenticated(subscriber);
    const login = env.IDENTITY.getByName(route) as unknown as { verified(): Promise<string[]> };
    expect(await login.verified()).toEqual([relay.name]);
  });
});

describe("access tokens", () => {
  it("ID-52: an access token opens both streams, and the end of its session closes them", async () => {
    const relay = freshRelay();
    const [mine, others] = [crypto.randomUUID(), crypto.randomUUID()];
    const data = await open(relay, "/v2/iex");
    data.say({ action: "auth", key: "oauth", secret: tokenOf(mine) });
    await authenticated(data);
    const trading = await open(relay, "/stream");
    trading.say({ action: "authenticate", data: { oauth_token: tokenOf(mine) } });
    await trading.sees({ stream: "authorization", data: { status: "authorized", action: "authenticate" } });
    const other = await open(relay, "/v2/iex");
    other.say({ action: "auth", key: "oauth", secret: tokenOf(others) });
    await authenticated(other);
    expect(await relay.revoked({ route: ROUTE, credentials: [mine] })).toEqual({ keep: true });
    await Promise.all([closes(data), closes(trading)]);
    expect(other.closed()).toBeNull();
  });

  it.each([
    ["of a session that is over", tokenOf(crypto.randomUUID(), `wrong-${crypto.randomUUID()}`)],
    ["without a session", ["e30", base64({ route: ROUTE, jti: `right-${"x".repeat(20)}` }), "s"].join(".")],
    [
      "of a route that is none",
      ["e30", base64({ route: "../x", sid: crypto.randomUUID(), jti: "right" }), "s"].join("."),
    ],
    ["that is no token", "right"],
    ["that is no JSON", "e30.e30x.s"],
  ])("ID-52: a token %s opens nothing", async (_what, secret) => {
    const subscriber = await open(freshRelay(), "/v2/iex");
    subscriber.say({ action: "auth", key: "oauth", secret });
    await vi.waitFor(() => expect(subscriber.closed()).toEqual({ code: 1008, reason: "auth failed" }), WAIT_OPTIONS);
  });

  it("ID-53: a token in the upgrade authenticates the stream before its first frame", async () => {
    const relay = freshRelay();
    const sid = crypto.randomUUID();
    const subscriber = await open(relay, "/v2/iex", "json", { "x-access-token": tokenOf(sid) });
    subscriber.say({ action: "subscribe", trades: ["F"] });
    await subscriber.sees([expect.objectContaining({ T: "subscription", trades: ["F"] })]);
    expect(subscriber.frames.slice(0, 2)).toEqual([
      [{ T: "success", msg: "connected" }],
      [{ T: "success", msg: "authenticated" }],
    ]);
    await relay.revoked({ route: ROUTE, credentials: [sid] });
    await closes(subscriber);
  });

  it("ID-54: a key with the scope trade only opens no stream", async () => {
    for (const path of ["/v2/iex", "/stream"]) {
      const subscriber = await open(freshRelay(), path);
      subscriber.say({ ...RIGHT, secret: "trade-only" });
      await vi.waitFor(() => expect(subscriber.closed()).toEqual({ code: 1008, reason: "auth failed" }), WAIT_OPTIONS);
    }
  });
});
