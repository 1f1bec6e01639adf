import { ticketWith } from "../../domain/account/testing.ts";
import type { Order } from "../../domain/account/order.ts";
import type { Outcome } from "../../domain/account/refusal.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import type { OrderTicket } from "../../protocol/rpc.ts";
import { must, mustEqual } from "../model/must.ts";
import type { VirtualTime } from "./virtualTime.ts";
import type { World } from "./world.ts";

const ORIGIN = { requestId: "", ip: "", userAgent: "" };

/** What each trader starts with, in decimal text. */
export const START = { cash: "400", shares: "4" };

/** A client that trades at random, repeats what was not answered, and remembers every answer. */
export class Trader {
  readonly accountId: string;
  /** The last answer to each submission, by client order id. */
  readonly answers = new Map<string, { readonly ticket: OrderTicket; readonly outcome: Outcome<Order> }>();
  readonly #world: World;
  readonly #time: VirtualTime;
  readonly #symbols: readonly string[];

  constructor(world: World, time: VirtualTime, symbols: readonly string[], accountId: string) {
    this.accountId = accountId;
    this.#world = world;
    this.#time = time;
    this.#symbols = symbols;
  }

  async live(steps: number): Promise<void> {
    await this.#insist("open", this.accountId, ORIGIN);
    await this.#deposit("cash", null, START.cash);
    for (const symbol of this.#symbols) await this.#deposit(symbol, symbol, START.shares);
    for (let step = 0; step < steps; step++) {
      await this.#time.sleep(this.#time.pick(600));
      if (this.#time.chance(0.3)) await this.#cancel();
      else if (this.#time.chance(0.15)) await this.#submitAgain();
      // Some orders are sent without waiting for the one before, so that they share commits and envelopes.
      else
        await Promise.all(Array.from({ length: 1 + this.#time.pick(3) }, (_, nth) => this.#submit(`${step}.${nth}`)));
    }
  }

  /** Asks until there is an answer. */
  async #insist(method: string, ...args: unknown[]): Promise<unknown> {
    for (;;) {
      try {
        return await this.#world.call(null, `account/${this.accountId}`, method, args);
      } catch {
        await this.#time.sleep(this.#time.pick(1_000));
      }
    }
  }

  get #principal() {
    return { userId: this.accountId, accountId: this.accountId, roles: [] };
  }

  async #deposit(reference: string, symbol: string | null, amount: string): Promise<void> {
    const times = this.#time.chance(0.3) ? 2 : 1;
    for (let time = 0; time < times; time++) {
      const outcome = await this.#insist("deposit", this.#principal, { reference, symbol, amount }, ORIGIN);
      must((outcome as Outcome<unknown>).ok, "AC-10: a repeated deposit is no error");
    }
  }

  async #submit(clientOrderId: string): Promise<void> {
    const type = this.#time.chance(0.2) ? "market" : "limit";
    const ticket = ticketWith({
      clientOrderId,
      type,
      symbol: this.#symbols[this.#time.pick(this.#symbols.length)] ?? "",
      side: this.#time.chance(0.5) ? "buy" : "sell",
      timeInForce: ["gtc", "gtc", "day", "ioc"][this.#time.pick(4)] ?? "",
      qty: formatDecimal(1 + this.#time.pick(2_000_000), 6),
      limitPrice: type === "limit" ? String(99 + this.#time.pick(4)) : null,
    });
    const outcome = (await this.#insist("submitOrder", this.#principal, ticket, ORIGIN)) as Outcome<Order>;
    this.answers.set(clientOrderId, { ticket, outcome });
  }

  async #submitAgain(): Promise<void> {
    const accepted = [...this.answers.values()].filter(({ outcome }) => outcome.ok);
    const before = accepted[this.#time.pick(accepted.length)];
    if (before === undefined || !before.outcome.ok) return;
    const outcome = (await this.#insist("submitOrder", this.#principal, before.ticket, ORIGIN)) as Outcome<Order>;
    mustEqual(outcome.ok && outcome.value.id, before.outcome.value.id, "AC-3: the same request has the same order");
  }

  async #cancel(): Promise<void> {
    const orders = [...this.answers.values()].flatMap(({ outcome }) => (outcome.ok ? [outcome.value.id] : []));
    const orderId = orders[this.#time.pick(orders.length)];
    if (orderId === undefined) return;
    const outcome = (await this.#insist("cancelOrder", this.#principal, orderId, ORIGIN)) as Outcome<Order>;
    const closed = !outcome.ok && outcome.refusal.reason === "order_not_cancelable";
    must(outcome.ok || closed, "AC-9: a cancel is taken, or refused because the order is closed");
  }
}
