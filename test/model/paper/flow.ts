import { uuidFromText } from "../../../domain/ids.ts";
import type { BookState } from "../../../domain/matching/bookState.ts";
import type { BookCommand, NewOrderCommand } from "../../../domain/matching/messages.ts";
import { best } from "../../../domain/matching/views.ts";
import type { Side } from "../../../domain/order/side.ts";
import type { Random } from "../random/random.ts";

/** A cent, the tick of the book. */
export const TICK = 100;
/** Price around which the flow begins: 100 dollars. */
const FIRST_PRICE = 1_000_000;
/** Accounts of the flow; one command in so many is of each. */
const ACCOUNTS = 40;
/** Resting orders from which cancels are as frequent as new orders. */
const USUAL_ORDERS = 160;

/** A command of somebody in the market. */
export interface FlowCommand {
  readonly owner: string;
  readonly command: BookCommand;
}

/**
 * Random commands of other participants, with the shares that are usual for liquid shares: mostly limit orders near the
 * best prices and their cancels, some orders that take. Sizes are round lots and log-normal.
 */
export class Flow {
  readonly #random: Random;
  #nth = 0;
  /** Share of buyers among those who take. It changes now and then, so that prices move. */
  #buyers = 0.5;
  readonly #sent: { owner: string; orderId: string }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** The next command, for a market in this state. */
  next(state: Readonly<BookState>): FlowCommand {
    const random = this.#random;
    const crowded = this.#sent.length / USUAL_ORDERS;
    if (this.#sent.length > 20 && random.chance(Math.min(0.6, 0.42 * crowded))) {
      const [sent] = this.#sent.splice(random.whole(0, this.#sent.length - 1), 1);
      if (sent !== undefined) return { owner: sent.owner, command: { kind: "cancel", orderId: sent.orderId } };
    }
    const owner = `account/${random.whole(1, ACCOUNTS)}`;
    if (random.chance(0.02)) this.#buyers = random.pick([0.15, 0.5, 0.85]);
    const command = random.chance(0.2)
      ? this.#taking(state, random.chance(this.#buyers) ? "buy" : "sell")
      : this.#limit(state, random.pick(["buy", "sell"]));
    if (command.timeInForce === "gtc") this.#sent.push({ owner, orderId: command.orderId });
    return { owner, command };
  }

  #limit(state: Readonly<BookState>, side: Side): NewOrderCommand {
    const random = this.#random;
    const other = best(state, side === "buy" ? "sell" : "buy")?.price ?? FIRST_PRICE;
    let ticks = 1;
    while (ticks < 30 && random.chance(0.72)) ticks++;
    const more = random.chance(0.04) ? { display: 100 } : random.chance(0.02) ? { display: 0 } : {};
    return this.#order(side, other + (side === "buy" ? -1 : 1) * ticks * TICK, "gtc", false, more);
  }

  #taking(state: Readonly<BookState>, side: Side): NewOrderCommand {
    const other = best(state, side === "buy" ? "sell" : "buy")?.price ?? FIRST_PRICE;
    const reach = this.#random.whole(0, 3) * TICK;
    const isMarket = this.#random.chance(0.5);
    const price = isMarket
      ? Math.round((other * (side === "buy" ? 1.04 : 0.96)) / TICK) * TICK
      : other + (side === "buy" ? reach : -reach);
    return this.#order(side, price, "ioc", isMarket, {});
  }

  #order(
    side: Side,
    price: number,
    timeInForce: "gtc" | "ioc",
    market: boolean,
    more: { readonly display?: number },
  ): NewOrderCommand {
    const orderId = uuidFromText(`flow ${this.#nth++}`);
    const qty = sizeOf(this.#random);
    return { kind: "new", orderId, side, price, qty, timeInForce, market, expiresAt: null, ...more };
  }
}

/** Size of an order in lots: round lots of 100, log-normal with a median of two. */
export function sizeOf(random: Random): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return 100 * Math.min(40, Math.max(1, Math.round(2 * Math.exp(0.8 * normal))));
}
