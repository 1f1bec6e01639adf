import type { Order } from "../../domain/account/order.ts";
import { isClosed } from "../../domain/account/order.ts";
import type { Outcome } from "../../domain/account/refusal.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import type { CancelAfter, Deposited, OrderTicket } from "../../protocol/rpc.ts";
import type { Action, Step, Wish } from "./scenario.ts";
import type { World } from "./world.ts";

/** What each trader starts with, in decimal text. */
const CASH = "400";
const SHARES = "4";
/** Longest wait before a request that was not answered is sent again. */
const AGAIN_MS = 1_000;
/** As the gateway does it: an order that is longer on its way is not placed. */
const VALID_MS = 10_000;

/** A client that does its steps, repeats what was not answered, and does not believe in contradictions. */
export class Trader {
  readonly accountId: string;
  /** Tickets sent, and orders as they were last seen, by client order id. */
  readonly sent = new Map<string, OrderTicket>();
  readonly seen = new Map<string, Order>();
  /** Amounts deposited for sure, by reference. */
  readonly deposits = new Map<string, { readonly symbol: string | null; readonly amount: string }>();
  /** Orders that were not found when it was too late for them. */
  readonly never = new Set<string>();
  /** The first answer to each deposit. */
  readonly #receipts = new Map<string, string>();
  /** When the dead-man's switch fires, as last answered. */
  cancelAfter: number | null = null;
  readonly #world: World;
  readonly #symbols: readonly string[];

  constructor(world: World, accountId: string, symbols: readonly string[]) {
    this.accountId = accountId;
    this.#world = world;
    this.#symbols = symbols;
  }

