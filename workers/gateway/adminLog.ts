/** The admin log: an action of an administrator is recorded before it is done, and its outcome after. */
import { approvalsObject } from "../../durable-objects/actor/namespaces.ts";
import type { AdminActionOutcome } from "../../protocol/wire/approvals.ts";
import { ApiFault, ask, detailOf } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";

type Facts = Readonly<Record<string, unknown>>;

/** The result of an action; `facts` are those known only afterwards. */
export interface AdminActionResult<T> {
  readonly value: T;
  readonly facts?: Facts;
  /** The action had been done before. */
  readonly repeated?: boolean;
}

/**
 * Records an action and carries it out. Facts are ids, nothing personal. An action that cannot be recorded is not done.
 * If only its outcome cannot be recorded, the action stands.
 */
export async function recordAdminAction<T>(
  c: AppContext,
  what: string,
  target: string,
  facts: Facts,
  work: () => Promise<AdminActionResult<T>>,
): Promise<T> {
  const { requestId } = c.var;
  const { userId } = c.var.caller.principal;
  const seq = await ask(() => approvalsObject(c.env).beginAct({ by: userId, what, target, facts, requestId }));
  const end = async (outcome: AdminActionOutcome, learned: Facts = {}): Promise<void> => {
    if (outcome !== "repeated") logEvent("gateway", "admin.action", { requestId, userId, what, target, outcome });
    try {
      await approvalsObject(c.env).endAct(seq, outcome, learned);
    } catch (error) {
      logEvent("gateway", "admin.action_not_recorded", { requestId, userId, what, target, detail: detailOf(error) });
    }
  };
  try {
    const { value, facts: learned, repeated = false } = await work();
    await end(repeated ? "repeated" : "done", learned);
    return value;
  } catch (error) {
    const unanswered = !(error instanceof ApiFault) || ["internal", "unavailable"].includes(error.error.reason);
    await end(unanswered ? "failed" : "refused");
    throw error;
  }
}
