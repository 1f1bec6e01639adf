/** Commands of the traffic, and what the exchange has acknowledged of them. */
import * as z from "zod";
import type { Trader } from "../rig/traders.ts";
import { Order } from "./client.ts";
import type { Outcome } from "./client.ts";

/** An order that rests, as its trader knows it. */
export interface Resting {
  readonly orderId: string;
  readonly symbol: string;
}

export interface Command {
  readonly action: "place" | "replace" | "cancel";
  /** The order that it replaces or cancels. */
  readonly target: Resting | null;
  /** The client order id of the order that it places; empty for a cancel. */
  readonly clientOrderId: string;
  /** Its fields on the wire. */
  readonly fields: Readonly<Record<string, string>>;
}

/** An order that the exchange acknowledged. */
export interface Placed {
  readonly trader: Trader;
  readonly clientOrderId: string;
  readonly orderId: string;
  /** The order that it replaces, and the limit price that was asked for. */
  readonly replaces: string | null;
  readonly limitPrice: string | null;
}

const OPEN = new Set(["pending_new", "new", "partially_filled"]);
const NOT_EXECUTED = "batch_not_executed";

export interface Taken {
  /** The orders of the commands that rest. */
  readonly resting: readonly Resting[];
  /** Commands that the account did not execute, because it refused another one of the batch. */
  readonly notExecuted: readonly Command[];
}

/** Everything that was acknowledged. Throws on an outcome that is no valid one, or that contradicts an earlier one. */
export class Acknowledged {
  readonly #byClientOrderId = new Map<string, Placed>();
  readonly placed: Placed[] = [];
  /** Orders whose cancel was acknowledged. */
  readonly canceled = new Set<string>();
  /** Client order ids of replaces that were refused: the account may have an order of each, a rejected one. */
  readonly refusedReplaces = new Set<string>();

  /** Takes the outcomes of one batch or frame, each below 500 or of a command that is sent again. */
  takeAll(trader: Trader, commands: readonly Command[], outcomes: readonly Outcome[], allOrNone: boolean): Taken {
    if (commands.length !== outcomes.length) throw new Error(`${outcomes.length} outcomes of ${commands.length}`);
    const resting: Resting[] = [];
    const notExecuted: Command[] = [];
    const statuses = new Set<number>();
    commands.forEach((command, index) => {
      const outcome = outcomes[index] as Outcome;
      if (outcome.status >= 500) return;
      if (command.action === "place") statuses.add(outcome.status);
      if (allOrNone && isNotExecuted(outcome)) {
        this.#refused(command, outcome);
        notExecuted.push(command);
        return;
      }
      const order = this.#take(trader, command, outcome);
      if (order !== null && OPEN.has(order.status)) resting.push({ orderId: order.id, symbol: order.symbol });
    });
    if (allOrNone && statuses.size > 1) throw new Error(`all or none: ${JSON.stringify(outcomes)}`);
    return { resting, notExecuted };
  }

  /** Notes an order that was placed; throws when its client order id had another one. */
  note(trader: Trader, command: Pick<Command, "clientOrderId" | "target" | "fields">, order: Order): void {
    const { clientOrderId, target, fields } = command;
    const placed: Placed = {
      trader,
      clientOrderId,
      orderId: order.id,
      replaces: target?.orderId ?? null,
      limitPrice: fields["limit_price"] ?? null,
    };
    const before = this.#byClientOrderId.get(clientOrderId);
    if (order.client_order_id !== clientOrderId || (before !== undefined && before.orderId !== order.id)) {
      throw new Error(`one client order id, several orders: ${JSON.stringify([before?.orderId, order])}`);
    }
    if (before !== undefined) return;
    this.#byClientOrderId.set(clientOrderId, placed);
    this.placed.push(placed);
  }

  #take(trader: Trader, command: Command, outcome: Outcome): Order | null {
    const { status, body } = outcome;
    if (command.action === "cancel") {
      if (status === 204) this.canceled.add(command.target?.orderId ?? "");
      else if (status !== 422) this.#refused(command, outcome, true);
      return null;
    }
    if (status === 200) {
      const order = Order.parse(body);
      this.note(trader, command, order);
      return order;
    }
    // The order to replace may have been closed meanwhile.
    this.#refused(command, outcome, command.action === "place" || status !== 422);
    return null;
  }

  #refused(command: Command, outcome: Outcome, isError = false): void {
    const { action, clientOrderId } = command;
    if (isError || this.#byClientOrderId.has(clientOrderId)) {
      throw new Error(`command refused: ${JSON.stringify(outcome)} ${JSON.stringify(command)}`);
    }
    if (action === "replace") this.refusedReplaces.add(clientOrderId);
  }
}

function isNotExecuted({ status, body }: Outcome): boolean {
  return status === 422 && z.object({ reason: z.literal(NOT_EXECUTED) }).safeParse(body).success;
}
