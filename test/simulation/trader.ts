import { feePlanOf } from "./feeChecks.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { type KillSwitchPorts, setKillSwitch } from "./killSwitches.ts";
import { ownerOf, transfer } from "./ownTransfers.ts";
import { type Order, isClosed } from "../../domain/account/state/order.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { CancelAfter } from "../../domain/account/timers/decideTimers.ts";
import type { WithdrawalAsked } from "../../protocol/rpc/withdrawals.ts";
import type { Deposited } from "../../protocol/rpc/account.ts";
import type { CommandOutcome } from "../../protocol/rpc/orderCommands.ts";
import type { CancelAllEntry, OrderView } from "../../protocol/rpc/orderViews.ts";
import { actorOf, type Principal } from "../../protocol/auth/principal.ts";
import { PEER_REPLY_TIMEOUT_MS } from "../../durable-objects/actor/limits.ts";
import { principalOf } from "./actors.ts";
import type { Rush } from "./rushes.ts";
import type { Action, ReplaceAction, Step } from "./scenario.ts";
import {
  replaceTicket,
  sharesText,
  ticketOf,
  crossingOrder,
  INITIAL_WORTH,
  type ReplaceChanges,
  type MarketSetup,
  type OrderIntent,
} from "./orderGenerator.ts";
import { plainOrder, regress } from "./seenOrders.ts";
import { NEWEST, TraderBatches, VALID_MS } from "./traderBatches.ts";
import type { Request } from "./traderBatches.ts";
import type { World } from "./world.ts";

/** Longest delay before a request without a response is repeated. */
const RETRY_MS = 1_000;
/** A client that performs its steps, repeats requests without a response, and checks all responses for contradictions. */
export class Trader {
  readonly accountId: string;
  /** Sent requests, and the last seen state of each order, by client order id. */
  readonly sent = new Map<string, Request>();
  readonly seen = new Map<string, Order>();
  /** Orders that it places while it waits for other answers, which may overtake theirs: it follows none of them. */
  readonly #rushed = new Set<string>();
  /** Orders with a replace request without a client order id. */
  readonly #renamed = new Set<string>();
  /** Orders whose cancel was accepted. */
  readonly canceled = new Set<string>();
  /** Replaces that the book refused after they were acknowledged. */
  readonly refused = new Set<string>();
  /** Amounts deposited for sure, by reference. */
  readonly deposits = new Map<string, { readonly symbol: string | null; readonly amount: string }>();
  /** Orders that were not found after their deadline. */
  readonly never = new Set<string>();
  /** The withdrawal of each reference. */
  readonly #withdrawals = new Map<string, string>();
  /** The first response to each deposit. */
  readonly #receipts = new Map<string, string>();
  /** It has asked a kill switch to sell all positions. */
  #flattened = false;
  /** When the dead-man's switch fires, as last answered. */
  cancelAfter: number | null = null;
  #other: Trader | null = null;
  readonly #batches: TraderBatches;
  readonly #killSwitchPorts: KillSwitchPorts;
  readonly #world: World;
  readonly #venue: MarketSetup;

