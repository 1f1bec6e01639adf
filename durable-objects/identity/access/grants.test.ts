import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { routeOfEmail } from "../../../protocol/ids/loginRoute.ts";
import { storage } from "../../../test/objectStorage.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { Grants, GRANTS_A_DAY_MAX, NOTIFICATIONS_A_DAY_MAX, NOTIFICATIONS_OF_OWNER_MAX } from "./grants.ts";
import { Profile } from "../profile.ts";
import { Tables } from "../tables.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const ORIGIN = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const ADA = "ada@example.com";
const BOB = "bob@example.com";

interface Login {
  readonly email: string;
  readonly accountId: string;
  readonly grants: Grants;
  readonly db: DatabaseSync;
  readonly lost: string[];
  readonly received: string[];
  readonly opened: string[];
  readonly recorded: string[];
}

/** Logins that reach each other, unless somebody is away. */
async function town(...emails: string[]) {
  const clock = { now: 1_760_000_000_000 };
  const away = new Set<string>();
  const byRoute = new Map<string, Login>();
  const failures: unknown[] = [];
  for (const email of new Set([...emails, "carol@example.com"])) {
    const route = await routeOfEmail(email);
    const db = new DatabaseSync(":memory:");
    const tables = new Tables(storage(db));
    const profile = new Profile(tables, () => ENCRYPTION_KEYS);
    const accountId = crypto.randomUUID();
    const login = {
      email,
      userId: accountId,
      accountId,
      roles: ["trader"],
      plan: "standard",
      region: "world",
    } as const;
    if (emails.includes(email)) profile.create({ ...login, passwordHash: "x", verifiedAt: 1 }, 1);
    const [lost, received, opened, recorded]: [string[], string[], string[], string[]] = [[], [], [], []];
    const grants = new Grants(tables, profile, {
      route,
      now: () => clock.now,
      routeOf: routeOfEmail,
      other: (to) => {
        const there = byRoute.get(to)?.grants;
        if (there === undefined || away.has(to)) throw new Error("away");
        return {
          offered: async (offer) => there.offered(offer),
          ended: async (...of) => there.ended(...of),
          returned: async (...of) => there.returned(...of),
        };
      },
      record: (kind) => recorded.push(kind),
      emailReceiver: (from) => received.push(from),
      emailOwner: (to) => opened.push(to),
      accessEnded: (id) => lost.push(id),
      wake: () => {},
      failed: (error) => failures.push(error),
    });
    byRoute.set(route, { email, accountId, grants, db, lost, received, opened, recorded });
  }
  const of = (email: string): Login => {
    const found = [...byRoute.values()].find((login) => login.email === email);
    if (found === undefined) throw new Error(email);
    return found;
  };
  /** Runs what is due everywhere. */
  const settle = async (): Promise<void> => {
    for (const { grants } of byRoute.values())
      if ((grants.dueAt() ?? Infinity) <= clock.now) await grants.run(clock.now);
  };
  const give = async (from: string, to: string) => {
    const { grants, accountId } = of(from);
    return grants.give(accountId, to, "read", ORIGIN);
  };
  return { clock, away, failures, of, settle, give };
}

test("ID-75, ID-99: a shared account is listed for the receiver, read-only; when the owner revokes it, its keys end", async () => {
  const { of, settle, give } = await town(ADA, BOB);
  const [ada, bob] = [of(ADA), of(BOB)];
  const given = await give(ADA, " Bob@Example.com ");
  if (!given.ok) throw new Error(given.reason);
  await settle();
  expect(bob.grants.accounts()).toMatchObject([
    { accountId: bob.accountId, grant: null },
    { accountId: ada.accountId, grant: { access: "read", ownerEmail: ADA } },
  ]);
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual(["read"]);
  expect(bob.received).toEqual([ADA]);
  // The owner is told too: it may have been somebody else at the keyboard.
  expect(ada.opened).toEqual([bob.email]);
  expect(ada.grants.sharedScopes(bob.accountId)).toEqual([]);
  expect(ada.grants.given(ada.accountId)).toMatchObject([{ id: given.value.id, email: BOB }]);
  for (const { db } of [ada, bob]) {
    const rows = JSON.stringify([
      ...db.prepare("SELECT * FROM grant_given").all(),
      ...db.prepare("SELECT * FROM grant_received").all(),
    ]);
    expect(rows).not.toContain("example.com");
  }
  expect(ada.grants.end(ada.accountId, given.value.id, ORIGIN)).toBe(true);
  await settle();
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual([]);
  expect(bob.grants.accounts()).toHaveLength(1);
  expect(bob.lost).toEqual([ada.accountId]);
  expect([ada.grants.dueAt(), bob.grants.dueAt()]).toEqual([null, null]);
});

test("ID-75: the receiver returns a grant, and it leaves the owner's list", async () => {
  const { of, settle, give } = await town(ADA, BOB);
  const [ada, bob] = [of(ADA), of(BOB)];
  const given = await give(ADA, BOB);
  await settle();
  expect(bob.grants.end(ada.accountId, given.ok ? given.value.id : "", ORIGIN)).toBe(true);
  expect(bob.lost).toEqual([ada.accountId]);
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual([]);
  await settle();
  expect(ada.grants.given(ada.accountId)).toEqual([]);
});

