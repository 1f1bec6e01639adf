/** Order entry over real sockets: every command, repeated frames, cancel-on-disconnect, credentials, in both codecs. */
import { isDeepStrictEqual } from "node:util";
import { decode, encode } from "@msgpack/msgpack";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { orderEntryFrames } from "../../protocol/stream/orderEntrySchemas.ts";
import { openStream, type StreamSocket } from "../rig/streamSocket.ts";
import { type Exchange, startExchange, type Trader } from "./exchange.ts";

const WAIT = { timeout: 10_000, interval: 20 };

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(() => exchange.close());

// oxlint-disable-next-line typescript/no-explicit-any -- frames have many shapes
type Frame = any;

interface Client {
  readonly frames: Frame[];
  readonly socket: StreamSocket;
  say(frame: object): void;
  /** Sends commands, and waits for their answer. */
  order(id: string, commands: readonly object[], more?: object): Promise<Frame>;
  /** The first frame that passes. */
  next(passes: (frame: Frame) => boolean): Promise<Frame>;
  /** The code with which the exchange closes. */
  closed(): Promise<number>;
}

/** A connection that has not authenticated. Every frame that it gets is checked by its description. */
async function connect(codec: "json" | "msgpack" = "json"): Promise<Client> {
  const frames: Frame[] = [];
  const undescribed: string[] = [];
  let code = 0;
  const take = (frame: Frame): void => {
    const read = orderEntryFrames[frame.T as keyof typeof orderEntryFrames].safeParse(frame);
    if (!isDeepStrictEqual(read.data, frame)) undescribed.push(JSON.stringify([frame, read.error]));
    frames.push(frame);
  };
  const url = `${exchange.url}/v1/trading/stream`;
  const headers = { "Content-Type": codec === "msgpack" ? "application/msgpack" : "application/json" };
  const socket = await openStream(url, (text) => take(JSON.parse(text)), {
    headers,
    onBytes: (bytes) => take(decode(bytes)),
    onClose: (with_) => (code = with_),
  });
  const next: Client["next"] = (passes) =>
    vi.waitFor(() => {
      expect(undescribed).toEqual([]);
      const found = frames.find(passes);
      if (found === undefined) throw new Error(`no such frame among ${JSON.stringify(frames)}`);
      return found;
    }, WAIT);
  const say = (frame: object): void => (codec === "msgpack" ? socket.sendBytes(encode(frame)) : socket.send(frame));
  return {
    frames,
    socket,
    say,
    next,
    order: (id, commands, more = {}) => {
      const before = frames.length;
      say({ action: "orders", id, commands, ...more });
      return next((frame) => frame.id === id && frames.indexOf(frame) >= before);
    },
    closed: () =>
      vi.waitFor(() => {
        expect(code).not.toBe(0);
        return code;
      }, WAIT),
  };
}

async function connected(as: Trader, codec: "json" | "msgpack" = "json"): Promise<Client> {
  const client = await connect(codec);
  client.say({ action: "auth", key: as.keyId, secret: as.secret });
  await client.next(({ T }) => T === "success");
  return client;
}

const bid = (price: string, more: object = {}) => ({
  action: "place",
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  time_in_force: "gtc",
  qty: "1",
  limit_price: price,
  ...more,
});
const statuses = ({ results }: Frame) => results.map(({ status }: Frame) => status);
const openOrders = async (as: Trader) => (await exchange.call(as, "GET", "/v2/orders")).body as Frame[];

