import { expect, test } from "vitest";
import type { NewUser } from "../../../protocol/rpc/identity/passwords.ts";
import { codeIn, derived, dump, keyOf, loginParts, newWorld, ORIGIN } from "../../../test/loginParts.ts";
import { INVITATION_MS } from "./passwords.ts";

const ROUTE = "ABCDEFGHIJKLMNOPQRST";
const PASSWORD = "correct horse battery";
const INVITED: NewUser & { readonly invitation: string } = {
  email: "ada@example.com",
  roles: ["trader", "admin"],
  plan: "standard",
  region: "world",
  password: null,
  invitation: "approval-1",
};
const TAKEN = { ok: false, reason: "email_taken" };

async function invited() {
  const world = newWorld();
  const login = loginParts(world, ROUTE);
  const created = login.passwords.create(INVITED);
  if (!created.ok) throw new Error(created.reason);
  await login.tasks.run();
  return { ...login, world, userId: created.value.userId, code: codeIn(world.mails.at(-1)) };
}

test("ID-101: an invitation is valid for seven days, once; its code is e-mailed and not stored", async () => {
  const { signUps, passwords, world, code, db, tasks } = await invited();
  expect(world.mails.at(-1)?.text).toContain(`/account/reset#code=${code}`);
  expect(dump(db)).not.toContain(code);
  const signsIn = () => passwords.signIn(keyOf(PASSWORD, passwords.challenge()), ORIGIN).ok;
  expect(signsIn()).toBe(false);
  world.now += INVITATION_MS - 1;
  await tasks.run();
  expect(signUps.resetOwner(code)).toMatchObject({ ok: true, value: { email: INVITED.email } });
  world.now += 1;
  expect(signUps.resetOwner(code).ok).toBe(false);
  world.now -= 1;
  expect(signUps.resetPassword(code, derived(PASSWORD), ORIGIN).ok).toBe(true);
  expect(signsIn()).toBe(true);
  expect(signUps.resetPassword(code, derived("another password"), ORIGIN).ok).toBe(false);
});

test("ID-101: a repeated invitation creates one login and sends one e-mail; another one is refused", async () => {
  const { passwords, world, userId, tasks } = await invited();
  expect(passwords.create(INVITED)).toMatchObject({ ok: true, value: { userId } });
  await tasks.run();
  expect(world.mails).toHaveLength(1);
  expect(passwords.create({ ...INVITED, invitation: "approval-2" })).toEqual(TAKEN);
  const { invitation: _, ...plain } = INVITED;
  expect(passwords.create(plain)).toEqual(TAKEN);
});

test("ID-101: an invitation of a disabled login is refused, and so is a reset", async () => {
  const { signUps, tables, code, world } = await invited();
  tables.write("UPDATE login SET disabled_at = ?", world.now);
  expect(signUps.resetOwner(code).ok).toBe(false);
  expect(signUps.resetPassword(code, derived(PASSWORD), ORIGIN).ok).toBe(false);
});