  constructor(world: World, accountId: string, venue: MarketSetup) {
    this.accountId = accountId;
    this.#world = world;
    this.#venue = venue;
    this.#killSwitchPorts = {
      insist: (method, args) => this.#insist(method, args),
      principal: (requestId) => this.#principal(requestId),
      origin: (requestId) => this.#origin(requestId),
      see: (view) => this.#see(view),
      seeCanceled: (order) => this.#seeCanceled(order),
    };
    this.#batches = new TraderBatches(this, world, venue, {
      insist: (method, args) => this.#insist(method, args),
      see: (view) => this.#see(view),
    });
  }

  /** The trader that fills orders of this one. */
  meets(other: Trader): void {
    this.#other = other;
  }

  meet(id: string, intent: OrderIntent): Promise<void> {
    return this.#submit(id, intent);
  }

  /** Places an order whatever else it is doing. Before its account is open there is nothing to place it in. */
  async rush({ id, intent }: Rush): Promise<void> {
    if (!this.#world.openAccounts.has(this.accountId)) return;
    this.#rushed.add(id);
    await this.#ask(id, { kind: "order", ticket: ticketOf(id, intent, this.#world.time.now) });
  }

  async live(steps: readonly Step[]): Promise<void> {
    await this.#insist("open", () => [this.accountId, this.#opening(), ownerOf(this.accountId)]);
    this.#world.openAccounts.add(this.accountId);
    await this.#setFeePlan();
    await this.#deposit("cash", null, String(INITIAL_WORTH));
    for (const symbol of this.#venue.symbols) {
      // Three tax lots, so that sales need several.
      for (const lot of ["", " second", " third"]) {
        await this.#deposit(`${symbol}${lot}`, symbol, sharesText(symbol, INITIAL_WORTH / 3));
      }
    }
    for (const step of steps) {
      await this.#world.time.sleep(step.waitMs);
      await this.#act(step.id, step.action);
    }
  }

  async #setFeePlan(): Promise<void> {
    const plan = feePlanOf(this.accountId);
    const by = { ownerId: ownerOf(this.accountId), asked: "admin", approved: "admin" };
    if (plan !== null) await this.#insist("setFeePlan", () => [plan, by, this.#opening("fee plan")]);
  }

  async #act(id: string, action: Action): Promise<void> {
    const [origin, by] = [this.#origin(id), this.#principal(id)];
    switch (action.kind) {
      case "submit":
        await Promise.all(action.intents.map((intent, nth) => this.#submit(`${id}.${nth}`, intent)));
        return;
      case "submit once":
        return await this.#submitOnce(`${id}.0`, action.intent);
      case "cancel":
        return await this.#cancel(action.pick, id);
      case "replace":
        return await this.#replace(id, action);
      case "batch":
        await Promise.all(Array.from({ length: action.copies }, () => this.#batches.send(id, action)));
        return;
      case "again": {
        const clientOrderId = at([...this.sent.keys()], action.pick);
        const request = this.sent.get(clientOrderId ?? "");
        if (clientOrderId !== undefined && request !== undefined) await this.#send(clientOrderId, request);
        return;
      }
      case "ask": {
        const order = at([...this.seen.values()], action.pick);
        if (order !== undefined) this.#see((await this.#insist("order", () => [order.id, true])) as OrderView);
        return;
      }
      case "cancel all": {
        const entries = (await this.#insist("cancelAllOrders", () => [by, origin])) as CancelAllEntry[];
        for (const { order, outcome } of entries) {
          if (outcome.ok) this.#seeCanceled(order);
          else this.#seeOne(order);
        }
        return;
      }
      case "deposit":
        for (let nth = 0; nth < action.times; nth++) await this.#deposit(id, action.symbol, action.amount, nth);
        return;
      case "withdraw":
        for (let nth = 0; nth < action.times; nth++) await this.#withdraw(id, action.amount);
        return;
      case "transfer":
        for (let nth = 0; nth < action.times; nth++) {
          await transfer(this.#world, (method, args) => this.#insist(method, args), this.accountId, { id, ...action });
        }
        return;
      case "kill switch":
        this.#flattened ||= action.flatten;
        return await setKillSwitch(this.#world, this.#killSwitchPorts, id, action);
      case "cancel after": {
        const ask = () => [by, action.seconds, origin];
        const outcome = (await this.#insist("setCancelAfter", ask)) as Outcome<CancelAfter>;
        if (outcome.ok) this.cancelAfter = outcome.value.triggerTime;
        else this.#world.broken("AC-14: the dead-man's switch can be set");
        return;
      }
      case "hold":
        await this.#insist("holdSession", () => [action.session, action.ttlMs, origin, by]);
        return;
      case "release":
        await this.#insist("releaseSession", () => [action.session, origin, by]);
        return;
      case "cut":
        await this.#insist("endSession", () => [action.session, origin, by]);
    }
  }

  /** Repeats a request until there is a response. */
  async #insist(method: string, args: () => unknown[]): Promise<unknown> {
    const { time, faults } = this.#world;
    for (;;) {
      try {
        const answer = await this.#world.call(null, `account/${this.accountId}`, method, args());
        this.#checkWaited(method, answer);
        return answer;
      } catch {
        await time.sleep(faults.delay(`trader ${this.accountId}`, RETRY_MS));
      }
    }
  }

  /** AK-14: an answer that does not wait for eight seconds waits for the commit with the book's reply. */
  #checkWaited(method: string, answer: unknown): void {
    const { time, totals } = this.#world;
    if (totals.clockJumps > 0) return;
    if (method === "executeCommands") {
      for (const each of answer as CommandOutcome[])
        if (each.ok && each.value !== null) this.#checkWaited("submitOrder", each);
      return;
    }
    if (method !== "submitOrder" && method !== "replaceOrder") return;
    const outcome = answer as Outcome<OrderView>;
    if (!outcome.ok || outcome.value.status !== "pending_new") return;
    const { submittedAt } = outcome.value;
    if (time.now - submittedAt >= PEER_REPLY_TIMEOUT_MS * 0.9) return;
    // An account that has restarted does not know that its book's reply was longer than what it applied of it.
    if (submittedAt <= this.#world.object(`account/${this.accountId}`).startedAt) return;
    this.#world.broken(`AK-14: the answer of ${method} waits for the book: ${JSON.stringify(outcome.value)}`);
  }

  #principal(requestId: string): Principal {
    return principalOf(this.accountId, requestId);
  }

  #opening(id = "open"): Origin {
    const actor = actorOf(this.#principal(id));
    return { ...this.#origin(id), ...(actor === undefined ? {} : { actor }) };
  }

  #origin(requestId: string) {
    return { requestId, ip: "192.0.2.1", userAgent: "simulation" };
  }

  /** `nth` > 0 repeats the request under the same idempotency key with another reference. */
  async #deposit(id: string, symbol: string | null, amount: string, nth = 0): Promise<void> {
    this.deposits.set(id, { symbol, amount });
    const request = { key: `key of ${id}`, fingerprint: amount };
    const reference = nth === 0 ? id : `${id} again ${nth}`;
    const ask = () => [this.#principal(id), { reference, symbol, amount }, this.#origin(id), request];
    const outcome = (await this.#insist("deposit", ask)) as Outcome<Deposited>;
    if (!outcome.ok) return this.#world.broken(`AC-10: a repeated deposit is no error: ${JSON.stringify(outcome)}`);
    const { body } = outcome.value.answer;
    const first = this.#receipts.get(id) ?? body;
    this.#receipts.set(id, first);
    if (body !== first) this.#world.broken(`WS-17: the same key has the same answer: ${body}, not ${first}`);
  }

  /** The same reference again is the same withdrawal, whatever has become of it. */
  async #withdraw(id: string, amount: string): Promise<void> {
    const route = `route of ${this.accountId}`;
    const ask = () => [this.#principal(id), { reference: id, amount }, this.#origin(id), null, route];
    const outcome = (await this.#insist("requestWithdrawal", ask)) as Outcome<WithdrawalAsked>;
    if (!outcome.ok) {
      const { reason } = outcome.refusal;
      const expected = ["insufficient_buying_power", "insufficient_settled_cash", "too_many_withdrawals"].includes(
        reason,
      );
      if (!expected || this.#withdrawals.has(id)) this.#world.broken(`ID-66: ${id} is refused: ${reason}`);
      return;
    }
    const { withdrawal } = outcome.value;
    const first = this.#withdrawals.get(id) ?? withdrawal.id;
    this.#withdrawals.set(id, first);
    if (withdrawal.id !== first) this.#world.broken(`ID-67: reference ${id} has two withdrawals`);
    this.#world.acknowledgedWithdrawals.add(withdrawal.id);
  }

  async #submit(clientOrderId: string, intent: OrderIntent): Promise<void> {
    const request = { kind: "order", ticket: ticketOf(clientOrderId, intent, this.#world.time.now) } as const;
    this.sent.set(clientOrderId, request);
    await this.#send(clientOrderId, request);
  }

  /** Sends an order without repeating it. Without a response it queries the order after the deadline. */
  async #submitOnce(clientOrderId: string, intent: OrderIntent): Promise<void> {
    const { time } = this.#world;
    const ticket = ticketOf(clientOrderId, intent, time.now);
    this.sent.set(clientOrderId, { kind: "order", ticket });
    const args = [this.#principal(clientOrderId), ticket, this.#origin(clientOrderId), time.now + VALID_MS];
    try {
      const outcome = (await this.#world.call(
        null,
        `account/${this.accountId}`,
        "submitOrder",
        args,
      )) as Outcome<OrderView>;
      if (outcome.ok) this.#see(outcome.value);
    } catch {
      await time.sleep(VALID_MS);
      const order = (await this.#insist("orderByClientOrderId", () => [clientOrderId])) as OrderView | null;
      if (order !== null) return this.#see(order);
      this.sent.delete(clientOrderId);
      this.never.add(clientOrderId);
    }
  }

  /** Whether such an order may exist: it was sent, and not missing after its deadline. */
  mayHave({ id, clientOrderId, role, replaces, side, type }: Order): boolean {
    if (this.sent.has(clientOrderId) || this.#rushed.has(clientOrderId)) return true;
    // A clock that is set back extends the deadline.
    if (this.never.has(clientOrderId)) return this.#world.totals.clockJumps > 0;
    // What a kill switch sells, legs, and replaces without a client order id, use the order's own id.
    const sold = this.#flattened && side === "sell" && type === "market";
    const named = replaces ? this.#renamed.has(replaces) : role !== undefined && role !== null;
    return (named || sold) && clientOrderId === id;
  }

  async #send(clientOrderId: string, request: Request): Promise<void> {
    const { broken, outcome } = await this.#ask(clientOrderId, request);
    if (outcome.ok) return this.#see(outcome.value);
    // Its book may have refused it after it was acknowledged.
    if (!this.seen.has(clientOrderId) || outcome.refusal.reason === "price_limit") return;
    if (request.kind === "order") broken("AC-3: the same request has the same order, not a refusal");
    // It was acknowledged before its book responded.
    else this.refused.add(clientOrderId);
  }

  async #ask(clientOrderId: string, request: Request) {
    this.#world.totals.orders++;
    const { ticket } = request;
    const [method, before] = request.kind === "order" ? ["submitOrder", []] : ["replaceOrder", [request.orderId]];
    const by = this.#principal(clientOrderId);
    const ask = () => [by, ...before, ticket, this.#origin(clientOrderId), Date.now() + VALID_MS];
    const outcome = (await this.#insist(method, ask)) as Outcome<OrderView>;
    const broken = (rule: string) => this.#world.broken(`${rule}: ${clientOrderId}: ${JSON.stringify(outcome)}`);
    if (!outcome.ok && outcome.refusal.reason === "order_not_found") broken("AK-1: an acknowledged order is found");
    return { outcome, broken };
  }

  async #replace(id: string, { pick, meets, changes, cancels }: ReplaceAction): Promise<void> {
    const open = [...this.seen.values()].filter(({ status, type }) => !isClosed(status) && type !== "market");
    const order = at(open.slice(-NEWEST), pick);
    if (order === undefined) return;
    // Self-trade prevention: another trader must fill it.
    const asked = meets ? [(this.#other ?? this).meet(`${id}.m`, crossingOrder(order))] : [];
    asked.push(...changes.map((change, nth) => this.#replaceOnce(`${id}.${nth}`, order, change)));
    if (cancels) asked.push(this.#cancelOrder(order.id, id));
    await Promise.all(asked);
  }

  async #replaceOnce(name: string, order: Order, change: ReplaceChanges): Promise<void> {
    const clientOrderId = change.named ? name : null;
    const request = {
      kind: "replace",
      orderId: order.id,
      ticket: replaceTicket(this.#venue, order, change, clientOrderId),
    } as const;
    if (clientOrderId !== null) {
      this.sent.set(clientOrderId, request);
      return await this.#send(clientOrderId, request);
    }
    this.#renamed.add(order.id);
    const { outcome } = await this.#ask(name, request);
    if (outcome.ok) this.#see(outcome.value);
  }

  async #cancel(pick: number, id: string): Promise<void> {
    const order = at([...this.seen.values()], pick);
    if (order !== undefined) await this.#cancelOrder(order.id, id);
  }

  async #cancelOrder(orderId: string, id: string): Promise<void> {
    const ask = () => [this.#principal(id), orderId, this.#origin(id)];
    const outcome = (await this.#insist("cancelOrder", ask)) as Outcome<Order>;
    if (outcome.ok) {
      this.canceled.add(orderId);
      return this.#seeOne(outcome.value);
    }
    const { reason } = outcome.refusal;
    if (reason !== "order_not_cancelable") this.#world.broken(`AC-9: a cancel is taken or too late, not ${reason}`);
  }

  #seeCanceled(order: Order): void {
    this.#seeOne(order);
    this.canceled.add(order.id);
  }

  #see(view: OrderView): void {
    this.#seeOne(plainOrder(view));
    for (const leg of view.legs ?? []) this.#seeOne(leg);
  }

  /** Checks a shown order: it is the acknowledged one, and its state never goes back. */
  #seeOne(order: Order): void {
    if (this.#rushed.has(order.clientOrderId)) return;
    const before = this.seen.get(order.clientOrderId);
    const broken = before === undefined ? null : regress(before, order);
    if (broken !== null) this.#world.broken(`AC-3, AC-12: ${broken}: ${show(before)}, then ${show(order)}`);
    if (!this.mayHave(order)) this.#world.broken(`AC-3, AC-13: there is an order that cannot be: ${show(order)}`);
    this.seen.set(order.clientOrderId, order);
  }
}

function show(order: Readonly<Order> | undefined): string {
  return JSON.stringify(order);
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length];
}
