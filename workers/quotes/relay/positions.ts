/** Positions of the readers of books, which a relay stores for its own hibernation. */
import type { Topic } from "./upstreamSubscriptions.ts";

export const POSITIONS_KEY = "positions";

/** The stored positions of readers whose books still have subscribers; the others are out of date. */
export function watchedPositions(
  kv: { get<T>(key: string): T | undefined },
  hasSubscribers: (topic: Topic) => boolean,
): [symbol: string, position: number][] {
  const positions = kv.get<Record<string, number>>(POSITIONS_KEY) ?? {};
  return Object.entries(positions).filter(([symbol]) => hasSubscribers(`book/${symbol}`));
}
