/**
 * Keys and shared accounts over the whole exchange: what is taken back is gone within five seconds, on open sockets
 * too.
 */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Exchange, startExchange, type Trader } from "./exchange.ts";
import { listen } from "./sockets.ts";

/** What the project promises, and a little for this machine. */
const FIVE_SECONDS = { timeout: 6_000, interval: 50 };

let exchange: Exchange;
beforeAll(async () => void (exchange = await startExchange()), 120_000);
afterAll(() => exchange.close());

interface Key {
  readonly keyId: string;
  readonly secret: string;
}

const bearer = ({ token }: Pick<Trader, "token">) => ({ Authorization: `Bearer ${token}` });
const pair = ({ keyId, secret }: Key) => ({ "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secret });

/** As a signed-in person. */
const ask = (who: Trader, method: string, path: string, body?: unknown) =>
  exchange.call(null, method, path, body, bearer(who));

/** How a request with this key ends. */
const status = async (key: Key, from: Record<string, string> = {}) =>
  (await exchange.call(null, "GET", "/v2/account", undefined, { ...pair(key), ...from })).status;

/** A trading stream that the key has opened. */
async function stream(key: Key, from: Record<string, string> = {}) {
  const client = await listen(`${exchange.url.replace("http", "ws")}/stream`, from);
  client.send({ action: "auth", key: key.keyId, secret: key.secret });
  const seen = (status: string) => client.next(status, ({ data }) => data?.status === status);
  return {
    ...client,
    listen: (options: object) => client.send({ action: "listen", data: { streams: ["trade_updates"], ...options } }),
    opened: () => seen("authorized"),
    refused: () => seen("unauthorized"),
  };
}

async function makeKey(who: Trader, asked: object = {}): Promise<Key> {
  const { body } = await ask(who, "POST", "/v1/keys", asked);
  return { keyId: body.key_id, secret: body.secret };
}

test("ID-75: when the owner ends a grant, the receiver's key for the account and its stream end too", async () => {
  const [ada, bob] = [await exchange.trader(100), await exchange.trader(0)];
  const grants = `/v1/accounts/${ada.accountId}/grants`;
  const given = await ask(ada, "POST", grants, { email: bob.email });
  expect(given.status).toBe(202);
  await vi.waitFor(async () => {
    expect((await ask(bob, "GET", "/v1/accounts")).body.accounts).toHaveLength(2);
  }, FIVE_SECONDS);
  const key = await makeKey(bob, { account_id: ada.accountId, scopes: ["read"] });
  expect((await exchange.call(null, "GET", "/v2/account", undefined, pair(key))).body.cash).toBe("100");
  const socket = await stream(key);
  await socket.opened();
  expect((await ask(ada, "DELETE", `${grants}/${given.body.id}`)).status).toBe(204);
  await socket.ends(4401);
  await vi.waitFor(async () => expect(await status(key)).toBe(401), FIVE_SECONDS);
});

test("WS-18: a read-only key or guest gets no cancel-on-disconnect: closing the socket or ending the grant cancels nothing", async () => {
  const [ada, bob] = [await exchange.trader(10_000), await exchange.trader(0)];
  const given = await ask(ada, "POST", `/v1/accounts/${ada.accountId}/grants`, { email: bob.email });
  await vi.waitFor(async () => {
    expect((await ask(bob, "GET", "/v1/accounts")).body.accounts).toHaveLength(2);
  }, FIVE_SECONDS);
  const ticket = { symbol: "F", side: "buy", type: "limit", qty: "1", limit_price: "5", time_in_force: "gtc" };
  const placed = await exchange.call(ada, "POST", "/v2/orders", ticket);
  const standing = async () => (await exchange.call(ada, "GET", `/v2/orders/${placed.body.id}`)).body.status;
  const reading = await makeKey(ada, { scopes: ["read"] });
  const guest = await makeKey(bob, { account_id: ada.accountId, scopes: ["read"] });
  const sockets = [await stream(reading), await stream(guest)] as const;
  for (const socket of sockets) {
    await socket.opened();
    socket.listen({ cancel_on_disconnect: true });
    const refused = await socket.next("refusal", ({ stream: name }) => name === "error");
    expect(refused).toEqual({ stream: "error", action: "error", data: expect.objectContaining({ code: 409 }) });
  }
  sockets[0].close();
  await ask(ada, "DELETE", `/v1/accounts/${ada.accountId}/grants/${given.body.id}`);
  await sockets[1].ends(4401);
  const trading = await makeKey(ada);
  const socket = await stream(trading);
  await socket.opened();
  socket.listen({ cancel_on_disconnect: true });
  await socket.next("lease", ({ data }) => data?.cancel_on_disconnect === true);
  expect(await standing()).toBe("new");
  await ask(ada, "DELETE", `/v1/keys/${trading.keyId}`);
  await vi.waitFor(async () => expect(await standing()).toBe("canceled"), FIVE_SECONDS);
});

test("ID-71, ID-72: a key is valid for requests and streams from its addresses only, and invalid once it is revoked", async () => {
  const ada = await exchange.trader(0);
  const key = await makeKey(ada, { allowed_ips: ["192.0.2.0/24", "2001:db8::/32"] });
  const [here, there] = [{ "CF-Connecting-IP": "192.0.2.7" }, { "CF-Connecting-IP": "198.51.100.7" }];
  const six = { "CF-Connecting-IP": "2001:db8::7" };
  expect([await status(key, here), await status(key, there), await status(key, six)]).toEqual([200, 401, 200]);
  const [mine, theirs] = [await stream(key, here), await stream(key, there)];
  await mine.opened();
  await theirs.refused();
  expect((await ask(ada, "DELETE", `/v1/keys/${key.keyId}`)).status).toBe(204);
  await mine.ends(4401);
  await vi.waitFor(async () => expect(await status(key, here)).toBe(401), FIVE_SECONDS);
});

test("ID-79: the credentials of a login that an administrator disables are refused, and its streams are closed", async () => {
  const [admin, ada] = [await exchange.admin(), await exchange.trader(0)];
  const path = `/v1/admin/users/${ada.accountId}`;
  const socket = await stream(ada);
  await socket.opened();
  await vi.waitFor(async () => expect((await ask(admin, "GET", path)).status).toBe(200), FIVE_SECONDS);
  expect((await ask(admin, "PATCH", path, { disabled: true })).body.disabled_at).not.toBeNull();
  await socket.ends(4401);
  await vi.waitFor(async () => expect(await status(ada)).toBe(401), FIVE_SECONDS);
  await vi.waitFor(async () => expect((await ask(ada, "GET", "/v1/me")).status).toBe(401), FIVE_SECONDS);
  expect((await ask(admin, "PATCH", path, { disabled: false })).status).toBe(200);
  await vi.waitFor(async () => expect(await status(ada)).toBe(200), FIVE_SECONDS);
  const acts = (await ask(admin, "GET", "/v1/admin/acts?limit=2")).body.acts;
  expect(acts).toMatchObject([{ facts: { disabled: false } }, { facts: { disabled: true }, by: admin.accountId }]);
});

test("AC-91, AC-92: two accounts of a user have keys, streams and order entry of their own, which nobody else reaches", async () => {
  const [ada, eve] = [await exchange.trader(1_000), await exchange.trader(0)];
  const opened = await ask(ada, "POST", "/v1/accounts", { type: "margin", name: "second" });
  expect(opened.status).toBe(201);
  const second: string = opened.body.account_id;
  const deposit = { reference: "to the second account", amount: "1000" };
  const admin = await exchange.admin();
  expect((await exchange.call(admin, "POST", `/v1/admin/accounts/${second}/deposits`, deposit)).status).toBe(200);
  const key = await makeKey(ada, { account_id: second });
  expect((await exchange.call(null, "GET", "/v2/account", undefined, pair(key))).body.id).toBe(second);

  /** A socket of a session, on the account that it names. */
  const bySession = async (who: Trader, path: string, accountId?: string) => {
    const client = await listen(`${exchange.url.replace("http", "ws")}${path}`);
    const named = accountId === undefined ? {} : { account_id: accountId };
    client.send({ action: "auth", key: "oauth", secret: who.token, ...named });
    return client;
  };
  const streams = [await bySession(ada, "/stream"), await bySession(ada, "/stream", second)] as const;
  for (const socket of streams) {
    socket.send({ action: "listen", data: { streams: ["trade_updates"] } });
    await socket.next("listening", ({ stream: name }) => name === "listening");
  }
  const byKey = await stream(key);
  await byKey.opened();
  byKey.listen({});
  await byKey.next("listening", ({ stream: name }) => name === "listening");

  const ticket = { symbol: "F", side: "buy", type: "limit", qty: "1", limit_price: "5", time_in_force: "gtc" };
  const named = { ...bearer(ada), "X-Account-ID": second };
  const byRest = await exchange.call(null, "POST", "/v2/orders", { ...ticket, client_order_id: "rest" }, named);
  expect(byRest.status).toBe(200);
  const entry = await bySession(ada, "/v1/trading/stream", second);
  await entry.next("success", ({ T }) => T === "success");
  const placed = { ...ticket, action: "place", client_order_id: "entry" };
  entry.send({ action: "orders", id: "1", commands: [placed] });
  await entry.next("ack", ({ T, id }) => T === "ack" && id === "1");
  const batch = { commands: [{ ...ticket, action: "place", client_order_id: "batch" }] };
  expect((await exchange.call(null, "POST", "/v1/orders/batch", batch, named)).status).toBe(207);
  const isNew = (id: string) => (frame: { data?: { order?: { client_order_id?: string } } }) =>
    frame.data?.order?.client_order_id === id;
  for (const id of ["rest", "entry", "batch"]) {
    await streams[1].next(id, isNew(id));
    await byKey.next(id, isNew(id));
  }
  expect(streams[0].frames.some((frame) => JSON.stringify(frame).includes("client_order_id"))).toBe(false);
  expect((await exchange.call(ada, "GET", "/v2/orders")).body).toEqual([]);

  for (const id of [ada.accountId, second]) {
    for (const path of ["/stream", "/v2/iex", "/v1/trading/stream"]) {
      await (await bySession(eve, path, id)).ends(1008);
    }
    const theirs = { ...bearer(eve), "X-Account-ID": id };
    expect((await exchange.call(null, "GET", "/v2/account", undefined, theirs)).status).toBe(403);
    expect((await exchange.call(null, "POST", "/v1/orders/batch", batch, theirs)).status).toBe(403);
  }
  const others = await listen(`${exchange.url.replace("http", "ws")}/stream?account_id=${ada.accountId}`);
  others.send({ action: "auth", key: key.keyId, secret: key.secret });
  await others.ends(1008);
}, 60_000);
