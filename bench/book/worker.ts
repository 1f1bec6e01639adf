/** The worker of book benchmarks: drives books through their envelopes and fakes the accounts on the other side. */
import { DurableObject } from "cloudflare:workers";
import * as z from "zod";
import type { ReconcileRequest, ReconcileResponse } from "../../protocol/rpc/actor.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { OrderBookRpc } from "../../protocol/rpc/orderBook.ts";
import { accountAddress, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { BookClient } from "./bookClient.ts";
import { runEngine } from "./engine.ts";
import type { BookView } from "./plan.ts";

export { BenchBook } from "./benchBook.ts";

const SYMBOL = "AAPL";
const LEVELS_MAX = 1_000_000;

const Call = z.discriminatedUnion("do", [
  z.object({ do: z.literal("open"), accounts: z.number(), resting: z.number(), seed: z.number() }),
  z.object({
    do: z.literal("drive"),
    seconds: z.number(),
    commands: z.number(),
    perEnvelope: z.number(),
    inFlight: z.number(),
  }),
  z.object({
    do: z.literal("engine"),
    accounts: z.number(),
    resting: z.number(),
    seed: z.number(),
    seconds: z.number(),
  }),
  z.object({ do: z.literal("place") }),
  z.object({ do: z.literal("top") }),
  z.object({ do: z.literal("view") }),
  z.object({ do: z.literal("order"), address: z.string(), sent: z.number(), applied: z.number() }),
]);

/** Book clients by the binding of their book, shared by the fake accounts of this isolate. */
const clients = new Map<string, BookClient>();

/** A fake account: receives reports and acknowledges them. Its state is in the client. */
export class Account extends DurableObject {
  deliver(envelope: Envelope<BookReport>): Envelope<BookCommand> {
    const client = this.#client();
    if (client !== null) return client.receive(this.#address, envelope);
    // The client's process was killed. A real account would have applied these, or apply them now.
    return { from: this.#address, first: 1, messages: [], ack: envelope.first + envelope.messages.length - 1 };
  }

  reconcile({ cursors }: ReconcileRequest): ReconcileResponse {
    const { applied, acknowledged } = cursors;
    const forgotten = { sent: applied, acknowledged: applied, applied: acknowledged };
    return { cursors: this.#client()?.cursors(this.#address) ?? forgotten, differing: [] };
  }

  get #address(): string {
    return accountAddress(this.ctx.id.name ?? "");
  }

  #client(): BookClient | null {
    return [...clients.values()].find((client) => client.has(this.#address)) ?? null;
  }
}

type Env = Readonly<Record<string, Parameters<typeof orderBookObject>[0]["ORDER_BOOK"]>>;

export default {
  /** GET: health check. POST /{binding}: a call for the book behind that binding. */
  async fetch(request: Request, env: Env): Promise<Response> {
    if (request.method === "GET") return new Response("up");
    const binding = new URL(request.url).pathname.slice(1);
    const namespace = env[binding];
    if (namespace === undefined) return new Response(`no binding ${binding}`, { status: 404 });
    try {
      const call = Call.parse(await request.json());
      return Response.json(await answer(binding, orderBookObject({ ORDER_BOOK: namespace }, SYMBOL), call));
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  },
};

async function answer(binding: string, book: OrderBookRpc, call: z.infer<typeof Call>): Promise<unknown> {
  switch (call.do) {
    case "open":
      clients.set(binding, new BookClient(call));
      return {};
    case "drive":
      return clientOf(binding).drive(book, call);
    case "engine":
      return runEngine(call, call.seconds);
    case "place":
      return clientOf(binding).place();
    case "top":
      return book.top();
    case "view":
      return viewOf(book);
    case "order":
      return firstOrder(book, call);
  }
}

function clientOf(binding: string): BookClient {
  const client = clients.get(binding);
  if (client === undefined) throw new Error(`no client trades with ${binding}`);
  return client;
}

async function viewOf(book: OrderBookRpc): Promise<BookView> {
  const { top, bids, asks } = await book.depth(LEVELS_MAX);
  const resting = await book.resting();
  return { top, levels: { bids, asks }, resting: { bids: resting.bids, asks: resting.asks } };
}

/** Sends one order of an account that continues its cursors. Returns the reports that the answer contains. */
async function firstOrder(book: OrderBookRpc, place: { address: string; sent: number; applied: number }) {
  const orderId = crypto.randomUUID();
  const terms = { timeInForce: "gtc", market: false, expiresAt: null } as const;
  const order: BookCommand = { kind: "new", orderId, side: "buy", price: 100, qty: 1_000_000, ...terms };
  const { address: from, sent, applied } = place;
  const answer = await book.deliver({ from, first: sent + 1, messages: [order], ack: applied });
  if (answer.ack !== sent + 1) throw new Error(`the book has applied ${answer.ack} of ${sent + 1} commands`);
  return answer.messages.filter((report) => report.orderId === orderId);
}
