import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import type { IdentityRpc } from "../../protocol/rpc/identity.ts";

/** Some of the methods that the gateway and the relays of the previous release call. */
interface Earlier {
  home: IdentityRpc["region"]["current"];
  createUser: IdentityRpc["registration"]["createUser"];
  user: IdentityRpc["administration"]["view"];
  me: IdentityRpc["loginSessions"]["me"];
  createKey: IdentityRpc["apiKeys"]["create"];
  verifyKey: IdentityRpc["apiKeys"]["verify"];
  keys: IdentityRpc["apiKeys"]["list"];
  verifySession: IdentityRpc["loginSessions"]["verify"];
  mfaStatus: IdentityRpc["factors"]["status"];
  accounts: IdentityRpc["accountGrants"]["accounts"];
}

test("a gateway of the previous release is answered by the methods that it knows", async () => {
  const email = `${crypto.randomUUID()}@example.com`;
  const login = env.IDENTITY.getByName(await routeOfEmail(email)) as unknown as Earlier;
  expect(await login.home()).toBeNull();
  const user = { email, password: null, roles: ["trader"], plan: "pro", region: "world" } as const;
  const created = await login.createUser(user);
  if (!created.ok) throw new Error(created.reason);
  const { userId, accountId } = created.value;
  expect(await login.home()).toBe("world");
  expect(await login.user()).toMatchObject({ userId, email, plan: "pro" });
  expect(await login.me()).toMatchObject({ ok: true, value: { userId, accountIds: [accountId] } });
  const key = await login.createKey(userId);
  if (!key.ok) throw new Error(key.reason);
  const { keyId, secret } = key.value;
  expect(await login.verifyKey(keyId, secret, "192.0.2.1")).toMatchObject({ ok: true, value: { userId } });
  expect(await login.verifyKey(keyId, "wrong", "192.0.2.1")).toEqual({ ok: false, reason: "no_such_key" });
  expect((await login.keys()).map((found) => found.keyId)).toEqual([keyId]);
  expect(await login.verifySession(crypto.randomUUID(), "made up")).toEqual({ ok: false, reason: "session_ended" });
  expect(await login.mfaStatus()).toMatchObject({ required: false });
  expect(await login.accounts()).toEqual([{ accountId, grant: null }]);
});
