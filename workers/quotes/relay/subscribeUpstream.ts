import { accountObject, orderBookObject } from "../../../durable-objects/actor/namespaces.ts";
import type { AccountStreams } from "./accountStreams.ts";
import type { Connection } from "./connection.ts";
import type { DemandTopics } from "./demandTopics.ts";
import type { MarketDataHub } from "./marketDataHub.ts";
import { noticesOf } from "./subscribers.ts";
import type { TestFeed } from "./testFeed.ts";
import { nameOf, type Topic } from "./upstreamSubscriptions.ts";

/** A relay by its name, and what takes the state that a subscription returns. */
export interface UpstreamParts {
  readonly env: Parameters<typeof orderBookObject>[0] & Parameters<typeof accountObject>[0];
  readonly relay: string;
  readonly demands: DemandTopics;
  readonly marketData: MarketDataHub;
  readonly accountStreams: AccountStreams;
  readonly testFeed: Pick<TestFeed, "start">;
  /** Those of the topic. */
  subscribers(): Iterable<Connection>;
}

/** Subscribes at a book or account, and passes its state to the readers. Returns the sequence of the topic. */
export async function subscribeTo(topic: Topic, epoch: number, parts: UpstreamParts): Promise<number> {
  const { env, relay, demands, marketData, accountStreams } = parts;
  const name = nameOf(topic);
  if (topic.startsWith("test/")) {
    parts.testFeed.start();
    return 0;
  }
  if (!topic.startsWith("account/")) {
    const subscribed = await orderBookObject(env, name).subscribe(relay, epoch, demands.wanted(name));
    marketData.subscribed(name, subscribed);
    return subscribed.through;
  }
  const { through } = await accountObject(env, name).subscribe(relay, epoch, noticesOf(parts.subscribers()));
  accountStreams.push(parts.subscribers(), [], through);
  return through;
}
