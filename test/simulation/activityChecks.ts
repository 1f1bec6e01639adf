/** Activities of an account: on disk as its journal has them, and enough to recompute its balances, lots and fees. */
import { CASH, owned } from "../../domain/account/ledger/ledger.ts";
import { costBasisOf } from "../../domain/account/lots/accountLots.ts";
import type { AccountState } from "../../domain/account/state/accountState.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { Activity } from "../../domain/account/activities/activity.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { decodeActivities } from "../../durable-objects/account/activityRows.ts";
import { type ExportedRow, type LotMethod, Recomputation, type Recomputed } from "../../ops/recompute/recomputation.ts";
import { activityId } from "../../protocol/ids/activityId.ts";
import { activityRow } from "../../protocol/mapping/activityRows.ts";
import { assertEqual } from "../model/assert.ts";
import { recordsOf, type ReplayedAccount } from "./replay.ts";
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

/** An independent program that has the export of an account. */
export class IndependentAccount {
  readonly #recomputation: Recomputation;
  readonly #accountId: string;
  #activities = 0;

  /** With the method of the account it chooses the lots of each sale itself. */
  constructor(accountId: string, method: LotMethod | null = null) {
    this.#accountId = accountId;
    this.#recomputation = new Recomputation(method);
  }

  /** The owner has changed the method. */
  use(method: LotMethod): void {
    this.#recomputation.use(method);
  }

  add(activity: Activity): void {
    const row = activityRow({ ...activity, id: activityId(this.#accountId, ++this.#activities, activity.at) });
    // As the file has it.
    this.#recomputation.add(JSON.parse(JSON.stringify(row)) as ExportedRow);
  }

  result(): Recomputed {
    return this.#recomputation.result();
  }
}

/** AC-81, AC-87: cash, positions, tax lots, gains and fees are what the activities alone say. */
export function checkActivities(account: ReplayedAccount): void {
  const independent = new IndependentAccount(account.state.accountId);
  for (const activity of activitiesOf(account)) independent.add(activity);
  const gains = recordsOf(account).reduce((sum, { body }) => sum + gainOf(body), 0);
  checkRecomputed(account.address, account.state, independent.result(), gains);
}

/** The gain that the audit record of a sale has, in 1/10,000 dollar. */
export function gainOf(body: AuditRecord["body"]): number {
  return typeof body["gain"] === "string" ? Math.round(Number(body["gain"]) * 10_000) : 0;
}

/** The same for a state, and what was recomputed of it; `gains` are those of its audit records. */
export function checkRecomputed(name: string, state: Readonly<AccountState>, of: Recomputed, gains: number): void {
  const { ledger, lots } = state;
  const { cash, fees, positions, realised } = of;
  const rule = `AC-81, AC-87: the activities of ${name} add up to its`;
  assertEqual(cash, dollars(owned(ledger, CASH)), `${rule} cash`);
  assertEqual(fees, dollars(ledger.get(CASH)?.house ?? 0), `${rule} fees`);
  const held = [...ledger.keys()].filter((asset) => asset !== CASH && owned(ledger, asset) !== 0).sort();
  assertEqual(Object.keys(positions).join(), held.join(), `${rule} positions`);
  const expected: Recomputed["lots"][number][] = [];
  for (const symbol of held) {
    const { qtyDecimals } = assetOf(symbol);
    assertEqual(positions[symbol]?.qty, formatDecimal(owned(ledger, symbol), qtyDecimals), `${rule} ${symbol}`);
    const { cost, averageCost } = positions[symbol] ?? {};
    const basis = dollars(costBasisOf(state, symbol));
    assertEqual(lots === null ? averageCost : cost, basis, `${rule} basis of ${symbol}`);
    for (const lot of lots?.get(symbol)?.lots ?? []) {
      const [qty, paid] = [formatDecimal(lot.quantity, qtyDecimals), dollars(lot.cost)];
      expected.push({ symbol, lot: lot.lotId, acquiredAt: new Date(lot.acquiredAt).toISOString(), qty, cost: paid });
    }
  }
  if (lots === null) return;
  assertEqual(JSON.stringify(of.lots), JSON.stringify(expected), `${rule} tax lots`);
  assertEqual(realised, dollars(gains), `${rule} realised gains`);
}

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);
