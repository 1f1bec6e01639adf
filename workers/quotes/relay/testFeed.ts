import { TEST_SLOT_MS, TEST_SYMBOL, testSlotOf } from "../../../domain/market/testFeed.ts";
import { testElements } from "../../../protocol/mapping/testFeedElements.ts";
import { Elements, type MarketDataUpdate } from "./conflation.ts";

export interface TestFeedPorts {
  hasSubscribers(): boolean;
  send(update: MarketDataUpdate): void;
  now(): number;
  after(ms: number, run: () => void): void;
}

/** Sends the test feed. Its timer keeps the object awake, and runs only while somebody subscribes to it. */
export class TestFeed {
  readonly #ports: TestFeedPorts;
  #isRunning = false;
  #sent = 0;

  constructor(ports: TestFeedPorts) {
    this.#ports = ports;
  }

  /** Somebody has subscribed, or had when the object woke. */
  start(): void {
    if (this.#isRunning || !this.#ports.hasSubscribers()) return;
    this.#isRunning = true;
    const now = this.#ports.now();
    this.#ports.after((testSlotOf(now) + 1) * TEST_SLOT_MS - now, () => {
      this.#isRunning = false;
      if (!this.#ports.hasSubscribers()) return;
      this.#send(testSlotOf(this.#ports.now()));
      this.start();
    });
  }

  /** Sends a slot and, when the timer was late, the trades and bars of those before it. */
  #send(slot: number): void {
    const from = this.#sent === 0 ? slot : Math.max(this.#sent + 1, slot - SLOTS_MADE_UP);
    for (let each = from; each <= slot; each++) {
      const parts = testElements(each)
        .filter(({ channel }) => each === slot || channel !== "quotes")
        .map(({ channel, bytes }) => ({ channel, elements: new Elements(bytes, 1) }));
      this.#ports.send({ symbol: TEST_SYMBOL, previous: each - 1, sequence: each, parts });
    }
    this.#sent = Math.max(this.#sent, slot);
  }
}

/** Trades and bars of so many slots are sent late when the timer was: ten seconds. */
const SLOTS_MADE_UP = 20;
