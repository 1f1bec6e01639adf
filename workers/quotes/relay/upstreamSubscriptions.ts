/**
 * The relay's own subscriptions at books and accounts. The relay subscribes to a topic before it acknowledges a
 * client's subscription, and drops the topic when a push finds no subscriber. Calls carry a growing epoch, so that a
 * late call cannot undo a newer one.
 */
import type { Demand } from "../../../protocol/stream/channels.ts";
import { SUBSCRIBE_RETRY_MS, SUBSCRIBE_TRIES } from "./limits.ts";

/** A book, what it sends on demand, the test feed, or an account. */
export type Topic = `book/${string}` | `${Demand}/${string}` | `test/${string}` | `account/${string}`;

export interface UpstreamSubscriptionPorts {
  /** Returns the sequence of the book or account at the subscription. */
  subscribe(topic: Topic, epoch: number): Promise<number>;
  now(): number;
  wait(ms: number): Promise<void>;
}

export class UpstreamSubscriptions {
  readonly #ports: UpstreamSubscriptionPorts;
  /** Topics that are subscribed, or being subscribed. */
  readonly #subscribed = new Map<Topic, Promise<number>>();
  #epoch = 0;

  constructor(ports: UpstreamSubscriptionPorts) {
    this.#ports = ports;
  }

  /** Resolves when all these topics push to this relay. Rejects when one is out of reach. */
  async ensure(topics: Iterable<Topic>): Promise<void> {
    await Promise.all(Array.from(topics, (topic) => this.#subscribed.get(topic) ?? this.#start(topic)));
  }

  /** Subscribes again, because the other side may have dropped this relay. Returns the topic's sequence. */
  renew(topic: Topic): Promise<number> {
    return this.#start(topic);
  }

  /** The topic has no subscriber: its sender drops this relay. */
  forget(topic: Topic): void {
    this.#subscribed.delete(topic);
  }

  #start(topic: Topic): Promise<number> {
    const started: Promise<number> = this.#subscribe(topic).catch((error: unknown) => {
      if (this.#subscribed.get(topic) === started) this.#subscribed.delete(topic);
      throw error;
    });
    this.#subscribed.set(topic, started);
    return started;
  }

  async #subscribe(topic: Topic): Promise<number> {
    for (let tries = 1; ; tries++) {
      this.#epoch = Math.max(this.#epoch + 1, this.#ports.now());
      try {
        return await this.#ports.subscribe(topic, this.#epoch);
      } catch (error) {
        if (tries >= SUBSCRIBE_TRIES) throw error;
        await this.#ports.wait(SUBSCRIBE_RETRY_MS * 2 ** (tries - 1));
      }
    }
  }
}

/** The name of a topic's object: a symbol, or an account id. */
export function nameOf(topic: Topic): string {
  return topic.slice(topic.indexOf("/") + 1);
}

/** Whether a topic is renewed by itself. The renewal of a book includes what it sends on demand. */
export function isRenewed(topic: Topic): boolean {
  return topic.startsWith("book/") || topic.startsWith("account/");
}
