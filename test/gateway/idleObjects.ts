/** Objects that have nothing, unless a test says so. */
import { vi } from "vitest";
import type { PriceBoardRpc } from "../../protocol/rpc/priceBoard.ts";

/** A board that was told nothing. */
export const priceBoard = {
  read: vi.fn<PriceBoardRpc["read"]>(async (symbols) => symbols.map(() => null)),
};

/** No app is registered. */
export const oauthApp = { question: async () => ({ kind: "refused", description: "Invalid client_id" }) };
