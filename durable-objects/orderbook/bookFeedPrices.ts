import type { BookState } from "../../domain/matching/bookState.ts";
import type { Log } from "../../protocol/log/events.ts";
import { feedObject } from "../actor/namespaces.ts";
import type { Publisher } from "../actor/publisher.ts";
import type { MarketFeed, Publication } from "./feed.ts";
import { FeedPrices } from "./feedPrices.ts";

interface Ports {
  readonly state: () => Readonly<BookState>;
  readonly feed: () => MarketFeed;
  readonly armBy: (at: number) => void;
  readonly log: Log;
}

/** What a book shows of the feed of its class of assets. */
export function bookFeedPrices(
  env: Parameters<typeof feedObject>[0],
  publisher: Publisher<Publication>,
  { state, feed, armBy, log }: Ports,
): FeedPrices {
  return new FeedPrices({
    instrument: () => state().instrument,
    follow: (instrument) => feedObject(env, instrument.assetClass).follow(instrument),
    hasListeners: () => publisher.hasListeners,
    changed: (trades) => feed().changed(trades),
    now: () => Date.now(),
    armBy,
    log,
  });
}
