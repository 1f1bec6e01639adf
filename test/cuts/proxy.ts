/** A TCP proxy between one client and the exchange, which cuts their connection in the ways in which networks do. */
import { connect, createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

/** How long the exchange's side of a half-open connection lasts. */
const HALF_OPEN_MS = 20_000;

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Bytes that the client still gets before the connection is reset; null for all of them. */
  left: number | null;
  /** Nothing passes any more, and neither side is told when the other closes. */
  silent: boolean;
  ending: boolean;
}

export class CutProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #newest: Pair | null = null;

  private constructor(port: number) {
    this.#server = createServer((client) => this.#accept(client, port));
  }

  /** Starts a proxy of a server on this machine. */
  static async start(port: number): Promise<CutProxy> {
    const proxy = new CutProxy(port);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resets the newest connection on both sides; false when none is open. */
  reset(): boolean {
    return this.#cut((pair) => this.#end(pair));
  }

  /** Resets the newest connection when it has passed this many bytes more to the client, so in the midst of a frame. */
  resetAfter(bytes: number): boolean {
    return this.#cut((pair) => (pair.left = bytes));
  }

  /** Makes the newest connection half-open: it stays, and nothing passes. The exchange's side is reset later. */
  silence(): boolean {
    return this.#cut((pair) => {
      pair.silent = true;
      pair.server.pause();
      setTimeout(() => this.#end(pair), HALF_OPEN_MS).unref();
    });
  }

  /** Ends everything. */
  async close(): Promise<void> {
    for (const pair of this.#pairs) this.#end(pair);
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #cut(how: (pair: Pair) => void): boolean {
    const pair = this.#newest;
    if (pair === null) return false;
    this.#newest = null;
    how(pair);
    return true;
  }

  #accept(client: Socket, port: number): void {
    const server = connect(port, "127.0.0.1");
    const pair: Pair = { client, server, left: null, silent: false, ending: false };
    this.#pairs.add(pair);
    this.#newest = pair;
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // The close event follows.
      socket.on("error", () => {});
      socket.on("close", () => {
        if (!pair.silent) this.#end(pair);
      });
    }
    client.on("data", (chunk: Buffer) => {
      if (!pair.silent) server.write(chunk);
    });
    server.on("data", (chunk: Buffer) => this.#pass(pair, chunk));
  }

  #pass(pair: Pair, chunk: Buffer): void {
    if (pair.silent || pair.ending) return;
    if (pair.left === null || chunk.length <= pair.left) {
      if (pair.left !== null) pair.left -= chunk.length;
      pair.client.write(chunk);
      return;
    }
    // The part is written before the reset, which would drop it; nothing follows it.
    pair.ending = true;
    pair.client.write(chunk.subarray(0, pair.left), () => this.#end(pair));
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    if (this.#newest === pair) this.#newest = null;
    pair.client.resetAndDestroy();
    pair.server.resetAndDestroy();
  }
}
