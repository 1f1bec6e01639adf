import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { assert, assertEqual } from "../model/assert.ts";
import type { World } from "./world.ts";

/** How often a client makes sure that its relay still knows it. */
const KEEPALIVE_MS = 2_000;

/** A stream client of one account: it keeps what it was sent, and comes back with its cursor. */
export class AccountStreamClient {
  readonly accountId: string;
  readonly seen: TradeUpdate[] = [];
  readonly #world: World;
  #epoch = 0;
  /** The client has gone for a while. */
  away = false;

  constructor(world: World, accountId: string) {
    this.#world = world;
    this.accountId = accountId;
  }

  take(update: TradeUpdate): void {
    if (update.sequence !== this.seen.length + 1) {
      this.#world.broken(`MD-20: update ${update.sequence} after ${this.seen.length}`);
    }
    this.seen.push(update);
    this.#world.totals.streamEvents++;
  }

  /** Stays connected for as long as the world runs. */
  async live(): Promise<never> {
    const { time, faults } = this.#world;
    for (;;) {
      try {
        if (this.away) continue;
        const args = [this.accountId, ++this.#epoch];
        await this.#world.call(null, `relay/of ${this.accountId}`, "follow", args);
      } catch {
        // The next keepalive tries again.
      } finally {
        await time.sleep(KEEPALIVE_MS / 2 + faults.delay(`follower ${this.accountId}`, KEEPALIVE_MS));
      }
    }
  }

  /** What it has seen is what was made, as far as it has seen; at the end it has seen all. */
  check(made: readonly TradeUpdate[], all: boolean): void {
    const rule = `MD-20: ${this.accountId} is told every update once and in order`;
    assert(this.seen.length <= made.length, `${rule}: more than there are`);
    if (all) assertEqual(this.seen.length, made.length, rule);
    for (const [nth, update] of this.seen.entries()) {
      assertEqual(JSON.stringify(update), JSON.stringify(made[nth]), rule);
    }
  }
}
