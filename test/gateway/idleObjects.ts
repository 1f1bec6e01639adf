/** Objects that have nothing, unless a test says so. */
import type { FeedView } from "../../protocol/rpc/feed.ts";
import { vi } from "vitest";
import type { PriceBoardRpc } from "../../protocol/rpc/priceBoard.ts";

/** A board that was told nothing. */
export const priceBoard = {
  read: vi.fn<PriceBoardRpc["read"]>(async (symbols) => symbols.map(() => null)),
};

/** No app is registered. */
export const oauthApp = { question: async () => ({ kind: "refused", description: "Invalid client_id" }) };

/** Nothing is externally priced. */
export const feedNamed = (assetClass: string) => ({
  status: async (): Promise<FeedView> => ({
    assetClass: assetClass === "crypto" ? "crypto" : "us_equity",
    source: "alpaca",
    state: "down",
    breaker: { phase: "open", until: 60_000 },
    heardAt: null,
    retryAt: 60_000,
    symbols: [],
    counts: { connected: 1, failed: 6, items: 2, refused: 0, dropped: 0 },
  }),
});
