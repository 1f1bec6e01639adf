/** Activities of an account: on disk as its journal has them, and enough to recompute its balances, lots and fees. */
import { CASH, owned } from "../../domain/account/ledger/ledger.ts";
import type { Activity } from "../../domain/account/activities/activity.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { decodeActivities } from "../../durable-objects/account/activityRows.ts";
import { type ExportedRow, Recomputation, type Recomputed } from "../../ops/recompute/recomputation.ts";
import { activityId } from "../../protocol/ids/activityId.ts";
import { activityRow } from "../../protocol/mapping/activityRows.ts";
import { assertEqual } from "../model/assert.ts";
import type { ReplayedAccount } from "./replay.ts";
import type { SimulatedObject } from "./simulatedObject.ts";

function activitiesOf({ events }: Pick<ReplayedAccount, "events">): Activity[] {
  return events.flatMap((event) => (event.kind === "activity" ? [event.activity] : []));
}

/** AC-83: the rows that are written are those of the journal; `events` are those through which they are. */
export function checkActivityRows(
  { storage }: Pick<SimulatedObject, "storage">,
  address: string,
  events: ReplayedAccount["events"],
): void {
  const written = storage
    .read("SELECT body FROM activities ORDER BY last")
    .flatMap(({ body }) => decodeActivities(body));
  const [rows, journal] = [JSON.stringify(written), JSON.stringify(activitiesOf({ events }))];
  assertEqual(rows, journal, `AK-13, AC-83: the activities of ${address} are those of its journal`);
}

/** What an independent program makes of the export of these activities. */
export function recomputed(accountId: string, activities: readonly Activity[]): Recomputed {
  const recomputation = new Recomputation();
  for (const [nth, activity] of activities.entries()) {
    const row = activityRow({ ...activity, id: activityId(accountId, nth + 1, activity.at) });
    // As the file has it.
    recomputation.add(JSON.parse(JSON.stringify(row)) as ExportedRow);
  }
  return recomputation.result();
}

/** AC-81: cash, positions, basis and fees are what the activities alone say. */
export function checkActivities(account: ReplayedAccount): void {
  const { ledger, costBasis, accountId } = account.state;
  const { cash, fees, positions } = recomputed(accountId, activitiesOf(account));
  const rule = `AC-81: the activities of ${account.address} add up to its`;
  assertEqual(cash, formatDecimal(owned(ledger, CASH), PRICE_DECIMALS), `${rule} cash`);
  assertEqual(fees, formatDecimal(ledger.get(CASH)?.house ?? 0, PRICE_DECIMALS), `${rule} fees`);
  const held = [...ledger.keys()].filter((asset) => asset !== CASH && owned(ledger, asset) !== 0).sort();
  assertEqual(Object.keys(positions).join(), held.join(), `${rule} positions`);
  for (const symbol of held) {
    const qty = formatDecimal(owned(ledger, symbol), assetOf(symbol).qtyDecimals);
    assertEqual(positions[symbol]?.qty, qty, `${rule} quantity of ${symbol}`);
    const basis = formatDecimal(costBasis.get(symbol) ?? 0, PRICE_DECIMALS);
    assertEqual(positions[symbol]?.averageCost, basis, `${rule} basis of ${symbol}`);
  }
}
