import { expect, test } from "vitest";
import { derived, loginParts, newWorld, ORIGIN } from "../../../test/loginParts.ts";

const ROUTE = "ABCDEFGHIJKLMNOPQRST";
const USER = { email: "ada@example.com", roles: ["trader"], plan: "standard", region: "world" } as const;

function registered() {
  const world = newWorld();
  const login = loginParts(world, ROUTE);
  login.passwords.create({ ...USER, password: derived("correct horse battery") });
  return { world, ...login };
}

test("ID-99: a requested withdrawal is e-mailed once, and recorded in the security log", async () => {
  const { world, notices, tasks, log } = registered();
  const asked = { id: "7c8f2d0e-1b2c-4d3e-8f90-0123456789ab", amount: "100.5" };
  for (let i = 0; i < 3; i++) notices.withdrawalRequested(asked, ORIGIN);
  await tasks.run();
  expect(world.mails).toMatchObject([{ to: USER.email, subject: "A withdrawal was asked for" }]);
  for (const part of [asked.id, "100.5 USD", "2025-10-09"]) expect(world.mails[0]?.text).toContain(part);
  expect(log.list()).toMatchObject([{ kind: "withdrawal_asked", facts: { withdrawal: asked.id } }]);
  notices.withdrawalRequested({ ...asked, id: "another" }, ORIGIN);
  await tasks.run();
  expect(world.mails).toHaveLength(2);
});

test("ID-99: a notification to a login that does not exist writes nothing", () => {
  const { notices, tables } = loginParts(newWorld(), ROUTE);
  notices.withdrawalRequested({ id: "x", amount: "1" }, ORIGIN);
  expect(tables.exist).toBe(false);
});

test("ID-99: the e-mail about a new key has its scopes and addresses, and not its name", async () => {
  const { world, keys, tasks, profile } = registered();
  const { userId = "" } = profile.principal() ?? {};
  const made = keys.create(userId, {
    name: "see http://evil.example",
    accountId: null,
    scopes: ["read", "withdraw"],
    allowedIps: ["192.0.2.0/24"],
    expiresAt: world.now + 86_400_000,
  });
  if (!made.ok) throw new Error(made.reason);
  await tasks.run();
  const [mail] = world.mails;
  expect(mail?.subject).toBe("An API key was made for your account");
  const said = `${made.value.keyId} (read, withdraw; from 192.0.2.0/24; until 2025-10-10 08:53 UTC; made at 2025-10-09 08:53 UTC)`;
  expect(mail?.text).toContain(said);
  expect(mail?.text).not.toMatch(new RegExp(`evil|${made.value.secret}`));
});