  async live(steps: readonly Step[]): Promise<void> {
    await this.#insist("open", () => [this.accountId, this.#origin("open")]);
    await this.#deposit("cash", null, CASH);
    for (const symbol of this.#symbols) await this.#deposit(symbol, symbol, SHARES);
    for (const step of steps) {
      await this.#world.time.sleep(step.waitMs);
      await this.#act(step.id, step.action);
    }
  }

  async #act(id: string, action: Action): Promise<void> {
    const origin = this.#origin(id);
    switch (action.kind) {
      case "submit":
        await Promise.all(action.wishes.map((wish, nth) => this.#submit(`${id}.${nth}`, wish)));
        return;
      case "submit once":
        return await this.#submitOnce(`${id}.0`, action.wish);
      case "cancel":
        return await this.#cancel(action.pick, id);
      case "again": {
        const clientOrderId = at([...this.sent.keys()], action.pick);
        const ticket = this.sent.get(clientOrderId ?? "");
        if (clientOrderId !== undefined && ticket !== undefined) await this.#send(clientOrderId, ticket);
        return;
      }
      case "ask": {
        const order = at([...this.seen.values()], action.pick);
        if (order !== undefined) this.#see((await this.#insist("order", () => [order.id])) as Order);
        return;
      }
      case "cancel all": {
        const entries = (await this.#insist("cancelAllOrders", () => [this.#principal, origin])) as { order: Order }[];
        for (const { order } of entries) this.#see(order);
        return;
      }
      case "deposit":
        for (let nth = 0; nth < action.times; nth++) await this.#deposit(id, action.symbol, action.amount, nth);
        return;
      case "cancel after": {
        const ask = () => [this.#principal, action.seconds, origin];
        const outcome = (await this.#insist("setCancelAfter", ask)) as Outcome<CancelAfter>;
        if (outcome.ok) this.cancelAfter = outcome.value.triggerTime;
        else this.#world.broken("AC-14: the dead-man's switch can be set");
        return;
      }
      case "hold":
        await this.#insist("holdSession", () => [action.session, action.ttlMs, origin]);
        return;
      case "release":
        await this.#insist("releaseSession", () => [action.session]);
        return;
      case "cut":
        await this.#insist("endSession", () => [action.session, origin]);
    }
  }

  /** Asks until there is an answer. */
  async #insist(method: string, args: () => unknown[]): Promise<unknown> {
    const { time, faults } = this.#world;
    for (;;) {
      try {
        return await this.#world.call(null, `account/${this.accountId}`, method, args());
      } catch {
        await time.sleep(faults.delay(`trader ${this.accountId}`, AGAIN_MS));
      }
    }
  }

  get #principal() {
    return { userId: this.accountId, accountId: this.accountId, roles: [] };
  }

  #origin(requestId: string) {
    return { requestId, ip: "", userAgent: "" };
  }

  /** `nth`: the same request comes again, with a reference of its own but under the same key. */
  async #deposit(id: string, symbol: string | null, amount: string, nth = 0): Promise<void> {
    this.deposits.set(id, { symbol, amount });
    const request = { key: `key of ${id}`, fingerprint: amount };
    const reference = nth === 0 ? id : `${id} again ${nth}`;
    const ask = () => [this.#principal, { reference, symbol, amount }, this.#origin(id), request];
    const outcome = (await this.#insist("deposit", ask)) as Outcome<Deposited>;
    if (!outcome.ok) return this.#world.broken(`AC-10: a repeated deposit is no error: ${JSON.stringify(outcome)}`);
    const { body } = outcome.value.answer;
    const first = this.#receipts.get(id) ?? body;
    this.#receipts.set(id, first);
    if (body !== first) this.#world.broken(`WS-17: the same key has the same answer: ${body}, not ${first}`);
  }

  async #submit(clientOrderId: string, wish: Wish): Promise<void> {
    const ticket = ticketWith({ clientOrderId, ...wish });
    this.sent.set(clientOrderId, ticket);
    await this.#send(clientOrderId, ticket);
  }

  /** Sends an order and does not repeat it: without an answer it asks, when the order can come no more, what became of it. */
  async #submitOnce(clientOrderId: string, wish: Wish): Promise<void> {
    const { time } = this.#world;
    const ticket = ticketWith({ clientOrderId, ...wish });
    this.sent.set(clientOrderId, ticket);
    const args = [this.#principal, ticket, this.#origin(clientOrderId), time.now + VALID_MS];
    try {
      const outcome = (await this.#world.call(
        null,
        `account/${this.accountId}`,
        "submitOrder",
        args,
      )) as Outcome<Order>;
      if (outcome.ok) this.#see(outcome.value);
    } catch {
      await time.sleep(VALID_MS);
      const order = (await this.#insist("orderByClientOrderId", () => [clientOrderId])) as Order | null;
      if (order !== null) return this.#see(order);
      this.sent.delete(clientOrderId);
      this.never.add(clientOrderId);
    }
  }

  /** Whether there may be such an order: it was sent, and not found when it was too late for it. */
  mayHave(clientOrderId: string): boolean {
    // Who sets the clock of an account back makes an order younger than it is.
    const excused = this.#world.totals.clockJumps > 0 && this.never.has(clientOrderId);
    return excused || this.sent.has(clientOrderId);
  }

  async #send(clientOrderId: string, ticket: OrderTicket): Promise<void> {
    this.#world.totals.orders++;
    const ask = () => [this.#principal, ticket, this.#origin(clientOrderId), Date.now() + VALID_MS];
    const outcome = (await this.#insist("submitOrder", ask)) as Outcome<Order>;
    if (outcome.ok) this.#see(outcome.value);
    else if (this.seen.has(clientOrderId))
      this.#world.broken("AC-3: the same request has the same order, not a refusal");
  }

  async #cancel(pick: number, id: string): Promise<void> {
    const order = at([...this.seen.values()], pick);
    if (order === undefined) return;
    const ask = () => [this.#principal, order.id, this.#origin(id)];
    const outcome = (await this.#insist("cancelOrder", ask)) as Outcome<Order>;
    if (outcome.ok) return this.#see(outcome.value);
    const { reason } = outcome.refusal;
    if (reason !== "order_not_cancelable") this.#world.broken(`AC-9: a cancel is taken or too late, not ${reason}`);
  }

  /** An order was shown: it is the one that was acknowledged, and never goes back. */
  #see(order: Order): void {
    const before = this.seen.get(order.clientOrderId);
    const broken = before === undefined ? null : regress(before, order);
    if (broken !== null) this.#world.broken(`AC-3, AC-12: ${broken}: ${show(before)}, then ${show(order)}`);
    if (!this.mayHave(order.clientOrderId)) this.#world.broken("AC-3, AC-13: there is an order that cannot be");
    this.seen.set(order.clientOrderId, order);
  }
}

/** What is wrong about an order that was seen as `before` and then as `after`; null when nothing is. */
export function regress(before: Readonly<Order>, after: Readonly<Order>): string | null {
  if (before.id !== after.id) return "a request has two orders";
  if (after.filledQty < before.filledQty) return "a fill was taken back";
  if (isClosed(before.status) && JSON.stringify(before) !== JSON.stringify(after)) return "a closed order changed";
  if (before.status !== "pending_new" && after.status === "pending_new") return "an order is new again";
  if (before.status === "pending_cancel" && !isClosed(after.status) && after.status !== before.status) {
    return "a cancel was forgotten";
  }
  return null;
}

function show(order: Readonly<Order> | undefined): string {
  return JSON.stringify(order);
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length];
}
