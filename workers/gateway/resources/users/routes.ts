import type { LoginRoute } from "../../../../domain/ids.ts";
import { directoryObject, identityObject, routeOfLogin } from "../../../../durable-objects/actor/namespaces.ts";
import { approvalToWire } from "../../../../protocol/mapping/approvals.ts";
import { userChange, usersQuery } from "../../../../protocol/wire/users.ts";
import { userEntryToWire, userToWire } from "../../../../protocol/mapping/users.ts";
import { directoryShardOf } from "../../../../protocol/rpc/directory.ts";
import { ApiFault, ask, unwrap } from "../../../../protocol/http/apiFault.ts";
import { newUserRequest } from "../../../../protocol/wire/logins.ts";
import type { UserView } from "../../../../protocol/rpc/identity/admin.ts";
import { keyToWire } from "../../../../protocol/mapping/apiKeys.ts";
import { eraseRequest } from "../../../../protocol/wire/privacy.ts";
import { readBody, readQuery } from "../../../../protocol/http/readRequest.ts";
import { recordAdminAction } from "../../adminLog.ts";
import { readJson } from "../../body.ts";
import { credentialDigestOf } from "../../credentialDigest.ts";
import type { AppContext } from "../../context.ts";
import { readWithEmail } from "../../passwords/read.ts";
import { defineResource } from "../../resource.ts";
import { actOnUser, userOf, usersAfter } from "../../users.ts";
import { ACCESS } from "./access.ts";

/** Users for administrators: who there is, what each may do, and what opens its login. */
export const usersResource = defineResource("users", ACCESS, {
  "/v1/admin/users": {
    GET: async (c) => {
      const { email, after, limit } = unwrap(readQuery(usersQuery, new URL(c.req.url).searchParams));
      if (email !== undefined) {
        const route = await ask(() => routeOfLogin(c.env, email, () => "world"));
        const user = await ask(() => identityObject(c.env, route).administration.view());
        // Enters the login in the directory, in case it has not done so itself yet: then it is also found by id.
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
          roles,
          plan,
          region,
        },
      );
      if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
      return c.json({ user_id: approval.accountId, account_id: approval.accountId }, 201);
    },
  },

  "/v1/admin/users/:id": {
    GET: async (c) => {
      const { login } = await userOf(c);
      const user = await ask(() => login.administration.view());
      if (user === null) throw new ApiFault({ reason: "user_not_found" });
      return c.json(userToWire(user));
    },
    PATCH: async (c) => {
      const change = unwrap(readBody(userChange, await readJson(c.req.raw)));
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
      const user = await ask(() => login.administration.view());
      if (user === null) throw new ApiFault({ reason: "user_not_found" });
      return c.json(userToWire(user));
    },
  },

  "/v1/admin/users/:id/sessions": {
    DELETE: async (c) => {
      const { entry, login } = await userOf(c);
      const ended = await recordAdminAction(c, "user.sessions_ended", entry.userId, {}, async () => {
        const sessions = await ask(() => login.administration.endSessions(c.var.caller.principal.userId));
        return { value: sessions, facts: { sessions } };
      });
      return c.json({ ended });
    },
  },

  "/v1/admin/users/:id/keys": {
    GET: async (c) => {
      const { login } = await userOf(c);
      return c.json({ keys: (await ask(() => login.apiKeys.list())).map(keyToWire) });
    },
  },

  "/v1/admin/users/:id/keys/:key": {
    DELETE: async (c) => {
      const { entry, login } = await userOf(c);
      const key = c.req.param("key");
      // The log has no key id, which contains a digest of an e-mail.
      const facts = { key: await credentialDigestOf("api_key", key) };
      await recordAdminAction(c, "user.key_revoked", entry.userId, facts, async () => {
        const revoked = await ask(() => login.administration.revokeKey(key, c.var.caller.principal.userId));
        if (!revoked) throw new ApiFault({ reason: "key_not_found" });
        return { value: null };
      });
      return c.body(null, 204);
    },
  },

  /** An erasure by an administrator, whatever the account still has. */
  "/v1/admin/users/:id/erase": {
    POST: async (c) => {
      unwrap(readBody(eraseRequest, await readJson(c.req.raw)));
      const { entry } = await userOf(c);
      const { userId, route } = entry;
      const approval = await actOnUser(
        c,
        { kind: "user_erase", userId, route },
        { what: "user.erased", target: userId },
      );
      if (approval.state !== "booked") return c.json(approvalToWire(approval, { administers: true }), 202);
      // An interrupted erasure continues by itself.
      const gone = (await ask(() => identityObject(c.env, route).administration.view()))?.userId !== userId;
      return c.json({ status: gone ? "erased" : "begun" }, gone ? 200 : 202);
    },
  },
});

async function enter(c: AppContext, route: LoginRoute, user: UserView): Promise<void> {
  const { userId, accountId, createdAt, disabledAt } = user;
  const directory = directoryObject(c.env, directoryShardOf(userId));
  await ask(() => directory.enter({ userId, route, accountId, createdAt, disabledAt }));
}
