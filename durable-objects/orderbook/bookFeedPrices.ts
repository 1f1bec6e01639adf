import type { MarketEntry } from "../../domain/market/phase.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { Log } from "../../protocol/log/events.ts";
import type { Actor } from "../actor/actor.ts";
import { feedObject } from "../actor/namespaces.ts";
import type { Publisher } from "../actor/publisher.ts";
import type { MarketFeed, Publication } from "./feed.ts";
import { FeedPrices } from "./feedPrices.ts";
import type { BookEvent } from "./machine.ts";

interface Ports {
  readonly feed: () => MarketFeed;
  readonly armBy: (at: number) => void;
  readonly log: Log;
}

/** What a book shows of the feed of its class of assets. */
export function bookFeedPrices(
  env: Parameters<typeof feedObject>[0],
  publisher: Publisher<Publication>,
  actor: Actor<BookState, MarketEntry, BookCommand, BookReport, BookEvent>,
  { feed, armBy, log }: Ports,
): FeedPrices {
  return new FeedPrices({
    instrument: () => actor.state.instrument,
    reference: async (price) => {
      await actor.execute(() => ({ entries: [{ kind: "reference", price }], outcome: null }));
    },
    follow: (instrument) => feedObject(env, instrument.assetClass).follow(instrument),
    hasListeners: () => publisher.hasListeners,
    changed: (trades) => feed().changed(trades),
    now: () => Date.now(),
    armBy,
    log,
  });
}
