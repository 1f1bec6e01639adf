/** Users for administrators: lookup, listing, and changes that may need approval. */
import { approvalsObject, directoryObject, identityObject } from "../../durable-objects/actor/namespaces.ts";
import type { ApprovalView, UserAction } from "../../protocol/rpc/approvals.ts";
import { DIRECTORY_SHARDS, type DirectoryEntry, directoryShardOf } from "../../protocol/rpc/directory.ts";
import { ApiFault, ask, unwrap } from "../../protocol/http/apiFault.ts";
import { isUuid } from "../../protocol/wire/query.ts";
import { recordAdminAction } from "./adminLog.ts";
import { type AppContext, actorInfoOf } from "./context.ts";

/**
 * Carries out an action on a user: at once with FOUR_EYES=off, otherwise after a second administrator has approved it.
 * Ends the request when it is refused.
 */
export async function actOnUser(
  c: AppContext,
  userAct: UserAction,
  { what, target }: { readonly what: string; readonly target: string },
  facts: Readonly<Record<string, unknown>> = {},
): Promise<ApprovalView> {
  const { principal, route } = c.var.caller;
  const askedBy = { userId: principal.userId, route };
  const alone = c.env.FOUR_EYES === "off";
  return recordAdminAction(c, alone ? what : `${what}_asked`, target, facts, async () => {
    const asked = { act: userAct, askedBy, alone, origin: actorInfoOf(c) };
    const { approval, again } = unwrap(await ask(() => approvalsObject(c.env).proposeUser(asked)));
    const { id, state, accountId, userId, refusal } = approval;
    if (state === "failed") {
      const known = (["email_taken", "controls_changed"] as const).find((reason) => reason === refusal);
      throw new ApiFault({ reason: known ?? "user_not_found" });
    }
    return { value: approval, facts: { approval: id, state, user: userId ?? accountId }, repeated: again };
  });
}

/** A page of users ordered by id, after this id. */
export async function usersAfter(c: AppContext, after: string, limit: number): Promise<readonly DirectoryEntry[]> {
  const shards = Array.from({ length: DIRECTORY_SHARDS }, (_, shard) => shard);
  const pages = await Promise.all(shards.map((shard) => ask(() => directoryObject(c.env, shard).page(after, limit))));
  return pages
    .flat()
    .sort((a, b) => (a.userId < b.userId ? -1 : 1))
    .slice(0, limit);
}

/**
 * The user of the path and its login. Ends the request when there is none, because asking for an unknown one would
 * create its object.
 */
export async function userOf(c: AppContext): Promise<{
  readonly entry: DirectoryEntry;
  readonly login: ReturnType<typeof identityObject>;
}> {
  const userId = (c.req.param("id") ?? "").toLowerCase();
  const entry = isUuid(userId) ? await ask(() => directoryObject(c.env, directoryShardOf(userId)).find(userId)) : null;
  if (entry === null) throw new ApiFault({ reason: "user_not_found" });
  return { entry, login: identityObject(c.env, entry.route) };
}
