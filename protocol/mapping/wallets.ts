/** Deposits and withdrawals as transfers of Alpaca's wallets. */
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import type { BookingActivity } from "../../domain/account/activities/activity.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { StoredActivity } from "../rpc/activities.ts";
import type { WireWalletTransfer } from "../wire/wallets.ts";

const STATUS = { pending: "PROCESSING", settled: "COMPLETE", rejected: "FAILED" } as const;
const NO_CHAIN = { tx_hash: null, chain: null, from_address: null, to_address: null } as const;
const FREE = { network_fee: "0", fees: "0" } as const;

/** Deposits of dollars and of coins, and withdrawals, newest first. Deposits of shares are no transfers of a wallet. */
export function transfersToWire(
  activities: readonly StoredActivity[],
  withdrawals: readonly Withdrawal[],
): WireWalletTransfer[] {
  const deposits = activities.flatMap((activity) => (activity.type === "FILL" ? [] : depositToWire(activity)));
  const all = [...deposits, ...withdrawals.map(withdrawalTransfer)];
  return all.sort((a, b) => (a.created_at > b.created_at ? -1 : 1));
}

function withdrawalTransfer({ id, amount, state, requestedAt }: Withdrawal): WireWalletTransfer {
  const dollars = formatDecimal(amount, PRICE_DECIMALS);
  return transfer(id, "OUTGOING", "USD", dollars, dollars, STATUS[state], requestedAt);
}

function depositToWire({ id, at, cash, symbol, qty }: BookingActivity & { readonly id: string }): WireWalletTransfer[] {
  const uuid = id.slice(id.indexOf("::") + 2);
  if (symbol === null) {
    const dollars = formatDecimal(cash, PRICE_DECIMALS);
    return cash > 0 ? [transfer(uuid, "INCOMING", "USD", dollars, dollars, "COMPLETE", at)] : [];
  }
  const { assetClass, qtyDecimals } = assetOf(symbol);
  if (assetClass !== "crypto" || qty <= 0) return [];
  const [coin = symbol] = symbol.split("/");
  return [transfer(uuid, "INCOMING", coin, formatDecimal(qty, qtyDecimals), null, "COMPLETE", at)];
}

function transfer(
  id: string,
  direction: WireWalletTransfer["direction"],
  asset: string,
  amount: string,
  dollars: string | null,
  status: WireWalletTransfer["status"],
  at: number,
): WireWalletTransfer {
  return {
    id,
    direction,
    asset,
    amount,
    usd_value: dollars,
    status,
    created_at: new Date(at).toISOString(),
    ...NO_CHAIN,
    ...FREE,
  };
}
