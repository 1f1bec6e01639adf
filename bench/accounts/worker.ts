/** The worker of the memory benchmark: opens accounts, and places orders of theirs that rest. */
import * as z from "zod";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

/** A call of an account. */
const Method = z.object({
  id: z.string(),
  method: z.enum(["summary", "orders", "lots", "realized", "activities", "movements", "executeCommands"]),
  args: z.array(z.unknown()),
});
const Wake = z.object({ wake: z.array(z.string()) });
const Call = z.object({
  accounts: z.number(),
  ordersEach: z.number(),
  /** Symbols with a price, a decimal string, at which a buy order rests. */
  symbols: z.array(z.object({ symbol: z.string(), price: z.string() })),
});

type Env = Parameters<typeof accountObject>[0] & { readonly GATEWAY: { fetch(request: Request): Promise<Response> } };

/** An account that was never opened. */
const NOBODY = "00000000-0000-4000-a000-000000000000" as AccountId;

const NO_FIELDS = { notional: null, stopPrice: null, clientOrderId: null };

export default {
  /**
   * GET: asks an object, so that its isolate runs. POST: opens accounts that place orders, and answers their ids; or
   * wakes accounts; or calls a method of one. Every other path is the gateway's.
   */
  async fetch(request: Request, env: Env): Promise<Response> {
    if (new URL(request.url).pathname !== "/") return env.GATEWAY.fetch(request);
    if (request.method === "GET") return Response.json(await accountObject(env, NOBODY).summary());
    try {
      const body = await request.json();
      const one = Method.safeParse(body).data;
      if (one !== undefined) return Response.json(await callOf(env, one));
      const { data } = Wake.safeParse(body);
      if (data !== undefined) return Response.json((await Promise.all(data.wake.map((id) => wake(env, id)))).length);
      const { accounts, ordersEach, symbols } = Call.parse(body);
      const tickets = Array.from({ length: ordersEach }, (_, nth) => ticketOf(symbols[nth % symbols.length], nth));
      return Response.json(await Promise.all(Array.from({ length: accounts }, () => openWithOrders(env, tickets))));
    } catch (error) {
      return new Response(error instanceof Error ? (error.stack ?? error.message) : String(error), { status: 500 });
    }
  },
};

function callOf(env: Env, { id, method, args }: z.infer<typeof Method>): Promise<unknown> {
  const account = accountObject(env, id) as unknown as Record<string, (...all: unknown[]) => Promise<unknown>>;
  const answer = account[method]?.(...args);
  if (answer === undefined) throw new Error(`no method ${method}`);
  return answer;
}

async function wake(env: Env, id: AccountId): Promise<void> {
  if ((await accountObject(env, id).summary()) === null) throw new Error(`${id} is not open`);
}

function ticketOf(quote: { symbol: string; price: string } | undefined, nth: number): OrderTicket {
  if (quote === undefined) throw new Error("no symbols");
  const terms = { side: "buy", type: "limit", timeInForce: "gtc", orderClass: "simple", extendedHours: false };
  return { ...NO_FIELDS, ...terms, symbol: quote.symbol, qty: String(1 + (nth % 9)), limitPrice: quote.price };
}

/** Returns the id of the account. */
async function openWithOrders(env: Env, tickets: readonly OrderTicket[]): Promise<AccountId> {
  const name = crypto.randomUUID();
  const [user, id]: [UserId, AccountId] = [name, name];
  const account = accountObject(env, id);
  const principal: Principal = { userId: user, accountId: id, roles: ["trader", "admin"] };
  await account.open(id, NO_ORIGIN, user);
  const funds = await account.deposit(principal, { reference: id, symbol: null, amount: "10000000" }, NO_ORIGIN);
  if (!funds.ok) throw new Error(`deposit: ${JSON.stringify(funds)}`);
  const commands = tickets.map((ticket) => ({ kind: "place", ticket }) as const);
  const outcomes = await account.executeCommands(principal, commands, { allOrNone: false }, NO_ORIGIN);
  const refused = outcomes.find(({ ok }) => !ok);
  if (refused !== undefined) throw new Error(`order: ${JSON.stringify(refused)}`);
  return id;
}
