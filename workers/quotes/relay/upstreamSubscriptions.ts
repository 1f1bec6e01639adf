/**
 * Which books and accounts push to this relay. A topic is followed before a client is told so, and forgotten when a
 * push finds nobody who wants it; calls carry a growing epoch, so that a late answer cannot undo a newer call.
 */
import { SUBSCRIBE_RETRY_MS, SUBSCRIBE_TRIES } from "./limits.ts";

export type Topic = `book/${string}` | `account/${string}`;

export interface UpstreamSubscriptionPorts {
  /** Gives how far the book or account was when it took the subscription. */
  subscribe(topic: Topic, epoch: number): Promise<number>;
  now(): number;
  wait(ms: number): Promise<void>;
}

export class UpstreamSubscriptions {
  readonly #ports: UpstreamSubscriptionPorts;
  /** Followed, or about to be. */
  readonly #subscribed = new Map<Topic, Promise<number>>();
  #epoch = 0;

  constructor(ports: UpstreamSubscriptionPorts) {
    this.#ports = ports;
  }

  /** Resolves when the pushes of all these topics arrive here; rejects when one could not be reached. */
  async ensure(topics: Iterable<Topic>): Promise<void> {
    await Promise.all(Array.from(topics, (topic) => this.#subscribed.get(topic) ?? this.#start(topic)));
  }

  /** Subscribes again, whatever is believed: the other side may have dropped this relay. Gives how far that is. */
  renew(topic: Topic): Promise<number> {
    return this.#start(topic);
  }

  /** Nobody here wants the topic: its sender was told not to keep this relay. */
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
