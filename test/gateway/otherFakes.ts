import type { FeedView } from "../../protocol/rpc/feed.ts";

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

/** No app is registered. */
export const oauthApp = { question: async () => ({ kind: "refused", description: "Invalid client_id" }) };
