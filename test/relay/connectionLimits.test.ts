/** Connection limits of a network and an account at a relay inside workerd. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import {
  ACCOUNT_SOCKETS_MAX,
  AUTHENTICATION_TIMEOUT_MS,
  UNAUTHENTICATED_SOCKETS_MAX,
} from "../../workers/quotes/relay/limits.ts";
import { freshRelay } from "./fakes.ts";
import { open, WAIT_OPTIONS, RIGHT, type Subscriber } from "./subscriber.ts";

type Relay = ReturnType<typeof freshRelay>;

/** The number of sockets that the relay has not closed. */
function openAt(relay: Relay): Promise<number> {
  return runInDurableObject(env.RELAY.getByName(relay.name ?? ""), (_relay, state) => {
    return state.getWebSockets().filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  });
}

/** An upgrade from an address, as the gateway forwards it. */
async function connect(relay: Relay, ip: string): Promise<Response> {
  const headers = { Upgrade: "websocket", "CF-Connecting-IP": ip };
  const response = await relay.fetch(new Request("https://quotes.invalid/v2/iex", { headers }));
  response.webSocket?.accept();
  return response;
}

it("RL-6: a network with too many unauthenticated sockets is refused with Retry-After", async () => {
  const relay = freshRelay();
  const statuses: number[] = [];
  const sockets: (WebSocket | null)[] = [];
  for (let i = 0; i < UNAUTHENTICATED_SOCKETS_MAX; i++) {
    const { status, webSocket } = await connect(relay, `2001:db8:0:7::${i}`);
    statuses.push(status);
    sockets.push(webSocket);
  }
  expect(new Set(statuses)).toEqual(new Set([101]));
  const refused = await connect(relay, "2001:db8:0:7::ffff");
  expect(refused.status).toBe(429);
  expect(refused.headers.get("Retry-After")).toBe("10");
  expect(await refused.json()).toMatchObject({ code: 42910000 });
  expect((await connect(relay, "2001:db8:0:8::1")).status).toBe(101);
  sockets[0]?.close();
  await vi.waitFor(async () => expect((await connect(relay, "2001:db8:0:7::ffff")).status).toBe(101), WAIT_OPTIONS);
});

it("RL-6: sockets that do not answer a close frame count until they have closed", async () => {
  const relay = freshRelay();
  const upgrade = { Upgrade: "websocket", "CF-Connecting-IP": "192.0.2.66" };
  const silent: WebSocket[] = [];
  for (let i = 0; i < UNAUTHENTICATED_SOCKETS_MAX; i++) {
    const { webSocket } = await relay.fetch(new Request("https://quotes.invalid/v2/iex", { headers: upgrade }));
    if (webSocket === null) throw new Error("no socket");
    silent.push(webSocket);
  }
  // They are closed because they do not authenticate. The test does not read them, so close frames are not answered.
  expect(await openAt(relay)).toBe(UNAUTHENTICATED_SOCKETS_MAX);
  await vi.waitFor(async () => expect(await openAt(relay)).toBe(0), {
    timeout: 2 * AUTHENTICATION_TIMEOUT_MS,
    interval: 200,
  });
  expect((await connect(relay, "192.0.2.66")).status).toBe(429);
  expect((await connect(relay, "192.0.2.67")).status).toBe(101);
  for (const socket of silent) socket.accept();
  for (const socket of silent) socket.close();
  await vi.waitFor(async () => expect((await connect(relay, "192.0.2.66")).status).toBe(101), WAIT_OPTIONS);
});

it("RL-6: sockets that the relay closed no longer count when they have answered", async () => {
  const relay = freshRelay();
  const from = { "CF-Connecting-IP": "192.0.2.68" };
  for (let round = 0; round < 2; round++) {
    const subscribers: Subscriber[] = [];
    for (let i = 0; i < UNAUTHENTICATED_SOCKETS_MAX; i++) {
      subscribers.push(await vi.waitFor(() => open(relay, "/v2/iex", "json", from), WAIT_OPTIONS));
    }
    for (const subscriber of subscribers) subscriber.say({ ...RIGHT, secret: "wrong" });
    for (const subscriber of subscribers)
      await vi.waitFor(() => expect(subscriber.closed()?.code).toBe(1008), WAIT_OPTIONS);
  }
});

it("ID-86: a guest's sockets count as the guest's, not as the owner's", async () => {
  const relay = freshRelay();
  const authenticated = async (secret: string): Promise<Subscriber> => {
    const subscriber = await open(relay, "/v2/iex");
    subscriber.say({ ...RIGHT, secret });
    return subscriber;
  };
  const guests: Subscriber[] = [];
  for (let i = 0; i < ACCOUNT_SOCKETS_MAX; i++) guests.push(await authenticated("read-only"));
  for (const guest of guests) await guest.sees([{ T: "success", msg: "authenticated" }]);
  await (await authenticated("right")).sees([{ T: "success", msg: "authenticated" }]);
  await (await authenticated("read-only")).sees([{ T: "error", code: 406, msg: "connection limit exceeded" }]);
  expect(guests.every((guest) => guest.closed() === null)).toBe(true);
});

it("RL-6: a socket over the account's limit gets an error and is closed, also after hibernation; the others stay", async () => {
  const relay = freshRelay();
  const subscribers = await Promise.all(Array.from({ length: ACCOUNT_SOCKETS_MAX }, () => open(relay, "/v2/iex")));
  for (const subscriber of subscribers) subscriber.say(RIGHT);
  for (const subscriber of subscribers) await subscriber.sees([{ T: "success", msg: "authenticated" }]);
  await evictDurableObject(relay);
  const last = await open(relay, "/v2/iex");
  last.say(RIGHT);
  await last.sees([{ T: "error", code: 406, msg: "connection limit exceeded" }]);
  await vi.waitFor(
    () => expect(last.closed()).toEqual({ code: 1008, reason: "connection limit exceeded" }),
    WAIT_OPTIONS,
  );
  expect(subscribers.every((subscriber) => subscriber.closed() === null)).toBe(true);
  subscribers[0]?.socket.close();
  await vi.waitFor(async () => {
    const next = await open(relay, "/v2/iex");
    next.say(RIGHT);
    await next.sees([{ T: "success", msg: "authenticated" }]);
  }, WAIT_OPTIONS);
});
