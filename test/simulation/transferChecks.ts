/** Transfers, as the journals of their actors and accounts have them: each withdrawal is decided once, and ends as decided. */
import { parseDecimal } from "../../domain/decimal.ts";
import { type Transfer, TRANSFER_EXPIRES_MS } from "../../domain/transfers/transfer.ts";
import { approvalState } from "../../durable-objects/transfers/views.ts";
import { CASH } from "../../domain/account/ledger/ledger.ts";
import { checkOwnTransfers, movedByOwn } from "./ownTransfers.ts";
import { assert, assertEqual } from "../model/assert.ts";
import type { ExchangeSnapshot, ReplayedTransfers } from "./replay.ts";
import type { World } from "./world.ts";

/** What is due has been done so much later. */
const PUNCTUAL_MS = 4_000;

/** Every transfer that the actors of a moment know, as it is now. */
export function transfersOf({ transfers }: ExchangeSnapshot): Transfer[] {
  return [...transfers.values()].flatMap((actor) => [...rowsOf(actor).values()]);
}

function rowsOf({ events }: ReplayedTransfers): Map<string, Transfer> {
  const rows = new Map<string, Transfer>();
  for (const event of events) {
    if (event.kind === "changed") rows.set(event.transfer.id, event.transfer);
    else rows.delete(event.id);
  }
  return rows;
}

/** What must hold at any moment: one decision each, in time, and holds that equal what waits at the accounts. */
export function checkTransfers(snapshot: ExchangeSnapshot): void {
  for (const actor of snapshot.transfers.values()) {
    const rows = rowsOf(actor);
    const decided = new Set<string>();
    for (const step of actor.history) {
      if (!("local" in step) || step.local.kind !== "decided") continue;
      const { id, decision } = step.local;
      assert(!decided.has(id), `ID-67: transfer ${id} has one decision`);
      decided.add(id);
      const expiresAt = rows.get(id)?.expiresAt ?? 0;
      const early = decision === "expired" ? step.at < expiresAt : step.at >= expiresAt;
      assert(!early, `ID-68: transfer ${id} was ${decision} at ${step.at}, and expires at ${expiresAt}`);
    }
    for (const { id, requestedAt, expiresAt } of rows.values()) {
      assertEqual(expiresAt, requestedAt + TRANSFER_EXPIRES_MS, `ID-68: the deadline of transfer ${id}`);
    }
  }
}

/** No message is in flight: accounts and transfers agree on every hold, and every decision is carried out. */
export function checkTransfersDelivered(world: World, snapshot: ExchangeSnapshot): void {
  const rows = transfersOf(snapshot);
  const byWithdrawal = new Map(rows.map((row) => [row.withdrawalId, row]));
  const { now } = world.time;
  for (const row of rows) {
    const skew = world.objects.get("transfers/world")?.clock.skew ?? 0;
    if (row.decision === null) {
      const late = row.expiresAt < now + skew - PUNCTUAL_MS && world.totals.clockJumps === 0;
      assert(!late, `ID-68: transfer ${row.id} has expired at its time`);
      continue;
    }
    const refused = row.credit === "refused" ? "refused" : "posted";
    const wanted = row.decision === "approved" ? refused : "voided";
    assertEqual(row.result, wanted, `ID-121: transfer ${row.id} is carried out as it was decided: ${row.decision}`);
  }
  for (const { state, history } of snapshot.accounts.values()) {
    const requested = history.flatMap((step) =>
      "local" in step && step.local.kind === "withdrawal_requested" ? [step.local.id] : [],
    );
    for (const id of requested) {
      assert(byWithdrawal.has(id), `ID-121: withdrawal ${id} has reached its transfers actor`);
      const waits = byWithdrawal.get(id)?.decision === null;
      assertEqual(state.withdrawals.has(id), waits, `AC-8: withdrawal ${id} is held exactly as long as it waits`);
    }
    assertEqual(state.postings.size, 0, "ID-121: deposits that were sent are decided");
  }
  checkOwnTransfers(snapshot, rows);
  checkAcknowledged(world, rows);
}

function checkAcknowledged({ acknowledgedTransfers, acknowledgedWithdrawals }: World, rows: readonly Transfer[]): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const [id, { by, approve }] of acknowledgedTransfers.decisions) {
    const row = byId.get(id);
    const said = `${row?.decidedBy} ${row?.decision}`;
    assertEqual(said, `${by} ${approve ? "approved" : "rejected"}`, `ID-81: the decision of ${id} is kept`);
  }
  for (const id of acknowledgedTransfers.deposits.keys()) assert(byId.has(id), `ID-81: deposit ${id} was requested`);
  for (const id of acknowledgedWithdrawals) {
    assert(
      rows.some(({ withdrawalId }) => withdrawalId === id),
      `ID-121: withdrawal ${id} was acknowledged`,
    );
  }
}

/** By asset, what posted transfers of an account have brought, less what they took, in its units. */
export function postedTransfers(snapshot: ExchangeSnapshot, accountId: string): Map<string, number> {
  const rows = transfersOf(snapshot);
  const sums = movedByOwn(rows, accountId);
  for (const { kind, accountId: of, result, amount } of rows) {
    if (kind === "own" || of !== accountId || result !== "posted") continue;
    sums.set(CASH, (sums.get(CASH) ?? 0) + (kind === "deposit" ? 1 : -1) * Number(parseDecimal(amount, 4)));
  }
  return sums;
}

/** Long after every deadline nothing waits, and the living actor lists what its journal says. */
export function checkTransfersEnded(snapshot: ExchangeSnapshot): void {
  for (const { id, result } of transfersOf(snapshot)) assert(result !== null, `ID-121: transfer ${id} has ended`);
}

/** What administrators may see, newest first, as `id state`. */
export function listedTransfers(snapshot: ExchangeSnapshot): string[] {
  return transfersOf(snapshot)
    .filter(({ kind, notified, decision }) => kind !== "own" && (notified || decision !== null))
    .map((row) => `${row.id} ${approvalState(row)}`)
    .sort();
}

/** In how many milliseconds a transfer expires, if that is before everybody can have answered. */
export function expiresSoon({ time, objects }: World, snapshot: ExchangeSnapshot): number | null {
  const now = time.now + (objects.get("transfers/world")?.clock.skew ?? 0);
  for (const { decision, expiresAt } of transfersOf(snapshot)) {
    const soon = expiresAt > now - PUNCTUAL_MS && expiresAt < now + PUNCTUAL_MS;
    if (decision === null && soon) return Math.max(0, expiresAt - now);
  }
  return null;
}
