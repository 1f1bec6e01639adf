import type { TradeUpdate } from "../../domain/account/state/events.ts";
import { assert, assertEqual } from "../model/assert.ts";
import type { World } from "./world.ts";

/** How often a client renews its subscription. */
const KEEPALIVE_MS = 2_000;

/** A stream client of one account: it stores the updates it receives, and resumes from its cursor. */
export class AccountStreamClient {
  readonly accountId: string;
  readonly seen: TradeUpdate[] = [];
  readonly #world: World;
  #epoch = 0;
  /** The client is disconnected. */
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

  /** Stays connected as long as the simulation runs. */
  async live(): Promise<never> {
    const { time, faults } = this.#world;
    for (;;) {
      try {
        if (this.away) continue;
        const args = [this.accountId, ++this.#epoch];
        await this.#world.call(null, `relay/of ${this.accountId}`, "follow", args);
      } catch {
        // The next keepalive retries.
      } finally {
        await time.sleep(KEEPALIVE_MS / 2 + faults.delay(`follower ${this.accountId}`, KEEPALIVE_MS));
      }
    }
  }

  /** The received updates are a prefix of the journal's, and all of them at the end. */
  check(made: readonly TradeUpdate[], all: boolean): void {
    const rule = `MD-20: ${this.accountId} receives every update once and in order`;
    assert(this.seen.length <= made.length, `${rule}: more than there are`);
    if (all) assertEqual(this.seen.length, made.length, rule);
    for (const [nth, update] of this.seen.entries()) {
      assertEqual(JSON.stringify(update), JSON.stringify(made[nth]), rule);
    }
  }
}
