/** The first administrator, and the second one, whom the first appoints. */
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { SETTLING_MS } from "./administrators.ts";
import { invite, reasonOf, world } from "../../test/administrators.ts";

test("ID-106: the bootstrap makes an administrator once, however many ask at once; another secret opens it once more", async () => {
  const { open, adminLog, logins } = world();
  const outcomes = await Promise.all(["ann", "eve", "mal"].map((name) => open("s1", name)));
  expect(outcomes.map(reasonOf)).toEqual(["ok", "bootstrap_closed", "bootstrap_closed"]);
  expect([...logins.keys()]).toEqual(["ann"]);
  expect(reasonOf(await open("s1", "eve"))).toBe("bootstrap_closed");
  expect(adminLog.list(null, 9)).toMatchObject([
    ...Array.from({ length: 3 }, () => ({ by: "bootstrap", what: "bootstrap.opened", outcome: "refused" })),
    { by: "bootstrap", what: "bootstrap.opened", outcome: "done", facts: { userId: "id-ann" } },
  ]);
  expect(reasonOf(await open("s2", "ann")), "refused, and not used up").toBe("email_taken");
  expect(reasonOf(await open("s2", "bob"))).toBe("ok");
  expect(reasonOf(await open("s2", "eve"))).toBe("bootstrap_closed");
});

test("ID-106: a bootstrap that was cut off is closed if it has made its administrator", async () => {
  const { open, known, administrators, logins } = world();
  known.away = true;
  await expect(open("s1", "ann")).rejects.toThrow("away");
  known.away = false;
  // Nothing was made: it may be tried again.
  expect(reasonOf(await open("s1", "bob"))).toBe("ok");
  const other = world();
  other.administrators.beginBootstrap("s1", "ann");
  other.logins.set("ann", {
    userId: "id-ann",
    roles: ["admin"],
    disabledAt: null,
    factor: false,
    invitation: undefined,
  });
  expect(reasonOf(await other.open("s1", "eve"))).toBe("bootstrap_closed");
  expect(other.administrators.isActive("id-ann")).toBe(true);
  expect([administrators.isActive("id-bob"), logins.has("ann")]).toEqual([true, false]);
});

test("ID-106: an exchange of an earlier release that has administrators is closed, whether or not they have acted", async () => {
  const db = new DatabaseSync(":memory:");
  db.exec(`CREATE TABLE act (seq INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER, by TEXT, what TEXT, target TEXT,
    facts TEXT, request_id TEXT)`);
  db.exec(
    "INSERT INTO act (at, by, what, target, facts, request_id) VALUES (1, 'id-ann', 'user.made', 't', '{}', 'r')",
  );
  const acted = world(db);
  expect(reasonOf(await acted.open("s1", "eve"))).toBe("bootstrap_closed");
  expect(acted.administrators.isActive("id-ann")).toBe(true);
  const quiet = world();
  quiet.logins.set("ann", {
    userId: "id-ann",
    roles: ["admin"],
    disabledAt: null,
    factor: false,
    invitation: undefined,
  });
  expect(reasonOf(await quiet.open("s1", "eve"))).toBe("bootstrap_closed");
  expect(quiet.logins.has("eve")).toBe(false);
  expect(reasonOf(await quiet.open("s2", "eve"))).toBe("ok");
});

test("ID-103: the first administrator appoints the second alone, once, and that one waits a day to approve", async () => {
  const { open, ask, approve, deposit, known, logins } = world();
  await open("s1", "ann");
  expect(await ask("ann", invite("pat", ["trader"])), "nobody else").toMatchObject({
    value: { approval: { state: "pending" } },
  });
  const outcomes = await Promise.all([ask("ann", invite("ben", ["admin"])), ask("ann", invite("eve", ["admin"]))]);
  expect(outcomes.map((each) => (each.ok ? each.value.approval.state : each.refusal.reason))).toEqual([
    "booked",
    "pending",
  ]);
  expect([logins.has("ben"), logins.has("eve"), logins.has("pat")]).toEqual([true, false, false]);
  expect(await ask("ann", invite("dan", ["admin"]))).toMatchObject({ value: { approval: { state: "pending" } } });
  const id = deposit("ann", "d1");
  expect(reasonOf(await approve("ben", id))).toBe("approval_too_soon");
  known.now += SETTLING_MS;
  expect(reasonOf(await approve("ben", id))).toBe("ok");
});
