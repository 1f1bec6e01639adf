/** Transfers between accounts of one user, in a simulated exchange. */
import { parseDecimal } from "../../domain/decimal.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import { afterReply } from "../../domain/transfers/ownTransfer.ts";
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

/** Two of three runs move cash between accounts, by chance of their own. */
export function generateOwnTransfers(seed: number, accounts: readonly string[]): readonly Step[] {
  if (seed % 3 === 0) return [];
  const random = seededRandom(seed * 2_246_822_519);
  const pick = (below: number): number => Math.floor(random() * below);
  return accounts.flatMap((account) =>
    Array.from({ length: 1 + pick(4) }, (_, nth): Step => {
      const others = accounts.filter((other) => other !== account);
      const to = others[pick(others.length)] ?? account;
      const amount = formatDecimal(1 + pick(TRANSFER_MAX), 4);
      const action = { kind: "transfer", to, amount, times: 1 + pick(2) } as const;
      return { id: `${account}x${nth}`, account, waitMs: pick(300), action };
    }),
  );
}

/** The account that has asked for a transfer, by the id of its request. */
export function payerOf(requestId: string): string {
  return requestId.slice(0, requestId.lastIndexOf("x"));
}

/** Asks an account for a transfer: the same reference again has the same answer. */
export async function transfer(
  world: World,
  insist: (method: string, args: () => unknown[]) => Promise<unknown>,
  accountId: string,
  { id, to, amount }: { readonly id: string; readonly to: string; readonly amount: string },
): Promise<void> {
  // Before it is open an account refuses all, and the reference is used up.
  if (!world.openAccounts.has(to)) return;
  const origin = { requestId: id, ip: "192.0.2.1", userAgent: "simulation" };
  const asked = { reference: id, amount, to };
  const ask = () => [principalOf(accountId, id), asked, origin, null];
  const outcome = (await insist("requestOwnTransfer", ask)) as Outcome<IdempotentResponse>;
  if (!outcome.ok) {
    const { reason } = outcome.refusal;
    const expected = ["insufficient_buying_power", "insufficient_settled_cash", "too_many_withdrawals"].includes(
      reason,
    );
    if (!expected) world.broken(`AC-94: ${id} is refused: ${reason}`);
    return;
  }
  const { transfer_id: transferId } = JSON.parse(outcome.value.body) as { readonly transfer_id: string };
  world.acknowledgedWithdrawals.add(transferId);
}

/** Cash that transfers between accounts have brought to this one, less what they took. */
export function movedCash(rows: readonly Transfer[], accountId: string): number {
  return rows
    .filter(({ kind, result }) => kind === "own" && result === "posted")
    .reduce((sum, { accountId: payer, to, amount }) => {
      const sign = (to === accountId ? 1 : 0) - (payer === accountId ? 1 : 0);
      return sum + sign * Number(parseDecimal(amount, 4));
    }, 0);
}

/** No message is in flight: what left the payers is what the receivers got, and only accounts of one owner took part. */
export function checkOwnTransfers({ accounts }: ExchangeSnapshot, rows: readonly Transfer[]): void {
  const own = rows.filter(({ kind }) => kind === "own");
  for (const row of own) {
    const { id, accountId, to = "", credit, result } = row;
    const expected = ownerOf(accountId) === ownerOf(to) ? "posted" : "refused";
    assertEqual(credit, expected, `AC-94: the receiver's answer to ${id}`);
    assertEqual(result, afterReply(row, { result: "voided", refusal: null }).result, `AC-94: the end of ${id}`);
  }
  const moved = { taken: 0, given: 0 };
  for (const { history } of accounts.values()) {
    for (const step of history) {
      if ("local" in step && step.local.kind === "deposited" && step.local.payer !== undefined) {
        moved.given += step.local.amount;
      }
    }
  }
  for (const { result, amount } of own) if (result === "posted") moved.taken += Number(parseDecimal(amount, 4));
  assertEqual(moved.given, moved.taken, "AC-94: transfers between accounts leave the cash of all accounts as it is");
  assert(
    own.every(({ decidedBy }) => decidedBy === null),
    "AC-94: nobody decides a transfer between own accounts",
  );
}
