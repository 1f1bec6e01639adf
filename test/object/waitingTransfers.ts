/** Withdrawals in object tests whose accounts have no gateway. */
import { env } from "cloudflare:workers";
import { vi } from "vitest";
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { transfersObject } from "../../durable-objects/actor/namespaces.ts";
import { regionOfAccount } from "../../protocol/ids/residency.ts";
import type { ApprovalOutcome, ApprovalView } from "../../protocol/rpc/approvals.ts";

/** The id of a withdrawal at its transfers actor, once it is shown there. */
export async function transferIdOf(accountId: AccountId, reference: string): Promise<string> {
  const transfers = transfersObject(env, regionOfAccount(accountId));
  return await vi.waitFor(
    async () => {
      const found = (await transfers.transfers("pending", 1_000)).find(
        (each) => each.accountId === accountId && each.deposit.reference === reference,
      );
      if (found === undefined) throw new Error(`no transfer of ${reference}`);
      return found.id;
    },
    { timeout: 10_000 },
  );
}

/** Rejects a withdrawal, which every administrator may. */
export async function rejectWithdrawal(
  accountId: AccountId,
  reference: string,
  by: UserId,
  origin: Origin,
): Promise<ApprovalOutcome<ApprovalView>> {
  const id = await transferIdOf(accountId, reference);
  return await transfersObject(env, regionOfAccount(accountId)).reject(id, { userId: by, route: `of ${by}` }, origin);
}
