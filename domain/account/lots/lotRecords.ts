/**
 * Tax lots in the audit trail. A record has at most LOT_ROWS_A_RECORD rows of lots and wash sales; the others follow in
 * records of their own, so that a sale of any number of lots makes no record of more than 100 KB.
 */
import { formatDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { assetOf } from "../../market/asset.ts";
import type { LotChoice } from "../../portfolio/lotMethod.ts";
import type { DisposedLot } from "../../portfolio/lots.ts";
import type { WashSale } from "../../portfolio/washSales.ts";
import type { ActivityLot } from "../activities/activity.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";

export const LOT_ROWS_A_RECORD = 500;

/** Most lots of an activity: of fewer than 50 bytes each, far under the 2 MB of a row. */
const ACTIVITY_LOTS_MAX = 20_000;

type Row = readonly (number | string)[];

/** What a fill did to the lots of its symbol. */
export interface LotChange {
  readonly symbol: string;
  /** Of a buy: its lot. */
  readonly bought: Omit<ActivityLot, "proceeds"> | null;
  /** Of a sell. */
  readonly disposal: {
    readonly disposalId: number;
    readonly method: string;
    readonly cost: number;
    readonly gain: number;
  } | null;
  readonly lots: readonly DisposedLot[];
  readonly washSales: readonly WashSale[];
}

/**
 * Adds what a fill did to the body of its record: the number of the lot that it made; or the disposal, its basis and gain,
 * and each lot sold: number, quantity, cost, proceeds, gain, term. Wash sales: disposal and lot of the loss, the lot that
 * replaces it, quantity, disallowed loss. `more_records` counts the records of further rows.
 */
export function addLotFacts(body: Record<string, unknown>, change: LotChange): void {
  const { bought, disposal, lots, washSales } = change;
  if (bought !== null) body["lot_id"] = bought.lotId;
  if (disposal !== null) {
    body["disposal_id"] = disposal.disposalId;
    body["cost_basis"] = money(disposal.cost);
    body["gain"] = money(disposal.gain);
    if (disposal.method !== "fifo") body["lot_method"] = disposal.method;
  }
  if (lots.length + washSales.length > 0) addRows(body, change, 0);
  const parts = partsOf(change);
  if (parts > 1) body["more_records"] = parts - 1;
}

/** Records the rows that the record of the fill does not have. */
export function recordMoreLots(
  state: AccountState,
  change: LotChange,
  ids: { readonly order_id: string; readonly execution_id: string },
  now: number,
  out: AccountOutputs,
): void {
  const { symbol } = change;
  for (let part = 1; part < partsOf(change); part++) {
    const body: Record<string, unknown> = { order_id: ids.order_id, symbol, execution_id: ids.execution_id, part };
    addRows(body, change, part);
    const event = { action: "order.lots", resource: `order/${ids.order_id}`, body, before: null, after: null };
    audit(state, event, NO_ORIGIN, now, out);
  }
}

const NONE: readonly ActivityLot[] = [];
const NO_WASH_SALES: readonly WashSale[] = [];

/**
 * The lots for the activity of a fill. An activity is one row, so one of too many rows has neither lots nor wash sales: its
 * audit records have them.
 */
export function activityLots(change: LotChange | null): readonly ActivityLot[] {
  if (change === null || !fitsActivity(change)) return NONE;
  const { bought, lots } = change;
  if (bought !== null) return [acquiredLot(bought)];
  return lots.map(({ lotId, acquiredAt, quantity, cost, proceeds }) => {
    return { lotId, acquiredAt, quantity, cost, proceeds };
  });
}

/** The wash sales for the activity of a fill, as above. */
export function activityWashSales(change: LotChange | null): readonly WashSale[] {
  return change === null || !fitsActivity(change) ? NO_WASH_SALES : change.washSales;
}

function fitsActivity({ lots, washSales }: LotChange): boolean {
  return lots.length + washSales.length <= ACTIVITY_LOTS_MAX;
}

/** A lot that was acquired, for an activity. */
export function acquiredLot({ lotId, acquiredAt, quantity, cost }: Omit<ActivityLot, "proceeds">): ActivityLot {
  return { lotId, acquiredAt, quantity, cost, proceeds: null };
}

function partsOf({ lots, washSales }: LotChange): number {
  return Math.ceil((lots.length + washSales.length) / LOT_ROWS_A_RECORD);
}

/** Adds the rows of one record: lots first, then wash sales. */
function addRows(body: Record<string, unknown>, { symbol, lots, washSales }: LotChange, part: number): void {
  const from = part * LOT_ROWS_A_RECORD;
  const through = from + LOT_ROWS_A_RECORD;
  const { qtyDecimals } = assetOf(symbol);
  if (from < lots.length) body["lots"] = lots.slice(from, through).map((lot) => lotRow(lot, qtyDecimals));
  const sales = washSales.slice(Math.max(0, from - lots.length), Math.max(0, through - lots.length));
  if (sales.length > 0) body["wash_sales"] = sales.map((sale) => washSaleRow(sale, qtyDecimals));
}

/** The lots that are chosen for an order: number and quantity of each. */
export function choiceRows(choices: readonly LotChoice[], decimals: number): Row[] {
  return choices.map(({ lotId, quantity }) => [lotId, formatDecimal(quantity, decimals)]);
}

function lotRow({ lotId, quantity, cost, proceeds, gain, term }: DisposedLot, decimals: number): Row {
  return [lotId, formatDecimal(quantity, decimals), money(cost), money(proceeds), money(gain), term];
}

function washSaleRow({ disposalId, lotId, replacedBy, quantity, disallowed }: WashSale, decimals: number): Row {
  return [disposalId, lotId, replacedBy, formatDecimal(quantity, decimals), money(disallowed)];
}

function money(amount: number): string {
  return formatDecimal(amount, PRICE_DECIMALS);
}
