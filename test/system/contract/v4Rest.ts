/** Corporate actions, wallets, and what is not offered, by @alpacahq/alpaca-trade-api 4. */
import { expect } from "vitest";
import { type Any, kept, type Probe, SYMBOL, UNKNOWN_ID } from "./probes.ts";
import { code } from "./v4Orders.ts";

/** Not offered: 404, with a text that says so. */
function absent(method: string, call: (client: Any) => Promise<unknown>): Probe {
  return [
    "not offered",
    method,
    async (client) => {
      const { message } = await code(call(client), 404, 40_410_000);
      expect(message).toContain("does not offer");
    },
  ];
}

const noChain = (method: string, call: (client: Any) => Promise<unknown>): Probe => [
  "wallets",
  method,
  (client) => code(call(client), 422, 42_210_000),
];

export const v4Rest: readonly Probe[] = [
  [
    "corporate actions",
    "corporateActions.getV2CorporateActionsAnnouncements",
    async ({ trading }) => {
      const asked = { caTypes: "dividend", since: "2026-10-01", until: "2026-11-30" };
      expect(await trading.corporateActions.getV2CorporateActionsAnnouncements(asked)).toEqual([]);
      const wide = { ...asked, since: "2026-01-01" };
      await code(trading.corporateActions.getV2CorporateActionsAnnouncements(wide), 422, 40_010_001);
    },
  ],
  [
    "corporate actions",
    "corporateActions.getV2CorporateActionsAnnouncementsId",
    ({ trading }) =>
      code(trading.corporateActions.getV2CorporateActionsAnnouncementsId({ id: UNKNOWN_ID }), 404, 40_410_000),
  ],
  [
    "wallets",
    "cryptoFunding.listCryptoFundingWallets",
    ({ trading }) => trading.cryptoFunding.listCryptoFundingWallets({}),
  ],
  [
    "wallets",
    "cryptoFunding.listCryptoFundingTransfers",
    async ({ trading }, at) => {
      // The client reads one object where Alpaca answers with a list, so the list is read from the raw response.
      await trading.cryptoFunding.listCryptoFundingTransfers();
      const { raw } = await trading.cryptoFunding.listCryptoFundingTransfersRaw();
      const transfers = await raw.json();
      expect(transfers).toMatchObject([{ direction: "INCOMING", asset: "USD", amount: "100000", status: "COMPLETE" }]);
      at.kept.set("transfer", transfers[0].id);
    },
  ],
  [
    "wallets",
    "cryptoFunding.getCryptoFundingTransfer",
    async ({ trading }, at) => {
      const id = kept(at, "transfer");
      const transfer = await trading.cryptoFunding.getCryptoFundingTransfer({ transferId: id });
      expect(transfer).toMatchObject({ id, direction: "INCOMING" });
      await code(trading.cryptoFunding.getCryptoFundingTransfer({ transferId: UNKNOWN_ID }), 404, 40_410_000);
    },
  ],
  ["wallets", "cryptoFunding.listWhitelistedAddress", ({ trading }) => trading.cryptoFunding.listWhitelistedAddress()],
  noChain("cryptoFunding.createCryptoTransferForAccount", ({ trading }) =>
    trading.cryptoFunding.createCryptoTransferForAccount({
      createCryptoTransferRequest: { asset: "BTC", amount: "1" },
    }),
  ),
  noChain("cryptoFunding.createWhitelistedAddress", ({ trading }) =>
    trading.cryptoFunding.createWhitelistedAddress({ createWhitelistedAddressRequest: { asset: "BTC", address: "x" } }),
  ),
  noChain("cryptoFunding.deleteWhitelistedAddress", ({ trading }) =>
    trading.cryptoFunding.deleteWhitelistedAddress({ whitelistedAddressId: UNKNOWN_ID }),
  ),
  noChain("cryptoFunding.getCryptoTransferEstimate", ({ trading }) =>
    trading.cryptoFunding.getCryptoTransferEstimate({ asset: "BTC", fromAddress: "x", toAddress: "y", amount: "1" }),
  ),
  absent("assets.getOptionsContracts", ({ trading }) => trading.assets.getOptionsContracts({})),
  absent("assets.getOptionContractSymbolOrId", ({ trading }) =>
    trading.assets.getOptionContractSymbolOrId({ symbolOrId: UNKNOWN_ID }),
  ),
  absent("collectOptionsContracts", ({ trading }) => trading.collectOptionsContracts({})),
  absent("iterateOptionsContracts", ({ trading }) => trading.iterateOptionsContracts({}).next()),
  absent("positions.optionExercise", ({ trading }) =>
    trading.positions.optionExercise({ symbolOrContractId: UNKNOWN_ID }),
  ),
  absent("positions.optionDoNotExercise", ({ trading }) =>
    trading.positions.optionDoNotExercise({ symbolOrContractId: UNKNOWN_ID }),
  ),
  absent("locates.createLocates", ({ trading }) =>
    trading.locates.createLocates({ createLocateRequest: { symbol: SYMBOL, qty: "1" }, idempotencyKey: "k" }),
  ),
  absent("locates.getLocate", ({ trading }) => trading.locates.getLocate({ locateId: UNKNOWN_ID })),
  absent("locates.listLocateQuotes", ({ trading }) => trading.locates.listLocateQuotes({ symbols: SYMBOL })),
  absent("locates.listLocates", ({ trading }) => trading.locates.listLocates({})),
  absent("tokenization.getTokenizationRequest", ({ trading }) =>
    trading.tokenization.getTokenizationRequest({ tokenizationRequestId: UNKNOWN_ID }),
  ),
  absent("tokenization.getTokenizationRequestByClientRequestID", ({ trading }) =>
    trading.tokenization.getTokenizationRequestByClientRequestID({ clientRequestId: UNKNOWN_ID }),
  ),
  absent("tokenization.getTokenizationRequests", ({ trading }) => trading.tokenization.getTokenizationRequests({})),
  absent("tokenization.postTokenizationMint", ({ trading }) =>
    trading.tokenization.postTokenizationMint({ tokenizationMintRequest: {} }),
  ),
];
