/**
 * The hops of an order and the operations that they are made of, without any logic: the least that workerd needs for
 * them. Gateway and objects run the same module. POST and DELETE /orders/STEPS/GATHER take an order of the load
 * generator, POST /repeat/WHERE/WHAT/COUNT repeats an operation.
 */
import { DurableObject } from "cloudflare:workers";
import type { Steps } from "./steps.ts";

interface Env {
  readonly FIRST: DurableObjectNamespace<First>;
  readonly SECOND: DurableObjectNamespace<Second>;
}

/** Bytes of a row, about those of an account's commit with one order. */
const ROW = new Uint8Array(600).fill(7);
/** An argument like an order with its principal. */
const ORDER = {
  principal: { userId: "5f0c2f0e-7d0b", accountId: "acct-5f0c2f0e", roles: ["trader"], scopes: ["read", "trade"] },
  origin: { ip: "127.0.0.1", userAgent: "bench", requestId: "req-0123456789" },
  ticket: {
    symbol: "AAPL",
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    qty: "1",
    limitPrice: "100.01",
    clientOrderId: "m1abc-1-12345",
    extendedHours: false,
  },
};
type Argument = (typeof ORDER & { order?: { symbol: string } }) | ArrayBuffer | null;
const LINE = JSON.stringify(ORDER);
const INSERT = "INSERT INTO journal (at, body) VALUES (?, ?)";

/** An object with a journal. */
class Journalled extends DurableObject<Env> {
  #waiting: (() => void)[] = [];
  #running = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS journal (row INTEGER PRIMARY KEY, at INTEGER, body BLOB)");
  }

  override async alarm(): Promise<void> {}

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    socket.send(data);
  }

  /** One durable row for all requests that arrive during the commit before it, or within `gatherMs`. */
  protected commit(gatherMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (this.#running) return;
      this.#running = true;
      void this.#run(gatherMs);
    });
  }

  async #run(gatherMs: number): Promise<void> {
    while (this.#waiting.length > 0) {
      if (gatherMs > 0) await new Promise((resolve) => setTimeout(resolve, gatherMs));
      const batch = this.#waiting;
      this.#waiting = [];
      this.ctx.storage.sql.exec(INSERT, 1, ROW);
      await this.ctx.storage.sync();
      for (const resolve of batch) resolve();
    }
    this.#running = false;
  }

  /** Repeats an operation inside of the object. */
  async repeat(what: string, count: number): Promise<void> {
    const operation = OPERATIONS[what];
    if (operation === undefined) throw new Error(`no operation ${what}`);
    for (let i = 0; i < count; i++) await operation(this.ctx);
  }
}

const OPERATIONS: Readonly<Record<string, (ctx: DurableObjectState) => unknown>> = {
  commit: ({ storage }) => {
    storage.sql.exec(INSERT, 1, ROW);
    return storage.sync();
  },
  "commit of 3 rows": ({ storage }) => {
    for (let row = 0; row < 3; row++) storage.sql.exec(INSERT, 1, ROW);
    return storage.sync();
  },
  "select of a row": ({ storage }) => storage.sql.exec("SELECT body FROM journal WHERE row = 1").toArray(),
  setAlarm: ({ storage }) => storage.setAlarm(Date.now() + 3_600_000),
  "setTimeout that fires": () => new Promise((resolve) => setTimeout(resolve, 0)),
  "setTimeout that is cleared": () => clearTimeout(setTimeout(() => undefined, 8_000)),
  "console.log": () => console.log(LINE),
  "JSON of an order": () => JSON.parse(JSON.stringify(ORDER)) as unknown,
  "SHA-256 of a row": () => crypto.subtle.digest("SHA-256", ROW),
};

export class Second extends Journalled {
  async take(argument: Argument, commits: boolean, gatherMs: number): Promise<Argument> {
    if (commits) await this.commit(gatherMs);
    return argument;
  }
}

export class First extends Journalled {
  async take(argument: Argument, steps: Steps, symbol: string, gatherMs: number): Promise<Argument> {
    if (steps === "rpc") return argument;
    await this.commit(gatherMs);
    if (steps === "commit") return argument;
    const second = this.env.SECOND.get(this.env.SECOND.idFromName(symbol));
    return second.take(argument, steps === "second-commit", gatherMs);
  }

  /** Calls another object again and again. */
  async call(what: string, count: number): Promise<void> {
    const second = this.env.SECOND.get(this.env.SECOND.idFromName("called"));
    for (let i = 0; i < count; i++) await second.take(argumentOf(what), false, 0);
  }

  /** A socket whose frames are sent back. */
  override async fetch(): Promise<Response> {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }
}

function argumentOf(what: string): Argument {
  if (what === "object") return ORDER;
  return what === "buffer" ? ROW.slice().buffer : null;
}

const ids = new Map<string, DurableObjectId>();

function first(env: Env, name: string): DurableObjectStub<First> {
  let id = ids.get(name);
  if (id === undefined) ids.set(name, (id = env.FIRST.idFromName(name)));
  return env.FIRST.get(id);
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, kind, a = "", b = "", c = ""] = new URL(request.url).pathname.split("/");
    if (kind === "socket") return first(env, "socket").fetch(request);
    if (kind === "repeat") {
      if (a === "object") await first(env, "repeating").repeat(decodeURIComponent(b), Number(c));
      else if (a === "call") await first(env, "calling").call(b, Number(c));
      else {
        const called = first(env, "called");
        for (let i = 0; i < Number(c); i++) await called.take(argumentOf(b), "rpc", "", 0);
      }
    } else if (kind === "orders") {
      const order = request.method === "POST" ? await request.json<{ symbol: string }>() : { symbol: "" };
      // The account is in the credentials, as with other exchanges.
      const account = request.headers.get("authorization") ?? "";
      if (a !== "http") await first(env, account).take({ ...ORDER, order }, a as Steps, order.symbol, Number(b));
      if (request.method === "DELETE") return new Response(null, { status: 204 });
    }
    return Response.json({ id: "0", status: "accepted", symbol: "AAPL", qty: "1", filled_qty: "0" });
  },
} satisfies ExportedHandler<Env>;
