/** What of a book has subscribers at this relay: the book sends nothing else of what it sends on demand. */
import type { DepthPart, MarketSegment } from "../../../protocol/rpc/orderBook.ts";
import { CHANNEL_NAMES, CHANNELS, type Channel, type Demand, demandOf } from "../../../protocol/stream/channels.ts";
import { subscribesTo } from "./streamFeed.ts";
import type { StreamSession } from "./streamSession.ts";
import type { Topic } from "./upstreamSubscriptions.ts";

const DEMANDS: readonly Demand[] = ["depth", "orders", "bars"];

/** The channels that are sent on demand. */
export const DEMANDED: readonly (readonly [Channel, Demand])[] = CHANNEL_NAMES.flatMap((channel) => {
  const demand = demandOf(channel);
  return demand === null ? [] : [[channel, demand] as const];
});

/** The depth channels among demands. */
export function depthDemands(demands: Iterable<Demand>): DepthPart[] {
  return [...new Set(demands)].filter((demand) => demand !== "bars");
}

export interface DemandTopicsPorts {
  hasSubscribers(topic: Topic): boolean;
  /** The topic has no subscribers: its next one subscribes at the book again, and gets a new snapshot. */
  forgetTopic(topic: Topic): void;
  forgetImage(symbol: string, part: DepthPart): void;
  /** Subscribes at the book again, which tells it what this relay listens to. */
  renew(symbol: string): void;
}

export class DemandTopics {
  readonly #ports: DemandTopicsPorts;

  constructor(ports: DemandTopicsPorts) {
    this.#ports = ports;
  }

  /** What to ask a book for. The rest is forgotten, because the book ceases to send it. */
  wanted(symbol: string): Demand[] {
    return DEMANDS.filter((demand) => {
      if (this.#ports.hasSubscribers(`${demand}/${symbol}`)) return true;
      this.#ports.forgetTopic(`${demand}/${symbol}`);
      if (demand !== "bars") this.#ports.forgetImage(symbol, demand);
      return false;
    });
  }

  /** A book has pushed a segment. One with what has no subscribers makes the relay subscribe without it. */
  pushed(segment: MarketSegment): void {
    const { symbol } = segment;
    const unwanted = DEMANDED.some(
      ([channel, demand]) =>
        segment[CHANNELS[channel].part] !== undefined && !this.#ports.hasSubscribers(`${demand}/${symbol}`),
    );
    if (unwanted) this.#ports.renew(symbol);
  }
}

/** The depth of a symbol that a session subscribes to. */
export function depthOf(session: StreamSession, symbol: string): DepthPart[] {
  const subscribed = DEMANDED.filter(([channel]) => subscribesTo(session, channel, symbol));
  return depthDemands(subscribed.map(([, demand]) => demand));
}