describe("WS-22: order entry", () => {
  test.each(["json", "msgpack"] as const)("places, replaces, queries and cancels, in %s", async (codec) => {
    const trader = await exchange.trader(100_000, { MSFT: 5 });
    const client = await connected(trader, codec);
    const placed = await client.order("a", [bid("100"), bid("101", { client_order_id: "mine" }), bid("0")]);
    expect(statuses(placed)).toEqual([200, 200, 422]);
    expect(placed.seq).toBe(3);
    expect(placed.results[0].body).toMatchObject({ client_order_id: "req:a:0", status: "new", limit_price: "100" });
    const { in: came, account_in: accountIn, account_out: accountOut, out } = placed.times;
    expect([came, accountIn, accountOut, out].toSorted((x: number, y: number) => x - y)).toEqual([
      came,
      accountIn,
      accountOut,
      out,
    ]);
    const orderId = placed.results[0].body.id;
    const changed = await client.order("b", [
      { action: "replace", order_id: orderId, limit_price: "102" },
      { action: "query", client_order_id: "mine" },
      { action: "query", request_id: "a:0" },
    ]);
    expect(statuses(changed)).toEqual([200, 200, 200]);
    expect(changed.results[0].body).toMatchObject({ limit_price: "102", replaces: orderId });
    expect(changed.results[2].body.id).toBe(orderId);
    const cancelled = await client.order("c", [
      { action: "cancel", client_order_id: "mine" },
      { action: "cancel", order_id: crypto.randomUUID() },
    ]);
    expect(statuses(cancelled)).toEqual([204, 404]);
    const all = await client.order("d", [{ action: "cancel_all" }]);
    expect(all.results[0]).toMatchObject({ status: 207, body: [{ status: 200 }] });
    expect(await openOrders(trader)).toEqual([]);
    client.socket.close();
  });

  test("has the refusals of REST, and its limits: a frame of n commands costs n", async () => {
    const trader = await exchange.trader(1_000, {}, { plan: "standard" });
    const client = await connected(trader);
    const dear = { ...bid("500"), qty: "100" };
    const over = await client.order("a", [dear]);
    const { action: _action, ...body } = dear;
    const rest = await exchange.call(trader, "POST", "/v2/orders", body);
    expect(over.results[0]).toEqual({ id: "a:0", status: rest.status, body: rest.body });
    const { rate } = await client.order(
      "b",
      Array.from({ length: 50 }, () => ({ action: "query", request_id: "x" })),
    );
    expect(rate.limit).toBe(200);
    const { headers } = await exchange.call(trader, "GET", "/v2/orders");
    expect(Number(headers.get("X-RateLimit-Remaining"))).toBeLessThan(rate.remaining + 5);
    const hundred = Array.from({ length: 100 }, () => ({ action: "cancel_all" }));
    await client.order("c", hundred);
    expect(await client.order("d", hundred)).toMatchObject({
      T: "error",
      status: 429,
      reason: "rate_limited",
      seq: 251,
    });
    client.socket.close();
  });

  test("a plan that is lowered holds for open connections, which stay open", async () => {
    const trader = await exchange.trader(0);
    const client = await connected(trader);
    const limit = async (id: string) => (await client.order(id, [{ action: "query", request_id: "x" }])).rate.limit;
    expect(await limit("before")).toBe(60_000);
    const admin = await exchange.admin();
    const users = `/v1/admin/users?email=${encodeURIComponent(trader.email)}`;
    const { body } = await exchange.call(admin, "GET", users);
    const path = `/v1/admin/users/${body.users[0].user_id}`;
    const changed = await exchange.call(admin, "PATCH", path, { plan: "standard" });
    expect(changed.status).toBe(200);
    let asked = 0;
    await vi.waitFor(async () => expect(await limit(`after-${++asked}`)).toBe(200), WAIT);
    client.socket.close();
  });

  test("decides frames in order, without waiting for answers: a frame cancels what the one before has placed", async () => {
    const trader = await exchange.trader(100_000);
    const client = await connected(trader);
    for (let nth = 0; nth < 20; nth++) {
      client.say({ action: "orders", id: `p${nth}`, commands: [bid("100"), bid("101")] });
      const cancels = [0, 1].map((index) => ({ action: "cancel", client_order_id: `req:p${nth}:${index}` }));
      client.say({ action: "orders", id: `c${nth}`, commands: cancels });
    }
    await client.next(({ id }) => id === "c19");
    const answers = client.frames.filter(({ T }) => T === "ack");
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, nth) => [`p${nth}`, `c${nth}`]).flat());
    expect(answers.flatMap(statuses)).toEqual(Array.from({ length: 20 }, () => [200, 200, 204, 204]).flat());
    client.socket.close();
  });

  test("a frame that is sent again on another connection is answered again, and carried out once", async () => {
    const trader = await exchange.trader(100_000);
    const first = await connected(trader);
    const commands = [bid("100"), bid("101", { id: "own" })];
    // The connection is lost before an answer comes.
    first.say({ action: "orders", id: "lost", commands });
    await vi.waitFor(async () => expect(await openOrders(trader)).toHaveLength(2), WAIT);
    first.socket.tear();
    const second = await connected(trader, "msgpack");
    const again = await second.order("lost", commands);
    const ids = (answer: Frame) => answer.results.map(({ body }: Frame) => body.id);
    expect(statuses(again)).toEqual([200, 200]);
    expect(ids(await second.order("lost", commands))).toEqual(ids(again));
    expect(new Set((await openOrders(trader)).map(({ id }) => id))).toEqual(new Set(ids(again)));
    const other = await second.order("lost", [bid("99")]);
    expect(other.results[0]).toMatchObject({ status: 422, body: { reason: "client_order_id_taken" } });
    second.socket.close();
  });
});

