/** Pages of tax lots, and of what their sales have realised. */
import type { AccountLots } from "../../domain/account/lots/accountLots.ts";
import { reservedLots } from "../../domain/account/lots/chosenLots.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { Activity } from "../../domain/account/activities/activity.ts";
import { firstSince, lotsText } from "../../domain/portfolio/taxLot.ts";
import { activityId } from "../../protocol/ids/activityId.ts";
import { lotsHash } from "../../protocol/audit/lotsHash.ts";
import {
  LOTS_PAGE_MAX,
  type LotsPage,
  type LotsQuery,
  type RealizedFilter,
  type RealizedLine,
  type RealizedPage,
  type UnknownPage,
} from "../../protocol/rpc/lots.ts";
import type { ActivityLog } from "./activityLog.ts";
import { knownActivity } from "./activityQueries.ts";

/** Rows of activities that one page reads at most: 64 activities each take a tenth of a millisecond. */
const ROWS_A_PAGE_MAX = 100;

const LOT_TOKEN = /^(-?\d{1,16})-(\d{1,16})$/;

/** Lots of a symbol after the one that the token names. It may have been sold since. */
export function pageOfLots(state: Readonly<AccountState>, query: LotsQuery): LotsPage | UnknownPage {
  const { symbol, pageToken } = query;
  const { lots, quantity, cost } = state.lots?.get(symbol) ?? { lots: [], quantity: 0, cost: 0 };
  let start = 0;
  if (pageToken !== null) {
    const [, acquiredAt, lotId] = LOT_TOKEN.exec(pageToken) ?? [];
    if (acquiredAt === undefined) return { unknown: pageToken };
    start = firstSince(lots, Number(acquiredAt));
    const isPassed = (place: number) => {
      const lot = lots[place];
      return lot?.acquiredAt === Number(acquiredAt) && lot.lotId <= Number(lotId);
    };
    while (isPassed(start)) start++;
  }
  const limit = Math.min(query.limit, LOTS_PAGE_MAX);
  const page = lots.slice(start, start + limit);
  const last = page.at(-1);
  const more = start + limit < lots.length && last !== undefined;
  const before = lots.slice(0, start).reduce((sum, lot) => sum + lot.quantity, 0);
  const all = reservedLots(state, symbol);
  const reserved = page.flatMap(({ lotId }): [number, number][] => {
    const part = all.get(lotId);
    return part === undefined ? [] : [[lotId, part]];
  });
  const next = more ? `${last.acquiredAt}-${last.lotId}` : null;
  return { quantity, cost, lots: page, before, next, ...(reserved.length === 0 ? {} : { reserved }) };
}

/**
 * Lines of sales after a token: the id of an activity, and how many of its lines were in earlier pages, if not all. A page
 * ends early after many activities without any.
 */
export function pageOfRealized(
  { accountId }: Readonly<AccountState>,
  log: ActivityLog,
  { symbol, pageToken, ...filter }: RealizedFilter,
): RealizedPage | UnknownPage {
  const [id = "", part] = pageToken?.split(".") ?? [];
  const from = pageToken === null ? null : knownActivity(accountId, log, id);
  if (pageToken !== null && (from === null || !/^\d{0,6}$/.test(part ?? ""))) return { unknown: pageToken };
  const limit = Math.min(filter.limit, LOTS_PAGE_MAX);
  const lines: RealizedLine[] = [];
  const isWanted = (activity: Activity) => symbol === null || activity.symbol === symbol;
  // An activity of which some lines are left is read once more.
  const start = from !== null && part !== undefined ? from - 1 : from;
  let rows = 0;
  for (const row of log.realized(filter, start)) {
    for (const { sequence, activity } of row) {
      if (!isWanted(activity)) continue;
      const all = linesOf(activity);
      const skipped = sequence === from ? Number(part) : 0;
      const taken = all.slice(skipped, skipped + limit - lines.length);
      lines.push(...taken);
      if (lines.length < limit) continue;
      const through = skipped + taken.length;
      const next = activityId(accountId, sequence, activity.at);
      return { lines, next: through < all.length ? `${next}.${through}` : next };
    }
    const last = row.at(-1);
    if (++rows === ROWS_A_PAGE_MAX && last !== undefined) {
      return { lines, next: activityId(accountId, last.sequence, last.activity.at) };
    }
  }
  return { lines, next: null };
}

/** A hash of the lots of each symbol, for a comparison with the audit trail. */
export function lotHashes(all: AccountLots): Record<string, string> {
  return Object.fromEntries(Array.from(all, ([symbol, lots]) => [symbol, lotsHash(lotsText(lots))]));
}

/** A line of each lot that an activity has sold, and of each wash sale. */
function linesOf(activity: Activity): RealizedLine[] {
  if (activity.type !== "FILL") return [];
  const { symbol, orderId, tradedAt, disposalId, lots, washSales } = activity;
  const sold = lots.flatMap(({ lotId, acquiredAt, quantity, cost, proceeds }): RealizedLine[] => {
    if (disposalId === null || proceeds === null) return [];
    const trade = { kind: "disposal", symbol, orderId, disposalId, soldAt: tradedAt } as const;
    return [{ ...trade, lotId, acquiredAt, quantity, cost, proceeds }];
  });
  return [...sold, ...washSales.map((sale) => ({ kind: "wash_sale", symbol, at: tradedAt, ...sale }) as const)];
}
