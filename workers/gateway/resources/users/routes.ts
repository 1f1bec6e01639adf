/** Administrators over users: who there is, what each may do, and what opens its login. */
import { Hono } from "hono";
import {
  approvalsObject,
  directoryObject,
  identityObject,
  routeOfLogin,
} from "../../../../durable-objects/actor/namespaces.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { userChange, usersQuery } from "../../../../protocol/wire/users.ts";
import { userEntryToWire, userToWire } from "../../../../protocol/mapping/users.ts";
import type { ApprovalView, UserAction } from "../../../../protocol/rpc/approvals.ts";
import { DIRECTORY_SHARDS, type DirectoryEntry, directoryShardOf } from "../../../../protocol/rpc/directory.ts";
import { ApiFault, ask, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { newUserRequest } from "../../../../protocol/wire/logins.ts";
import type { UserView } from "../../../../protocol/rpc/identity/admin.ts";
import { keyToWire } from "../../../../protocol/mapping/apiKeys.ts";
import { isUuid } from "../../../../protocol/wire/query.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson } from "../../body.ts";
import { type AppContext, type AppEnv, clientInfoOf } from "../../context.ts";
import { readWithEmail } from "../../passwords/read.ts";
import { resource } from "../../resource.ts";
import { approved } from "../approvals/routes.ts";

export const userRoutes = new Hono<AppEnv>();

resource(userRoutes, "/v1/admin/users", {
  GET: async (c) => {
    const { email, after, limit } = wellFormed(readQuery(usersQuery, new URL(c.req.url).searchParams));
    if (email !== undefined) {
      const route = await ask(() => routeOfLogin(c.env, email, () => "world"));
      const user = await ask(() => identityObject(c.env, route).user());
      // What is found here is found by its id from now on, though its login may not have come to enter itself yet.
      if (user !== null && user.verifiedAt !== null) await enter(c, route, user);
      return c.json({ users: user === null ? [] : [userToWire(user)], next: null });
    }
    const users = await usersAfter(c, after, limit);
    return c.json({ users: users.map(userEntryToWire), next: users.length < limit ? null : users.at(-1)?.userId });
  },
  POST: async (c) => {
    const wanted = readWithEmail(newUserRequest, await readJson(c.req.raw));
    const { roles, plan, region } = wanted;
    const approval = await actOnUser(
      c,
      { kind: "user_invite", ...wanted },
      { what: "user.invited", target: "" },
      {
        ...{ roles, plan, region },
      },
    );
    if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
    return c.json({ user_id: approval.accountId, account_id: approval.accountId }, 201);
  },
});

resource(userRoutes, "/v1/admin/users/:id", {
  GET: async (c) => {
    const { login } = await userOf(c);
    const user = await ask(() => login.user());
    if (user === null) throw new ApiFault({ reason: "user_not_found" });
    return c.json(userToWire(user));
  },
  PATCH: async (c) => {
    const change = wellFormed(readBody(userChange, await readJson(c.req.raw)));
    const { entry, login } = await userOf(c);
    const { roles, plan, disabled } = change;
    const asked = {
      ...(roles === undefined ? {} : { roles }),
      ...(plan === undefined ? {} : { plan }),
      ...(disabled === undefined ? {} : { disabled }),
    };
    const { userId, route } = entry;
    const changing = { kind: "user_change", userId, route, change: asked } as const;
    const approval = await actOnUser(c, changing, { what: "user.changed", target: userId }, asked);
    if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
    const user = await ask(() => login.user());
    if (user === null) throw new ApiFault({ reason: "user_not_found" });
    return c.json(userToWire(user));
  },
});

resource(userRoutes, "/v1/admin/users/:id/sessions", {
  DELETE: async (c) => {
    const { entry, login } = await userOf(c);
    const ended = await recordAdminAction(c, "user.sessions_ended", entry.userId, {}, async () => {
      const sessions = await ask(() => login.endUserSessions(c.var.caller.principal.userId));
      return { value: sessions, facts: { sessions } };
    });
    return c.json({ ended });
  },
});

resource(userRoutes, "/v1/admin/users/:id/keys", {
  GET: async (c) => {
    const { login } = await userOf(c);
    return c.json({ keys: (await ask(() => login.keys())).map(keyToWire) });
  },
});

resource(userRoutes, "/v1/admin/users/:id/keys/:key", {
  DELETE: async (c) => {
    const { entry, login } = await userOf(c);
    const key = c.req.param("key");
    await recordAdminAction(c, "user.key_revoked", entry.userId, { key }, async () => {
      const revoked = await ask(() => login.revokeUserKey(key, c.var.caller.principal.userId));
      if (!revoked) throw new ApiFault({ reason: "key_not_found" });
      return { value: null };
    });
    return c.body(null, 204);
  },
});

/**
 * Has something done with a user: at once where one person is the whole staff, otherwise when a second administrator has
 * approved it. Ends the request when it was refused.
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
    const asked = { act: userAct, askedBy, alone, origin: clientInfoOf(c) };
    const { approval, again } = approved(await ask(() => approvalsObject(c.env).proposeUser(asked)));
    const { id, state, accountId, refusal } = approval;
    if (state === "failed")
      throw new ApiFault({ reason: refusal === "email_taken" ? "email_taken" : "user_not_found" });
    return { value: approval, facts: { approval: id, state, user: accountId }, repeated: again };
  });
}

/** Users by id, after this one. */
export async function usersAfter(c: AppContext, after: string, limit: number): Promise<readonly DirectoryEntry[]> {
  const shards = Array.from({ length: DIRECTORY_SHARDS }, (_, shard) => shard);
  const pages = await Promise.all(shards.map((shard) => ask(() => directoryObject(c.env, shard).page(after, limit))));
  return pages
    .flat()
    .sort((a, b) => (a.userId < b.userId ? -1 : 1))
    .slice(0, limit);
}

async function enter(c: AppContext, route: string, user: UserView): Promise<void> {
  const { userId, accountId, createdAt, disabledAt } = user;
  const directory = directoryObject(c.env, directoryShardOf(userId));
  await ask(() => directory.enter({ userId, route, accountId, createdAt, disabledAt }));
}

/** The user of the path and its login; ends the request when there is none: to ask for another would make it. */
export async function userOf(c: AppContext): Promise<{
  readonly entry: DirectoryEntry;
  readonly login: ReturnType<typeof identityObject>;
}> {
  const userId = (c.req.param("id") ?? "").toLowerCase();
  const entry = isUuid(userId) ? await ask(() => directoryObject(c.env, directoryShardOf(userId)).find(userId)) : null;
  if (entry === null) throw new ApiFault({ reason: "user_not_found" });
  return { entry, login: identityObject(c.env, entry.route) };
}
