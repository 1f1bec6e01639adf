/** What administrators do leaves a line in the log and a row in a log of its own, which they can read. */
import { approvalsObject } from "../../durable-objects/actor/namespaces.ts";
import { detailOf } from "../../protocol/fault.ts";
import type { AppContext } from "./context.ts";
import { logLine } from "./log.ts";

/** Records an act that was done. Ids only: nothing personal. An act that cannot be recorded has been done all the same. */
export async function recordAct(
  c: AppContext,
  what: string,
  target: string,
  facts: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { requestId } = c.var;
  const { userId } = c.var.caller.principal;
  logLine("info", { event: "admin.act", requestId, userId, what, target });
  try {
    await approvalsObject(c.env).record({ by: userId, what, target, facts, requestId });
  } catch (error) {
    logLine("error", { event: "admin.unrecorded", requestId, userId, what, target, detail: detailOf(error) });
  }
}
