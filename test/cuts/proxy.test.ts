import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CutProxy } from "./proxy.ts";

let proxy: CutProxy;
let servers: Socket[];
let listening: ReturnType<typeof createServer>;

beforeEach(async () => {
  servers = [];
  // Answers each byte with ten.
  listening = createServer((socket) => {
    servers.push(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => socket.write(Buffer.alloc(10 * chunk.length, 7)));
  });
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  proxy = await CutProxy.start((listening.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  listening.close();
});

const closed = (socket: Socket | undefined) => new Promise((resolve) => socket?.once("close", resolve));

/** A client that has got an answer, and counts what it gets. */
async function client() {
  const socket = connect(proxy.port, "127.0.0.1");
  const state = { socket, bytes: 0, error: "" };
  socket.on("error", (error: NodeJS.ErrnoException) => (state.error = error.code ?? ""));
  socket.on("data", (chunk) => (state.bytes += chunk.length));
  socket.write("x");
  while (state.bytes < 10) await once(socket, "data");
  return state;
}

test("a reset reaches both sides", async () => {
  const state = await client();
  const ended = [closed(state.socket), closed(servers[0])];
  expect(proxy.reset()).toBe(true);
  await Promise.all(ended);
  expect(state.error).toBe("ECONNRESET");
  expect(proxy.reset()).toBe(false);
});

test("a connection is cut after the given number of bytes", async () => {
  const state = await client();
  expect(proxy.resetAfter(13)).toBe(true);
  state.socket.write("xx");
  await closed(state.socket);
  expect(state.bytes).toBe(23);
});

test("nothing passes a half-open connection, and the next one is open", async () => {
  const silent = await client();
  expect(proxy.silence()).toBe(true);
  silent.socket.write("x");
  const next = await client();
  next.socket.write("x");
  while (next.bytes < 20) await once(next.socket, "data");
  expect(silent.bytes).toBe(10);
  expect(silent.socket.closed).toBe(false);
  expect(servers.map(({ destroyed }) => destroyed)).toEqual([false, false]);
});
