/**
 * What the objects reach outside: an upstream of market data that speaks Alpaca's protocol and does what the tests say
 * (POST /control). There is no database: the audit shards keep what they cannot write.
 */
export const OUTSIDE_SCRIPT = `
import { DurableObject } from "cloudflare:workers";
// A recorded day: three quotes of a coin in two seconds, and a trade.
const at = (second) => new Date(Date.UTC(2026, 10, 30, 14, 30, second)).toISOString();
const quote = (bp, second) => ({ T: "q", S: "BTC/USD", bp, bs: 1, ap: bp + 1, as: 1, t: at(second) });
const DAY = [
  { format: "edge-feed/1", day: "2026-11-30", source: "test" },
  quote(230, 0),
  quote(231, 1),
  { T: "t", S: "BTC/USD", i: 5, p: 231.5, s: 0.25, t: at(1) },
  quote(232, 2),
].map((line) => JSON.stringify(line) + "\\n").join("");
export class Upstream extends DurableObject {
  sockets = new Set();
  down = false;
  latest = {};
  asked = [];
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/control") return Response.json(this.control(await request.json()));
    if (pathname === "/day") return new Response(DAY);
    if (this.down) return new Response("away", { status: 503 });
    if (request.headers.get("Upgrade") !== "websocket") {
      const kind = pathname.includes("quotes") ? "quotes" : "trades";
      return Response.json({ [kind]: this.latest[kind] ?? {} });
    }
    const [client, server] = Object.values(new WebSocketPair());
    server.accept();
    this.sockets.add(server);
    server.addEventListener("close", () => this.sockets.delete(server));
    server.addEventListener("message", ({ data }) => {
      const message = JSON.parse(data);
      this.asked.push(message);
      const { action, quotes } = message;
      const known = action === "auth" && message.key === "upstream-key" && message.secret === "upstream-secret";
      const answer = action === "auth" && !known ? { T: "error", code: 402, msg: "auth failed" }
        : action === "auth" ? { T: "success", msg: "authenticated" } : { T: "subscription", quotes };
      server.send(JSON.stringify([answer]));
    });
    server.send(JSON.stringify([{ T: "success", msg: "connected" }]));
    return new Response(null, { status: 101, webSocket: client });
  }
  control({ send, down, latest }) {
    if (latest !== undefined) this.latest = latest;
    if (send !== undefined) for (const socket of this.sockets) socket.send(JSON.stringify(send));
    if (down !== undefined) this.down = down;
    if (down === true) for (const socket of this.sockets) socket.close(1012, "cut");
    if (down === true) this.sockets.clear();
    return { sockets: this.sockets.size, asked: this.asked };
  }
}
export default {
  async fetch(request, env) {
    if (new URL(request.url).hostname !== "upstream.invalid") {
      await request.arrayBuffer();
      return new Response("no database here", { status: 503 });
    }
    return env.UPSTREAM.getByName("it").fetch(request);
  },
};
`;
