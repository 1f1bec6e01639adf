import * as z from "zod";
import { walletsQuery, wireWalletTransfer } from "../../../../protocol/wire/wallets.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const none = z.array(z.never());
const refused = "Refused: nothing is moved on a chain here. `POST /v1/withdrawals` withdraws dollars.";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/wallets": {
    id: "listWallets",
    summary: "List wallets",
    description: "There are none; with `asset` it is refused.",
    query: walletsQuery,
    responses: { 200: none },
    example: {},
  },
  "GET /v2/wallets/transfers": {
    id: "listTransfers",
    summary: "List deposits and withdrawals",
    description: "Of dollars and of coins, newest first: the newest 500 of each.",
    responses: { 200: z.array(wireWalletTransfer) },
    example: {},
  },
  "POST /v2/wallets/transfers": {
    id: "createTransfer",
    summary: "Withdraw coins to an address",
    description: refused,
    responses: {},
    errorStatuses: [422],
  },
  "GET /v2/wallets/transfers/:id": {
    id: "getTransfer",
    summary: "One deposit or withdrawal",
    responses: { 200: wireWalletTransfer },
    errorStatuses: [404],
  },
  "GET /v2/wallets/whitelists": {
    id: "listWhitelistedAddresses",
    summary: "List whitelisted addresses",
    description: "There are none.",
    responses: { 200: none },
    example: {},
  },
  "POST /v2/wallets/whitelists": {
    id: "createWhitelistedAddress",
    summary: "Whitelist an address",
    description: refused,
    responses: {},
    errorStatuses: [422],
  },
  "DELETE /v2/wallets/whitelists/:id": {
    id: "deleteWhitelistedAddress",
    summary: "Remove a whitelisted address",
    description: refused,
    responses: {},
    errorStatuses: [422],
  },
  "GET /v2/wallets/fees/estimate": {
    id: "estimateTransferFee",
    summary: "Estimate the fee of a transfer on a chain",
    description: refused,
    responses: {},
    errorStatuses: [422],
  },
};
