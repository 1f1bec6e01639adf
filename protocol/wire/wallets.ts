/** Wallets and transfers of the Alpaca API, as ccxt reads them. */
import * as z from "zod";
import { decimal, time, uuid } from "./primitives.ts";

/** `asset` and `network` name a wallet, and there are none. */
export const walletsQuery = z.object({
  asset: z.string().optional().meta({ description: "a coin; without it the list of wallets, which is empty" }),
  network: z.string().optional(),
});

export const wireWalletTransfer = z
  .object({
    id: uuid,
    tx_hash: z.null(),
    direction: z.enum(["INCOMING", "OUTGOING"]),
    amount: decimal,
    usd_value: decimal.nullable().meta({ description: "null for coins" }),
    chain: z.null(),
    asset: z.string().meta({ description: "USD, or the coin" }),
    from_address: z.null(),
    to_address: z.null(),
    status: z.enum(["PROCESSING", "FAILED", "COMPLETE"]),
    created_at: time,
    network_fee: z.literal("0"),
    fees: z.literal("0"),
  })
  .meta({ id: "WalletTransfer" });
export type WireWalletTransfer = Readonly<z.infer<typeof wireWalletTransfer>>;
