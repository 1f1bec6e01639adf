/** What administrators do about money in a simulated exchange: they list what waits, decide it, and request deposits. */
import { seededRandom } from "../rig/random.ts";
import { formatDecimal } from "../../domain/decimal.ts";
import type { ApprovalOutcome, ApprovalView } from "../../protocol/rpc/approvals.ts";
import { adminOrigin } from "./actors.ts";
import type { Step } from "./scenario.ts";
import type { World } from "./world.ts";

/** At a time, in milliseconds from the start. */
export type TransferAction = { readonly id: string; readonly at: number; readonly by: string } &
  /** `late`: it waits with the decision until about the deadline. */
  (
    | { readonly kind: "decide"; readonly approve: boolean; readonly late: boolean; readonly pick: number }
    | {
        readonly kind: "deposit";
        readonly account: string;
        readonly amount: string;
        /** Nobody else approves it. */
        readonly alone: boolean;
        readonly times: number;
      }
  );

/** What an administrator was told: a decision that was taken, or a deposit that was requested. */
export interface AcknowledgedTransfers {
  readonly decisions: Map<string, { readonly by: string; readonly approve: boolean }>;
  readonly deposits: Map<string, { readonly accountId: string; readonly amount: string }>;
}

const ADMINS = ["admin1", "admin2", "admin3"];
/** Longest delay before a request without a response is repeated. */
const RETRY_MS = 800;
const TRIES = 40;
/** So long before the deadline a late decision leaves at most: a message takes about as long. */
const LATE_MS = 40;
/** Half of the largest balance, in 1/10,000 dollar: some withdrawals are refused. */
const WITHDRAWAL_MAX = 60_000_000;
const DEPOSIT_MAX = 1_000_000;

/**
 * Every second run moves money. Chance of its own decides how, so that the other runs, and what else happens in these, do not
 * depend on it.
 */
export function generateTransfers(
  seed: number,
  accounts: readonly string[],
  lengthMs: number,
): { readonly steps: readonly Step[]; readonly actions: readonly TransferAction[] } {
  if (seed % 2 === 0) return { steps: [], actions: [] };
  const random = seededRandom(seed * 1_597_334_677);
  const pick = (below: number): number => Math.floor(random() * below);
  const steps = accounts.flatMap((account) =>
    Array.from({ length: 1 + pick(5) }, (_, nth): Step => ({
      id: `${account}w${nth}`,
      account,
      waitMs: pick(300),
      action: { kind: "withdraw", amount: formatDecimal(1 + pick(WITHDRAWAL_MAX), 4), times: 1 + pick(2) },
    })),
  );
  const actions: TransferAction[] = [];
  for (let nth = 0; nth < 4 + pick(8); nth++) {
    const by = ADMINS[pick(ADMINS.length)] ?? "admin1";
    const at = pick(2 * lengthMs + 3_000);
    actions.push({
      id: `decision${nth}`,
      at,
      by,
      kind: "decide",
      approve: pick(2) === 0,
      late: pick(3) === 0,
      pick: pick(1_000),
    });
  }
  for (let nth = 0; nth < pick(4); nth++) {
    const by = ADMINS[pick(ADMINS.length)] ?? "admin1";
    const account = accounts[pick(accounts.length)] ?? "";
    const amount = formatDecimal(1 + pick(DEPOSIT_MAX), 4);
    const deposit = { kind: "deposit", account, amount, alone: pick(2) === 0, times: 1 + pick(2) } as const;
    actions.push({ id: `transfer${nth}`, at: 500 + pick(2 * lengthMs), by, ...deposit });
  }
  return { steps, actions: actions.sort((a, b) => a.at - b.at) };
}

export async function performTransferAction(world: World, action: TransferAction): Promise<void> {
  if (action.kind === "deposit") return await requestDeposit(world, action);
  const listed = await ask<readonly ApprovalView[]>(world, action.id, "transfers", "pending", 50);
  for (const { kind, withdrawalId = "" } of listed ?? []) {
    const notified = kind === "deposit" || world.notifiedWithdrawals.has(withdrawalId);
    if (!notified) world.broken(`ID-99: ${withdrawalId} is shown before its owner was notified`);
  }
  const transfer = listed?.[action.pick % Math.max(1, listed.length)];
  if (transfer === undefined) return;
  const { approve, by } = action;
  if (action.late) await world.time.sleep(transfer.expiresAt - world.time.now - world.faults.delay(action.id, LATE_MS));
  const method = approve ? "approve" : "reject";
  const args = [transfer.id, { userId: by, route: `route of ${by}` }, adminOrigin(by, action.id)];
  const outcome = await ask<ApprovalOutcome<ApprovalView>>(world, action.id, method, ...args);
  if (outcome === null) return;
  if (outcome.ok) world.acknowledgedTransfers.decisions.set(transfer.id, { by, approve });
  else if (!["approval_own", "approval_decided"].includes(outcome.refusal.reason)) {
    world.broken(`ID-68: a transfer that waits can be decided, not ${outcome.refusal.reason}`);
  }
  // The opposite of what was decided comes too late.
  const late = await ask<ApprovalOutcome<ApprovalView>>(world, action.id, approve ? "reject" : "approve", ...args);
  if (late !== null && outcome.ok && late.ok) world.broken(`ID-67: ${transfer.id} was decided twice`);
}

async function requestDeposit(
  world: World,
  { id, by, account, amount, alone, times }: TransferAction & { readonly kind: "deposit" },
): Promise<void> {
  if (!world.openAccounts.has(account)) return;
  const asked = {
    accountId: account,
    ownerId: account,
    deposit: { reference: id, symbol: null, amount },
    requestedBy: { userId: by, route: `route of ${by}` },
    request: { key: `key of ${id}`, fingerprint: amount },
    alone,
  };
  for (let nth = 0; nth < times; nth++) {
    const outcome = await ask<ApprovalOutcome<{ readonly approval: ApprovalView }>>(
      world,
      id,
      "requestDeposit",
      asked,
      adminOrigin(by, id),
    );
    if (outcome === null) return;
    if (!outcome.ok) return world.broken(`ID-82: a deposit can be requested, again too: ${JSON.stringify(outcome)}`);
    const { approval } = outcome.value;
    const known = world.acknowledgedTransfers.deposits.has(approval.id);
    if (nth > 0 && !known) world.broken(`ID-82: ${id} is one transfer`);
    world.acknowledgedTransfers.deposits.set(approval.id, { accountId: account, amount });
  }
}

/** Asks until there is an answer; null when there is none for a long time. */
async function ask<T>(world: World, id: string, method: string, ...args: unknown[]): Promise<T | null> {
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      return (await world.call(null, "transfers/world", method, args)) as T;
    } catch {
      await world.time.sleep(world.faults.delay(`admin ${id}`, RETRY_MS));
    }
  }
  return null;
}
