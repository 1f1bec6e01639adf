/** Which depth channels of a book have subscribers at this relay: the book sends no others. */
import type { DepthPart, MarketSegment } from "../../../../protocol/rpc/orderBook.ts";
import { type ChannelOf, CHANNELS } from "../../../../protocol/stream/channels.ts";
import type { StreamSession } from "../streamSession.ts";
import { DEPTH_CHANNELS } from "../subscribers.ts";
import type { Topic } from "../upstreamSubscriptions.ts";

export interface DepthTopicsPorts {
  hasSubscribers(topic: Topic): boolean;
  /** The topic has no subscribers: its next one subscribes at the book again, and gets a new snapshot. */
  forgetTopic(topic: Topic): void;
  forgetImage(symbol: string, channel: ChannelOf<"changes">): void;
  /** Subscribes at the book again, which tells it what this relay listens to. */
  renew(symbol: string): void;
}

export class DepthTopics {
  readonly #ports: DepthTopicsPorts;

  constructor(ports: DepthTopicsPorts) {
    this.#ports = ports;
  }

  /** The channels to subscribe to. The others are forgotten, because the book ceases to send them. */
  wanted(symbol: string): DepthPart[] {
    return DEPTH_CHANNELS.filter((channel) => {
      if (this.#ports.hasSubscribers(`${channel}/${symbol}`)) return true;
      this.#ports.forgetTopic(`${channel}/${symbol}`);
      this.#ports.forgetImage(symbol, channel);
      return false;
    }).map((channel) => CHANNELS[channel].part);
  }

  /** A book has pushed a segment. One with a channel without subscribers makes the relay subscribe without it. */
  pushed(segment: MarketSegment): void {
    const { symbol } = segment;
    const unwanted = DEPTH_CHANNELS.some(
      (channel) => segment[CHANNELS[channel].part] !== undefined && !this.#ports.hasSubscribers(`${channel}/${symbol}`),
    );
    if (unwanted) this.#ports.renew(symbol);
  }
}

/** The depth channels of a symbol that a session subscribes to. */
export function depthOf({ channels }: StreamSession, symbol: string): DepthPart[] {
  return DEPTH_CHANNELS.filter((name) => channels[name].includes(symbol) || channels[name].includes("*")).map(
    (name) => CHANNELS[name].part,
  );
}
