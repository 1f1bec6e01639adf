/** The least that a frame needs: one object sends the same bytes to all of its hibernating sockets once a window. */
import { DurableObject } from "cloudflare:workers";
import { encodeQuote } from "../../../protocol/mapping/tradesAndQuotes.ts";
import { concatFrame } from "../../../protocol/stream/segment.ts";

interface Env {
  readonly SENDER: DurableObjectNamespace<Sender>;
}

const WINDOW_MS = 75;

export class Sender extends DurableObject<Env> {
  #runs = false;

  override fetch(request: Request): Response {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    if (!this.#runs) {
      this.#runs = true;
      this.#run(Number(new URL(request.url).searchParams.get("updates")));
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  #run(updates: number): void {
    const quotes = Array.from({ length: updates }, (_, nth) => {
      const bid = { price: 2_000_000 + 100 * (nth % 2), qty: 1_000_000 };
      return encodeQuote({ symbol: "FAA", bid, ask: null, at: Date.now(), sequence: 100_000 + nth });
    });
    const frame = concatFrame(updates, quotes);
    const send = (): void => {
      const sockets = this.ctx.getWebSockets();
      if (sockets.length === 0) {
        this.#runs = false;
        return;
      }
      for (const socket of sockets) socket.send(frame);
      setTimeout(send, WINDOW_MS);
    };
    setTimeout(send, WINDOW_MS);
  }

  override webSocketClose(socket: WebSocket): void {
    socket.close();
  }
}

export default {
  fetch(request: Request, env: Env): Response | Promise<Response> {
    if (request.headers.get("Upgrade") === null) return new Response("ok");
    return env.SENDER.getByName("sender").fetch(request);
  },
} satisfies ExportedHandler<Env>;