test("ID-76: sharing answers the same whether or not the e-mail has a login", async () => {
  const { of, settle, give } = await town(ADA, BOB);
  const { grants, accountId } = of(ADA);
  const known = await give(ADA, BOB);
  const unknown = await give(ADA, "carol@example.com");
  const shape = (outcome: typeof known) => (outcome.ok ? { ...outcome.value, id: "", email: "" } : outcome);
  expect(shape(unknown)).toEqual(shape(known));
  await settle();
  expect(
    grants
      .given(accountId)
      ?.map(({ email }) => email)
      .sort(),
  ).toEqual([BOB, "carol@example.com"]);
  expect(grants.dueAt()).toBeNull();
  // And the object that was asked has nothing on disk.
  expect(of("carol@example.com").db.prepare("SELECT * FROM sqlite_master").all()).toEqual([]);
});

test("ID-75: only the own account is shared, once with each e-mail, and within the daily limit", async () => {
  const { clock, of, settle, give } = await town(ADA, BOB);
  const [ada, bob] = [of(ADA), of(BOB)];
  expect(await bob.grants.give(ada.accountId, "carol@example.com", "read", ORIGIN)).toEqual({
    ok: false,
    reason: "forbidden",
  });
  expect(bob.grants.given(ada.accountId)).toBeNull();
  const [first, second] = [await give(ADA, BOB), await give(ADA, "BOB@example.com")];
  expect(second).toEqual(first);
  expect(await give(ADA, ADA)).toEqual({ ok: false, reason: "too_many_grants" });
  await settle();
  // Bob knows the ids, and still may not end what others have.
  const id = first.ok ? first.value.id : "";
  expect(bob.grants.end(bob.accountId, id, ORIGIN)).toBe(false);
  bob.grants.ended(id, "ANOTHERROUTE");
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual(["read"]);
  // Ending and giving again writes no more emails than a day has.
  for (let i = 1; i < GRANTS_A_DAY_MAX; i++) {
    const given = await give(ADA, `user-${i}@example.com`);
    if (given.ok) ada.grants.end(ada.accountId, given.value.id, ORIGIN);
  }
  expect(await give(ADA, "one-more@example.com")).toEqual({ ok: false, reason: "too_many_grants" });
  clock.now += 86_400_001;
  expect((await give(ADA, "one-more@example.com")).ok).toBe(true);
});

test("ID-75: the other login is notified until it acknowledges, and a revocation always wins over its offer", async () => {
  const { clock, away, failures, of, settle, give } = await town(ADA, BOB);
  const [ada, bob] = [of(ADA), of(BOB)];
  away.add(await routeOfEmail(BOB));
  const given = await give(ADA, BOB);
  const id = given.ok ? given.value.id : "";
  await settle();
  expect(failures).toHaveLength(1);
  clock.now += 1_000;
  await settle();
  expect(failures).toHaveLength(2);
  away.clear();
  clock.now += 2_000;
  await settle();
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual(["read"]);
  away.add(await routeOfEmail(BOB));
  ada.grants.end(ada.accountId, id, ORIGIN);
  await settle();
  away.clear();
  clock.now += 1_000;
  await settle();
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual([]);
  // A copy of the offer that was long on its way.
  bob.grants.offered({
    id,
    ownerRoute: await routeOfEmail(ADA),
    ownerEmail: ADA,
    accountId: ada.accountId,
    access: "read",
    createdAt: 1,
  });
  expect(bob.grants.sharedScopes(ada.accountId)).toEqual([]);
});

test("ID-75: a login that is erased ends its given and received grants", async () => {
  const { of, settle, give } = await town(ADA, BOB);
  const [ada, bob] = [of(ADA), of(BOB)];
  await give(ADA, BOB);
  await give(BOB, ADA);
  await settle();
  ada.grants.endAll();
  await settle();
  expect(bob.grants.accounts()).toHaveLength(1);
  expect(bob.grants.given(bob.accountId)).toEqual([]);
});

test("ID-75: repeated sharing and revoking floods neither the receiver's e-mail nor its security log", async () => {
  const others = Array.from({ length: NOTIFICATIONS_A_DAY_MAX }, (_, nth) => `other${nth}@example.com`);
  const { of, settle, give, clock } = await town(ADA, BOB, ...others);
  const bob = of(BOB);
  const shareAndEnd = async (from: string): Promise<void> => {
    const given = await give(from, BOB);
    if (!given.ok) throw new Error(given.reason);
    await settle();
    expect(bob.grants.sharedScopes(of(from).accountId)).toEqual(["read"]);
    of(from).grants.end(of(from).accountId, given.value.id, ORIGIN);
    await settle();
  };
  for (let i = 0; i < GRANTS_A_DAY_MAX; i++) await shareAndEnd(ADA);
  expect(bob.received).toHaveLength(NOTIFICATIONS_OF_OWNER_MAX);
  expect(bob.recorded).toHaveLength(2 * NOTIFICATIONS_OF_OWNER_MAX);
  // However often, what it opened is closed.
  expect(bob.lost).toHaveLength(GRANTS_A_DAY_MAX);
  clock.now += 2 * 86_400_000;
  for (const other of others) await shareAndEnd(other);
  expect(bob.received).toHaveLength(NOTIFICATIONS_OF_OWNER_MAX + NOTIFICATIONS_A_DAY_MAX);
  await shareAndEnd(ADA);
  expect(bob.received).toHaveLength(NOTIFICATIONS_OF_OWNER_MAX + NOTIFICATIONS_A_DAY_MAX);
});
