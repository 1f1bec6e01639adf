/** Transfers between accounts of one user, in a simulated exchange. */
import { parseDecimal } from "../../domain/decimal.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { CASH } from "../../domain/account/ledger/ledger.ts";
import type { TransferredLot } from "../../domain/portfolio/lots.ts";
import { INITIAL_WORTH, sharesText } from "./orderGenerator.ts";
import { afterReply, ownReference } from "../../domain/transfers/ownTransfer.ts";
import type { Activity } from "../../domain/account/activities/activity.ts";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import type { IdempotentResponse } from "../../domain/account/ledger/idempotentResponse.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import { seededRandom } from "../rig/random.ts";
import { assert, assertEqual } from "../model/assert.ts";
import { principalOf } from "./actors.ts";
import type { ExchangeSnapshot } from "./replay.ts";
import type { Step } from "./scenario.ts";
import type { World } from "./world.ts";

/** A third of the largest balance, in 1/10,000 dollar: some transfers are refused. */
const TRANSFER_MAX = 40_000_000;

/** Accounts of one owner, but for one account: what is sent to it or from it is refused by the receiver. */
export function ownerOf(accountId: string): string {
  return accountId === "dan" ? "dan" : "the owner of most";
}

/** Shares worth up to a third of what an account begins with; null: cash moves. */
function sharesOf(pick: (below: number) => number, symbols: readonly string[]) {
  const symbol = symbols[pick(2 * symbols.length)];
  if (symbol === undefined) return null;
  const amount = sharesText(symbol, 1 + pick(INITIAL_WORTH / 3));
  return { symbol, amount };
}

/** Two of three runs move cash and shares between accounts, by chance of their own. */
export function generateOwnTransfers(
  seed: number,
  accounts: readonly string[],
  symbols: readonly string[],
): readonly Step[] {
  if (seed % 3 === 0) return [];
  const random = seededRandom(seed * 2_246_822_519);
  const pick = (below: number): number => Math.floor(random() * below);
  return accounts.flatMap((account) =>
    Array.from({ length: 1 + pick(4) }, (_, nth): Step => {
      const others = accounts.filter((other) => other !== account);
      const to = others[pick(others.length)] ?? account;
      const cash = { symbol: null, amount: formatDecimal(1 + pick(TRANSFER_MAX), 4) };
      const times = 1 + pick(2);
      const moved = sharesOf(pick, symbols) ?? cash;
      const action = { kind: "transfer", to, ...moved, times } as const;
      return { id: `${account}x${nth}`, account, waitMs: pick(300), action };
    }),
  );
}

/** The account that has asked for a transfer, by the id of its request. */
export function payerOf(requestId: string): string {
  return requestId.slice(0, requestId.lastIndexOf("x"));
}

interface OwnTransfer {
  readonly id: string;
  readonly to: string;
  /** Null: cash. */
  readonly symbol: string | null;
  readonly amount: string;
}

/** Asks an account for a transfer: the same reference again has the same answer. */
export async function transfer(
  world: World,
  insist: (method: string, args: () => unknown[]) => Promise<unknown>,
  accountId: string,
  { id, to, symbol, amount }: OwnTransfer,
): Promise<void> {
  // Before it is open an account refuses all, and the reference is used up.
  if (!world.openAccounts.has(to)) return;
  const origin = { requestId: id, ip: "192.0.2.1", userAgent: "simulation" };
  const asked = { reference: id, symbol, amount, to };
  const ask = () => [principalOf(accountId, id), asked, origin, null];
  const outcome = (await insist("requestOwnTransfer", ask)) as Outcome<IdempotentResponse>;
  if (!outcome.ok) {
    const { reason } = outcome.refusal;
    const expected = ["insufficient_transferable", "too_many_withdrawals"].includes(reason);
    if (!expected) world.broken(`AC-94: ${id} is refused: ${reason}`);
    return;
  }
  const { transfer_id: transferId } = JSON.parse(outcome.value.body) as { readonly transfer_id: string };
  world.acknowledgedWithdrawals.add(transferId);
}

/** By asset, what transfers between accounts have brought to this one, less what they took, in its units. */
export function movedByOwn(rows: readonly Transfer[], accountId: string): Map<string, number> {
  const sums = new Map<string, number>([[CASH, 0]]);
  for (const row of rows) {
    if (row.kind !== "own" || row.result !== "posted") continue;
    const sign = (row.to === accountId ? 1 : 0) - (row.accountId === accountId ? 1 : 0);
    const asset = row.symbol ?? CASH;
    sums.set(asset, (sums.get(asset) ?? 0) + sign * unitsOf(row));
  }
  return sums;
}

function unitsOf({ symbol, amount }: Transfer): number {
  return Number(parseDecimal(amount, symbol === null ? 4 : requireInstrument(symbol).qtyDecimals));
}

/** No message is in flight: what left the payers is what the receivers got, and only accounts of one owner took part. */
export function checkOwnTransfers({ accounts }: ExchangeSnapshot, rows: readonly Transfer[]): void {
  const own = rows.filter(({ kind }) => kind === "own");
  const [sent, got] = [new Map<string, string>(), new Map<string, string>()];
  for (const { events } of accounts.values()) {
    for (const event of events) {
      if (event.kind === "activity") readReceived(event.activity, got);
      if (event.kind !== "withdrawal" || event.withdrawal.to === undefined) continue;
      const { id, amount, shares, state } = event.withdrawal;
      if (state !== "pending") continue;
      sent.set(id, contentOf(shares?.symbol ?? CASH, shares?.qty ?? amount, shares?.lots));
    }
  }
  for (const row of own) {
    const { id, accountId, to = "", credit, result } = row;
    const expected = ownerOf(accountId) === ownerOf(to) ? "posted" : "refused";
    assertEqual(credit, expected, `AC-94: the receiver's answer to ${id}`);
    assertEqual(result, afterReply(row, { result: "voided", refusal: null }).result, `AC-94: the end of ${id}`);
    const received = result === "posted" ? sent.get(id) : undefined;
    assertEqual(got.get(ownReference(id)), received, `AC-94, AC-95: ${id} is received as it was sent, with its lots`);
  }
  assert(
    own.every(({ decidedBy }) => decidedBy === null),
    "AC-94: nobody decides a transfer between own accounts",
  );
}

/** An activity of a receiver, by the reference of the transfer. */
function readReceived(activity: Activity, got: Map<string, string>): void {
  if (activity.type === "FILL" || !activity.reference.startsWith(ownReference(""))) return;
  const { reference, symbol, cash, qty, lots } = activity;
  assert(!got.has(reference), `AC-94: ${reference} is received once`);
  got.set(reference, symbol === null ? contentOf(CASH, cash) : contentOf(symbol, qty, lots));
}

/** What moves, with the date and cost of each lot: each account numbers its lots itself. */
function contentOf(asset: string, amount: number, lots: readonly TransferredLot[] = []): string {
  return JSON.stringify([asset, amount, lots.map(({ acquiredAt, quantity, cost }) => [acquiredAt, quantity, cost])]);
}