describe("WS-25: cancel_on_disconnect", () => {
  test.each([
    ["closes", (client: Client) => client.socket.close()],
    ["is cut off", (client: Client) => client.socket.tear()],
  ])("a connection that %s cancels the open orders, also those in flight", async (_how, end) => {
    const trader = await exchange.trader(100_000);
    const client = await connected(trader);
    client.say({ action: "session", cancel_on_disconnect: true });
    await client.next(({ T }) => T === "session");
    await client.order("a", [bid("100")]);
    client.say({ action: "orders", id: "last", commands: [bid("101")] });
    end(client);
    await vi.waitFor(async () => {
      const { body } = await exchange.call(trader, "GET", "/v2/orders?status=all");
      expect(body.map(({ status }: Frame) => status)).toContain("canceled");
      expect(body.filter(({ status }: Frame) => status !== "canceled")).toEqual([]);
    }, WAIT);
  });

  test("without it, orders stay", async () => {
    const trader = await exchange.trader(100_000);
    const client = await connected(trader);
    await client.order("a", [bid("100")]);
    client.socket.close();
    await client.closed();
    expect(await openOrders(trader)).toHaveLength(1);
  });
});

describe("WS-21: credentials", () => {
  test("a wrong secret opens nothing", async () => {
    const trader = await exchange.trader(0);
    const client = await connect();
    client.say({ action: "auth", key: trader.keyId, secret: "wrong" });
    expect(await client.closed()).toBe(1008);
  });

  test("a revoked key loses its connection, its orders with cancel_on_disconnect, and opens no other", async () => {
    const trader = await exchange.trader(100_000);
    const client = await connected(trader);
    client.say({ action: "session", cancel_on_disconnect: true });
    await client.next(({ T }) => T === "session");
    await client.order("a", [bid("100")]);
    const bearer = { Authorization: `Bearer ${trader.token}` };
    const removed = await exchange.call(null, "DELETE", `/v1/keys/${trader.keyId}`, undefined, bearer);
    expect(removed.status).toBeLessThan(300);
    expect(await client.closed()).toBe(4401);
    expect(client.frames.at(-1)).toMatchObject({ T: "error", reason: "session_ended" });
    const open = async () => (await exchange.call(null, "GET", "/v2/orders", undefined, bearer)).body;
    await vi.waitFor(async () => expect(await open()).toEqual([]), WAIT);
    const again = await connect();
    again.say({ action: "auth", key: trader.keyId, secret: trader.secret });
    expect(await again.closed()).toBe(1008);
  });

  test("a plain request is told that this is a WebSocket", async () => {
    const reply = await exchange.call(null, "GET", "/v1/trading/stream");
    expect(reply).toMatchObject({ status: 426, body: { reason: "upgrade_required" } });
  });
});
