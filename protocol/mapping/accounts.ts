/** The account and position objects: cash, and positions valued at the prices of the books. */
import type { AccountId } from "../../domain/ids.ts";
import type { DepositReceipt } from "../../domain/account/ledger/deposits.ts";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import { CASH } from "../../domain/account/ledger/ledger.ts";
import { divideHalfEven, formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { Asset } from "../../domain/market/asset.ts";
import { lotsPerShare, type Instrument } from "../../domain/market/instrument.ts";
import type { TransferState } from "../../domain/transfers/transferState.ts";
import { compactSymbol } from "./assets.ts";
import { newYorkDate } from "./clock.ts";
import type { AccountView, PositionView } from "../rpc/account.ts";
import type { BookTop } from "../rpc/orderBook.ts";
import type { WireAccount, WireDeposit, WireHoldings, WirePosition, WireWithdrawal } from "../wire/accounts.ts";

/** Decimals of ratios and of average prices on the wire. */
const RATIO_DECIMALS = 8;

/** The deposit object. It is constant, so a repeated request gets the same response. */
export function depositToWire(accountId: AccountId, { reference, asset, amount }: DepositReceipt): WireDeposit {
  const decimals = asset === CASH ? PRICE_DECIMALS : assetOf(asset).qtyDecimals;
  return { account_id: accountId, reference, asset, amount: formatDecimal(amount, decimals) };
}

/** The withdrawal object, without the administrator who decided: only the audit trail shows that. */
export function withdrawalToWire(withdrawal: Withdrawal): WireWithdrawal {
  const { id, reference, amount, state, requestedAt, decidedAt } = withdrawal;
  return {
    withdrawal_id: id,
    reference,
    amount: formatDecimal(amount, PRICE_DECIMALS),
    state,
    transfer_state: transferStateOf(withdrawal),
    requested_at: new Date(requestedAt).toISOString(),
    decided_at: decidedAt === null ? null : new Date(decidedAt).toISOString(),
  };
}

/** A withdrawal that expired was rejected without an administrator. */
function transferStateOf({ state, decidedBy }: Withdrawal): TransferState {
  if (state === "pending") return "pending";
  if (state === "settled") return "posted";
  return decidedBy === null ? "expired" : "voided";
}

/**
 * The price of one share in 1/10,000 dollar: of the last trade, else the middle, else the only side, else the
 * reference.
 */
export function marketPrice(instrument: Instrument, top: BookTop): number {
  if (top.last !== null) return top.last.price;
  if (top.bid !== null && top.ask !== null) return Math.floor((top.bid.price + top.ask.price) / 2);
  return top.bid?.price ?? top.ask?.price ?? instrument.referencePrice;
}

/** Prices of one share in 1/10,000 dollar: now, and at the previous close. */
export interface Marks {
  readonly price: number;
  readonly close: number;
}

/** The prices, and the exchange where the asset is listed. */
export interface ListedMarks extends Marks {
  readonly exchange: Instrument["exchange"];
}

/** Both prices of a book. Before the first close of a market, the previous close is the reference price. */
export function marksOf(instrument: Instrument, top: BookTop): ListedMarks {
  const { exchange } = instrument;
  return { exchange, price: marketPrice(instrument, top), close: top.previousClose ?? instrument.referencePrice };
}

/**
 * The position object. Intraday profit counts from the previous close for the lots held then, and from the purchase for
 * lots bought since. `atClose`, the lots at the previous close, tells them apart where the account does not.
 */
export function positionToWire(
  position: PositionView,
  { exchange, price, close }: ListedMarks,
  atClose: number,
): WirePosition {
  const asset = assetOf(position.symbol);
  const { qty, costBasis } = position;
  const value = marketValue(asset, price, qty);
  const gain = value - BigInt(costBasis);
  const { qty: bought, costBasis: costOfBought } = position.today ?? boughtAtAverage(position, atClose);
  const begin = marketValue(asset, close, qty - bought) + BigInt(costOfBought);
  return {
    asset_id: asset.id,
    symbol: asset.assetClass === "crypto" ? compactSymbol(asset.symbol) : asset.symbol,
    exchange,
    asset_class: asset.assetClass,
    asset_marginable: false,
    side: "long",
    qty: formatDecimal(qty, asset.qtyDecimals),
    qty_available: formatDecimal(position.available, asset.qtyDecimals),
    avg_entry_price: averageCost(asset, costBasis, qty),
    market_value: formatDecimal(value, PRICE_DECIMALS),
    cost_basis: formatDecimal(costBasis, PRICE_DECIMALS),
    unrealized_pl: formatDecimal(gain, PRICE_DECIMALS),
    unrealized_plpc: ratio(gain, BigInt(costBasis)),
    unrealized_intraday_pl: formatDecimal(value - begin, PRICE_DECIMALS),
    unrealized_intraday_plpc: ratio(value - begin, begin),
    current_price: formatDecimal(price, PRICE_DECIMALS),
    lastday_price: formatDecimal(close, PRICE_DECIMALS),
    change_today: ratio(BigInt(price - close), BigInt(close)),
    // Of accounts in another currency than the dollar.
    avg_entry_swap_rate: null,
    swap_rate: null,
    prev_swap_rate: null,
  };
}

/** What was bought since the previous close, at average cost, if nothing that was held then has been sold. */
function boughtAtAverage({ qty, costBasis }: PositionView, atClose: number) {
  const bought = qty - Math.min(atClose, qty);
  return { qty: bought, costBasis: qty === 0 ? 0n : divideHalfEven(BigInt(costBasis) * BigInt(bought), BigInt(qty)) };
}

/** In 1/10,000 dollar, half-even. A BigInt, because deposits may be larger than any order. */
export function marketValue(instrument: Asset, price: number, qty: number): bigint {
  return divideHalfEven(BigInt(price) * BigInt(qty), BigInt(lotsPerShare(instrument)));
}

/** Dollars a share, to 8 decimals. */
function averageCost(instrument: Asset, costBasis: number, qty: number): string {
  if (qty === 0) return "0";
  const scale = 10n ** BigInt(RATIO_DECIMALS - PRICE_DECIMALS);
  const value = BigInt(costBasis) * BigInt(lotsPerShare(instrument)) * scale;
  return formatDecimal(divideHalfEven(value, BigInt(qty)), RATIO_DECIMALS);
}

/** `part / whole` to 8 decimals; "0" when `whole` is 0. */
function ratio(part: bigint, whole: bigint): string {
  if (whole <= 0n) return "0";
  return formatDecimal(divideHalfEven(part * 10n ** BigInt(RATIO_DECIMALS), whole), RATIO_DECIMALS);
}

/** Available cash: without holds of open buys and pending withdrawals. Rounding may make it negative (AC-7). */
const freeCash = ({ cash, cashHeld }: AccountView): number => cash - cashHeld;

/** Dollars of cash and of lots at a price of each symbol, in 1/10,000 dollar. */
function worth(
  cash: number,
  lots: readonly (readonly [string, number])[],
  priceOf: (symbol: string) => number,
): bigint {
  return lots.reduce((sum, [symbol, qty]) => sum + marketValue(assetOf(symbol), priceOf(symbol), qty), BigInt(cash));
}

/**
 * The account object. `marks` has the prices of each symbol that is owned now or was at the previous close. Cash
 * accounts do not borrow, so all margin figures are constant.
 */
export function accountToWire(view: AccountView, marks: ReadonlyMap<string, Marks>, nowMs: number): WireAccount {
  const at = (symbol: string): Marks => {
    const found = marks.get(symbol);
    if (found === undefined) throw new Error(`no prices of ${symbol}`);
    return found;
  };
  const lots = view.positions.map(({ symbol, qty }) => [symbol, qty] as const);
  const value = worth(0, lots, (symbol) => at(symbol).price);
  const money = (amount: number | bigint): string => formatDecimal(amount, PRICE_DECIMALS);
  const equity = money(BigInt(view.cash) + value);
  const { atClose } = view;
  const before = atClose === undefined ? null : worth(atClose.cash, atClose.lots, (symbol) => at(symbol).close);
  const free = Math.max(0, freeCash(view));
  // An earlier release knows no settlement: all cash is settled.
  const limits = view.limits ?? { withdrawable: free, buyingPower: free, coinBuyingPower: free };
  const buyingPower = money(limits.buyingPower);
  const closed = view.closedAt !== undefined;
  const status = closed ? "ACCOUNT_CLOSED" : "ACTIVE";
  return {
    id: view.accountId,
    account_number: view.accountNumber,
    status,
    crypto_status: status,
    currency: "USD",
    cash: money(freeCash(view)),
    cash_withdrawable: money(limits.withdrawable),
    cash_transferable: money(limits.withdrawable),
    equity,
    last_equity: before === null ? equity : money(before),
    portfolio_value: equity,
    buying_power: buyingPower,
    regt_buying_power: buyingPower,
    non_marginable_buying_power: money(limits.coinBuyingPower),
    effective_buying_power: buyingPower,
    options_buying_power: "0",
    long_market_value: money(value),
    short_market_value: "0",
    position_market_value: money(value),
    initial_margin: "0",
    maintenance_margin: "0",
    last_maintenance_margin: "0",
    multiplier: "1",
    sma: "0",
    accrued_fees: "0",
    pending_transfer_in: "0",
    pending_transfer_out: money(view.withdrawing ?? 0),
    intraday_adjustments: "0",
    pending_reg_taf_fees: "0",
    trading_blocked: closed || view.blocked === true,
    transfers_blocked: closed,
    account_blocked: closed,
    trade_suspended_by_user: view.suspended === true,
    shorting_enabled: false,
    options_approved_level: 0,
    options_trading_level: 0,
    crypto_tier: 1,
    created_at: new Date(view.createdAt).toISOString(),
    balance_asof: newYorkDate(nowMs),
    // Alpaca removed these in July 2026, but alpaca-py and older clients still read them.
    pattern_day_trader: false,
    daytrade_count: 0,
    daytrading_buying_power: "0",
  };
}

/** Balances and positions without market prices. */
export function holdingsToWire(view: AccountView): WireHoldings {
  const money = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
  return {
    id: view.accountId,
    account_number: view.accountNumber,
    currency: "USD",
    cash: money(freeCash(view)),
    cash_held: money(view.cashHeld),
    buying_power: money(Math.max(0, freeCash(view))),
    positions: view.positions.map(({ symbol, qty, available, costBasis }) => {
      const instrument = assetOf(symbol);
      return {
        asset_id: instrument.id,
        symbol: instrument.assetClass === "crypto" ? compactSymbol(symbol) : symbol,
        qty: formatDecimal(qty, instrument.qtyDecimals),
        qty_available: formatDecimal(available, instrument.qtyDecimals),
        avg_entry_price: averageCost(instrument, costBasis, qty),
        cost_basis: money(costBasis),
      };
    }),
  };
}
