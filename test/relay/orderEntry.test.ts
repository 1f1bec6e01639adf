/** The object of order entry inside workerd, with a fake account: frames, window, answers, leases and hibernation. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { orderEntryName, orderEntryObject, relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { OrderCommand } from "../../protocol/rpc/orderCommands.ts";
import { ORDER_FRAME_BYTES_MAX, WINDOW_COMMANDS } from "../../protocol/stream/orderEntry.ts";
import { ACCOUNT, account } from "./fakes.ts";
import { open, RIGHT, type Subscriber, WAIT_OPTIONS } from "./subscriber.ts";

interface ExecutingAccount {
  executed(): Promise<{ commands: OrderCommand[]; options: unknown; validUntil: number; plan: string }[]>;
  setTokens(tokens: number): Promise<void>;
  holdAnswers(): Promise<void>;
  answerNewest(): Promise<void>;
  answerAll(): Promise<void>;
}

const executing = (): ExecutingAccount => env.ACCOUNT.getByName(ACCOUNT) as unknown as ExecutingAccount;
const PATH = "/v1/trading/stream";
const WELCOME = { T: "success", msg: "authenticated", window: WINDOW_COMMANDS, commands_max: 100 };
const CANCEL = { action: "cancel", client_order_id: "mine" };

let objects = 0;
const freshObject = () => {
  const object = orderEntryObject(env, orderEntryName(++objects));
  if (object === null) throw new Error("no such object");
  return object;
};

async function connected(at = freshObject(), codec: "json" | "msgpack" = "json"): Promise<Subscriber> {
  const client = await open(at, PATH, codec);
  client.say(RIGHT);
  await client.sees(WELCOME);
  client.frames.length = 0;
  return client;
}

const frame = (id: string, commands: readonly unknown[] = [CANCEL], more: object = {}) => ({
  action: "orders",
  id,
  commands,
  ...more,
});
const idsOf = ({ frames }: Subscriber) => frames.map((each) => (each as Record<string, unknown>)["id"]);
const closed = (client: Subscriber, code: number) =>
  vi.waitFor(() => expect(client.closed()?.code).toBe(code), WAIT_OPTIONS);

beforeEach(async () => {
  await executing().answerAll();
  await executing().setTokens(1_000_000);
});

describe("WS-22: a frame", () => {
  it.each(["json", "msgpack"] as const)(
    "is one call of the account, in %s; each command has its result",
    async (codec) => {
      const client = await connected(freshObject(), codec);
      const before = (await executing().executed()).length;
      client.say(
        frame("f1", [
          {
            action: "place",
            symbol: "AAPL",
            side: "buy",
            type: "limit",
            qty: "1",
            limit_price: "2",
            time_in_force: "day",
          },
          { action: "cancel", id: "mine", order_id: "61E69015-8549-4bfd-b9c3-01e75843f47d" },
          { action: "place", symbol: "AAPL", qyt: 1 },
          { action: "query", request_id: "f0:7" },
          { action: "replace", order_id: "61e69015-8549-4bfd-b9c3-01e75843f47d", qty: "2", client_order_id: "own" },
          { action: "cancel" },
          { action: "cancel_all", symbol: "AAPL" },
          { action: "sell" },
          7,
        ]),
      );
      await client.sees(expect.objectContaining({ T: "ack", id: "f1" }));
      const [ack] = client.frames as Record<string, unknown>[];
      expect(ack).toEqual({
        T: "ack",
        id: "f1",
        seq: 9,
        mark: expect.stringMatching(/^9\.[\w-]{16}$/),
        results: expect.any(Array),
        times: { in: expect.any(Number), account_in: 5, account_out: 6, out: expect.any(Number) },
        rate: { limit: 200, remaining: expect.any(Number) },
      });
      const results = (ack?.["results"] ?? []) as { id: string; status: number; body: { reason?: string } | null }[];
      expect(results.map(({ id, status, body }) => [id, status, body?.reason])).toEqual([
        ["f1:0", 404, "order_not_found"],
        ["mine", 204, undefined],
        ["f1:2", 422, "unknown_field"],
        ["f1:3", 404, "order_not_found"],
        ["f1:4", 404, "order_not_found"],
        ["f1:5", 422, "order_id_missing"],
        ["f1:6", 422, "unknown_field"],
        ["f1:7", 422, "body_field"],
        ["f1:8", 422, "body_field"],
      ]);
      const calls = (await executing().executed()).slice(before);
      expect(calls).toHaveLength(1);
      expect(calls[0]?.options).toEqual({ allOrNone: false, sequence: "" });
      expect(calls[0]?.commands).toMatchObject([
        { kind: "place", ticket: { symbol: "AAPL", clientOrderId: "req:f1:0" } },
        { kind: "cancel", orderId: "61e69015-8549-4bfd-b9c3-01e75843f47d" },
        { kind: "query", clientOrderId: "req:f0:7" },
        { kind: "replace", ticket: { clientOrderId: "own" } },
      ]);
      expect((calls[0]?.validUntil ?? 0) - Date.now()).toBeGreaterThan(5_000);
    },
  );

  it("with all_or_none and a malformed command carries nothing out", async () => {
    const client = await connected();
    const before = (await executing().executed()).length;
    client.say(frame("f1", [CANCEL, { action: "cancel" }], { all_or_none: true }));
    await client.sees(expect.objectContaining({ id: "f1", seq: 2 }));
    const results = (client.frames[0] as Record<string, unknown>)["results"];
    expect(results).toMatchObject([
      { status: 422, body: { reason: "batch_not_executed" } },
      { status: 422, body: { reason: "order_id_missing" } },
    ]);
    expect((await executing().executed()).length).toBe(before);
  });

  it("gets an error in its place when the account has no tokens, or does not answer", async () => {
    const client = await connected();
    await executing().setTokens(1);
    client.say(frame("f1", [CANCEL, CANCEL]));
    await client.sees({
      T: "error",
      id: "f1",
      seq: 2,
      mark: expect.any(String),
      status: 429,
      code: 42910000,
      message: "too many requests.",
      reason: "rate_limited",
      retry_after: 2,
    });
    client.say(frame("f2", [CANCEL, CANCEL]));
    await client.sees(expect.objectContaining({ id: "f2", reason: "rate_limited" }));
    await executing().setTokens(1_000_000);
    const other = await connected();
    await account().setFailing(true);
    other.say(frame("f1"));
    await other.sees(expect.objectContaining({ T: "error", id: "f1", seq: 1, reason: "unavailable" }));
    await account().setFailing(false);
    other.say(frame("f1"));
    await other.sees(expect.objectContaining({ T: "ack", id: "f1", seq: 2 }));
  });

  it("that is too long closes the connection", async () => {
    const client = await connected();
    client.say("x".repeat(ORDER_FRAME_BYTES_MAX + 1));
    await closed(client, 1009);
    expect(client.frames).toMatchObject([{ T: "error", reason: "body_too_large" }]);
  });
});

describe("WS-24: answers", () => {
  it("come in the order of the frames; later frames do not wait for earlier answers", async () => {
    const client = await connected();
    const before = (await executing().executed()).length;
    await executing().holdAnswers();
    for (const id of ["a", "b", "c"]) client.say(frame(id));
    await vi.waitFor(async () => expect((await executing().executed()).length).toBe(before + 3), WAIT_OPTIONS);
    await executing().answerNewest();
    client.say(frame("c"));
    await client.sees(expect.objectContaining({ id: "c", reason: "request_id_in_flight" }));
    await executing().answerAll();
    await vi.waitFor(() => expect(client.frames).toHaveLength(4), WAIT_OPTIONS);
    expect(idsOf(client)).toEqual(["c", "a", "b", "c"]);
    expect(client.frames.slice(1)).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3 }]);
  });
});

describe("WS-23: a client that confirms no answers", () => {
  it("is held at the window, then closed; what it sent beyond was not carried out", async () => {
    const client = await connected();
    const before = (await executing().executed()).length;
    const full = Array.from({ length: 100 }, () => CANCEL);
    for (let nth = 0; nth < 100; nth++) client.say(frame(`f${nth}`, full));
    await closed(client, 4429);
    expect((await executing().executed()).length - before).toBe(WINDOW_COMMANDS / 100);
    const refused = client.frames.filter((each) => (each as Record<string, unknown>)["reason"] === "window_exceeded");
    expect(refused).toHaveLength(51);
  });

  it("is closed too when the account is never given a command of it", async () => {
    const client = await connected();
    const before = (await executing().executed()).length;
    for (let nth = 0; nth < 60; nth++) client.say(frame(`f${nth}`, [{ action: "cancel" }, { action: "sell" }]));
    await closed(client, 4429);
    expect((await executing().executed()).length).toBe(before);
    expect(client.frames.filter((each) => (each as Record<string, unknown>)["T"] === "ack")).toHaveLength(51);
  });

  it("cannot confirm what it has not read", async () => {
    const [reader, client] = [await connected(), await connected()];
    reader.say(frame("r1", [CANCEL]));
    await reader.sees(expect.objectContaining({ T: "ack", id: "r1" }));
    const { mark } = reader.frames.at(-1) as { readonly mark: string };
    client.say(frame("f1", [CANCEL], { received: mark }));
    await client.sees(expect.objectContaining({ T: "error", id: "f1", reason: "body_field" }));
  });

  it("continues when it confirms", async () => {
    const client = await connected();
    const full = Array.from({ length: 100 }, () => CANCEL);
    for (let nth = 1; nth <= 25; nth++) {
      const { mark = "" } = (client.frames.at(-1) ?? {}) as { readonly mark?: string };
      client.say(frame(`f${nth}`, full, { received: mark }));
      await client.sees(expect.objectContaining({ T: "ack", id: `f${nth}`, seq: nth * 100 }));
    }
  });
});

describe("WS-25: cancel_on_disconnect", () => {
  const leases = async () => (await account().leaseCalls()).map(([call, lease]) => [call, lease] as const);

  it("is acknowledged once the account holds the lease, and released on request", async () => {
    const client = await connected();
    client.say({ action: "session", cancel_on_disconnect: true });
    await client.sees({ T: "session", cancel_on_disconnect: true });
    const [call, name] = (await leases()).at(-1) ?? ["none", ""];
    expect(call).toBe("hold");
    client.say({ action: "session", cancel_on_disconnect: false });
    await client.sees({ T: "session", cancel_on_disconnect: false });
    expect((await leases()).at(-1)).toEqual(["release", name]);
    await account().refuseLeases(true);
    client.say({ action: "session", cancel_on_disconnect: true });
    await client.sees(expect.objectContaining({ T: "error", reason: "too_many_leases" }));
    await account().refuseLeases(false);
  });

  it("ends the lease when the connection closes, in the sequence of its frames, while one waits for its answer", async () => {
    const client = await connected();
    client.say({ action: "session", cancel_on_disconnect: true });
    await client.sees({ T: "session", cancel_on_disconnect: true });
    const [, name] = (await leases()).at(-1) ?? ["none", ""];
    const before = (await executing().executed()).length;
    await executing().holdAnswers();
    client.say(frame("last"));
    await vi.waitFor(async () => expect((await executing().executed()).length).toBe(before + 1), WAIT_OPTIONS);
    client.socket.close();
    await closed(client, 1000);
    await vi.waitFor(async () => expect(await leases()).toContainEqual(["end", name]), WAIT_OPTIONS);
    const options = (await executing().executed()).at(-1)?.options as { sequence?: string };
    expect(options.sequence).toEqual(expect.any(String));
    expect(await account().leaseCalls()).toContainEqual(["end", name, options.sequence]);
  });

  it("holds over hibernation, and a revocation that comes through a relay ends it", async () => {
    const object = freshObject();
    const client = await connected(object);
    client.say({ action: "session", cancel_on_disconnect: true });
    await client.sees({ T: "session", cancel_on_disconnect: true });
    const [, name] = (await leases()).at(-1) ?? ["none", ""];
    client.say(frame("a", [CANCEL, CANCEL]));
    await client.sees(expect.objectContaining({ id: "a", seq: 2 }));
    await evictDurableObject(object);
    client.say(frame("b"));
    await client.sees(expect.objectContaining({ id: "b", seq: 3 }));
    const told = { route: "A".repeat(20), credentials: [RIGHT.key] };
    await relayObject(env, object.name ?? "").revoked(told);
    await client.sees(expect.objectContaining({ T: "error", reason: "session_ended" }));
    await closed(client, 4401);
    await vi.waitFor(async () => expect(await leases()).toContainEqual(["end", name]), WAIT_OPTIONS);
  });
});

it("WS-22: frames are counted by the plan that the login has, also when it changes while the connection is open or sleeps", async () => {
  const object = freshObject();
  const client = await connected(object);
  const told = { route: "A".repeat(20), credentials: [] };
  const planOf = async (id: string) => {
    client.say(frame(id));
    await client.sees(expect.objectContaining({ T: "ack", id }));
    return (await executing().executed()).at(-1)?.plan;
  };
  const before = await planOf("a");
  expect(before).not.toBe("pro");
  expect(await relayObject(env, object.name ?? "").revoked({ ...told, plan: "pro" })).toEqual({ keep: true });
  expect(await planOf("b")).toBe("pro");
  await evictDurableObject(object);
  expect(await planOf("c")).toBe("pro");
  await evictDurableObject(object);
  const other = { route: "B".repeat(20), credentials: [], plan: "market_maker" } as const;
  expect(await relayObject(env, object.name ?? "").revoked(other)).toEqual({ keep: false });
  expect(await relayObject(env, object.name ?? "").revoked(told)).toEqual({ keep: true });
  expect(await planOf("d")).toBe("pro");
  await relayObject(env, object.name ?? "").revoked({ ...told, plan: "standard" });
  expect(await planOf("e")).toBe("standard");
});

describe("WS-21: a connection", () => {
  it("with a wrong key is refused and closed", async () => {
    const client = await open(freshObject(), PATH);
    client.say({ ...RIGHT, secret: "wrong" });
    await client.sees(expect.objectContaining({ T: "error", reason: "unauthorized" }));
    await closed(client, 1008);
  });

  it("authenticates once: a second frame while the first is checked is refused", async () => {
    const client = await open(freshObject(), PATH);
    client.say(RIGHT);
    client.say({ ...RIGHT, secret: "wrong" });
    await client.sees(WELCOME);
    await client.sees(expect.objectContaining({ T: "error", reason: "already_authenticated" }));
    client.say(frame("a"));
    await client.sees(expect.objectContaining({ T: "ack", id: "a" }));
  });

  it("of a key that only reads is refused and closed", async () => {
    const client = await open(freshObject(), PATH);
    client.say({ ...RIGHT, secret: "read-only" });
    await client.sees(expect.objectContaining({ T: "error", reason: "forbidden" }));
    await closed(client, 1008);
  });

  it("of a key that only trades places and cancels, but reads nothing", async () => {
    const client = await open(freshObject(), PATH);
    client.say({ ...RIGHT, secret: "trade-only" });
    await client.sees(WELCOME);
    client.say(frame("a", [CANCEL, { action: "query", client_order_id: "x" }]));
    await client.sees(expect.objectContaining({ id: "a", T: "ack" }));
    expect((client.frames.at(-1) as Record<string, unknown>)["results"]).toMatchObject([
      { status: 204 },
      { status: 403, body: { reason: "forbidden" } },
    ]);
  });

  it("to a relay, or of another stream to this object, is refused", async () => {
    await expect(open(relayObject(env, "relay-0"), PATH)).rejects.toThrow("404");
    await expect(open(freshObject(), "/stream")).rejects.toThrow("404");
  });

  it("RL-6: is one of at most 25 of its network that have not authenticated", async () => {
    const object = freshObject();
    const from = { "CF-Connecting-IP": "192.0.2.77" };
    const clients = [];
    for (let nth = 0; nth < 25; nth++) clients.push(await open(object, PATH, "json", from));
    await expect(open(object, PATH, "json", from)).rejects.toThrow("429");
    clients[0]?.say(RIGHT);
    await clients[0]?.sees(WELCOME);
    await open(object, PATH, "json", from);
  });

  it("tells nothing about others, and pings are answered", async () => {
    const client = await open(freshObject(), PATH);
    const pongs: unknown[] = [];
    client.socket.addEventListener("message", ({ data }) => pongs.push(data));
    client.say("ping");
    await vi.waitFor(() => expect(pongs).toEqual(["pong"]), WAIT_OPTIONS);
  });
});
