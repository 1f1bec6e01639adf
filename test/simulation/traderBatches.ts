import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import { type Order, isClosed } from "../../domain/account/state/order.ts";
import type { CommandOutcome, OrderCommand } from "../../protocol/rpc/orderCommands.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import { principalOf } from "./actors.ts";
import { ALL_OR_NONE } from "./batchActions.ts";
import type { BatchAction } from "./batchActions.ts";
import { replaceTicket, ticketOf } from "./orderGenerator.ts";
import type { MarketSetup } from "./orderGenerator.ts";
import type { World } from "./world.ts";

/** As in the gateway: an order that arrives later is not placed. */
export const VALID_MS = 10_000;

/** A replace chooses one of this many newest orders, which are likely to be open. */
export const NEWEST = 5;

/** A request that creates an order: a new order or a replace. */
export type Request =
  | { readonly kind: "order"; readonly ticket: OrderTicket }
  | { readonly kind: "replace"; readonly orderId: string; readonly ticket: ReplaceTicket };

/** What a trader knows of its requests and orders. */
interface TraderView {
  readonly accountId: string;
  readonly sent: Map<string, Request>;
  readonly seen: ReadonlyMap<string, Order>;
  readonly canceled: Set<string>;
  readonly refused: Set<string>;
}

interface BatchPorts {
  /** Repeats a request until there is a response. */
  insist(method: string, args: () => unknown[]): Promise<unknown>;
  /** Checks an order that was answered. */
  see(view: OrderView): void;
}

/** The batches of one trader. */
export class TraderBatches {
  readonly #trader: TraderView;
  readonly #world: World;
  readonly #venue: MarketSetup;
  readonly #ports: BatchPorts;
  #attempts = 0;

  constructor(trader: TraderView, world: World, venue: MarketSetup, ports: BatchPorts) {
    this.#trader = trader;
    this.#world = world;
    this.#venue = venue;
    this.#ports = ports;
  }

  /**
   * Sends a batch, and repeats it unchanged until there is a response. Each attempt has an id of its own, by which the
   * oracle knows its entries.
   */
  async send(id: string, { commands: planned, allOrNone }: BatchAction): Promise<void> {
    const { time, totals } = this.#world;
    const open = [...this.#trader.seen.values()].filter(({ status, type }) => !isClosed(status) && type !== "market");
    const commands: OrderCommand[] = [];
    const names: string[] = [];
    for (const [nth, command] of planned.entries()) {
      const name = `${id}.${nth}`;
      const made = this.#commandOf(name, command, names, open);
      if (made === null) continue;
      commands.push(made);
      names.push("ticket" in made ? (made.ticket.clientOrderId ?? "") : "");
    }
    if (commands.length === 0) return;
    totals.orders += commands.length;
    totals.batches++;
    const validUntil = time.now + VALID_MS;
    const ask = () => {
      const requestId = `${allOrNone ? ALL_OR_NONE : ""}${id} ${++this.#attempts}`;
      return [
        principalOf(this.#trader.accountId, requestId),
        commands,
        { allOrNone },
        { requestId, ip: "192.0.2.1", userAgent: "simulation" },
        validUntil,
      ];
    };
    const outcomes = (await this.#ports.insist("executeCommands", ask)) as CommandOutcome[];
    if (outcomes.length !== commands.length) this.#world.broken("AC-53: each command has its outcome");
    for (const [nth, outcome] of outcomes.entries()) this.#seeOutcome(names[nth] ?? "", commands[nth], outcome);
  }

  /** A command of a batch; null when there is no order for it. `names`: the client order ids of those before it. */
  #commandOf(
    name: string,
    command: BatchAction["commands"][number],
    names: readonly string[],
    open: readonly Order[],
  ): OrderCommand | null {
    switch (command.kind) {
      case "place": {
        const request = { kind: "order", ticket: ticketOf(name, command.intent, this.#world.time.now) } as const;
        this.#trader.sent.set(name, request);
        return { kind: "place", ticket: request.ticket };
      }
      case "replace": {
        const order = at(open.slice(-NEWEST), command.pick);
        if (order === undefined) return null;
        const ticket = replaceTicket(this.#venue, order, command.changes, name);
        this.#trader.sent.set(name, { kind: "replace", orderId: order.id, ticket });
        return { kind: "replace", orderId: order.id, ticket };
      }
      case "cancel": {
        const order = at(open, command.pick);
        return order === undefined ? null : { kind: "cancel", orderId: order.id };
      }
      case "cancel placed": {
        const placed = at(names.filter(Boolean), command.nth);
        return placed === undefined ? null : { kind: "cancel", clientOrderId: placed };
      }
      case "repeat": {
        const request = this.#trader.sent.get(at(names.filter(Boolean), command.nth) ?? "");
        if (request === undefined) return null;
        return request.kind === "order"
          ? { kind: "place", ticket: request.ticket }
          : { kind: "replace", orderId: request.orderId, ticket: request.ticket };
      }
    }
  }

  #seeOutcome(name: string, command: OrderCommand | undefined, outcome: CommandOutcome): void {
    const broken = (rule: string) => this.#world.broken(`${rule}: ${name}: ${JSON.stringify(outcome)}`);
    if (command?.kind === "cancel") {
      if ("orderId" in command && outcome.ok) this.#trader.canceled.add(command.orderId);
      const canceled = "clientOrderId" in command ? this.#trader.seen.get(command.clientOrderId) : undefined;
      if (canceled !== undefined && outcome.ok) this.#trader.canceled.add(canceled.id);
      const isKnown = "orderId" in command || canceled !== undefined;
      const expected = ["order_not_cancelable", "batch_not_executed", ...(isKnown ? [] : ["order_not_found"])];
      if (!outcome.ok && !expected.includes(outcome.refusal.reason)) broken("AC-9: a cancel is taken or too late");
      return;
    }
    if (outcome.ok) return this.#ports.see(outcome.value as OrderView);
    if (outcome.refusal.reason === "order_not_found") broken("AK-1: an acknowledged order is found");
    if (!this.#trader.seen.has(name) || outcome.refusal.reason === "price_limit") return;
    if (command?.kind === "place") broken("AC-3, AC-54: the same request has the same order, not a refusal");
    // It was acknowledged before its book responded.
    else this.#trader.refused.add(name);
  }
}

function at<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % list.length];
}
