import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { isPaperAccount, newUserId, regionOfAccount } from "../../../protocol/ids/residency.ts";
import { storage } from "../../../test/objectStorage.ts";
import { readKeyEncryptionKeys } from "../../vault/vault.ts";
import { MIGRATIONS } from "../migrations.ts";
import { Profile } from "../profile.ts";
import { Tables } from "../tables.ts";
import { ACCOUNTS_MAX, ACCOUNTS_OPEN_MAX, OwnAccounts } from "./ownAccounts.ts";

const ENCRYPTION_KEYS = readKeyEncryptionKeys(JSON.stringify({ current: "a", keys: { a: btoa("k".repeat(32)) } }));
const ORIGIN = { requestId: "r", ip: "192.0.2.1", userAgent: "test" };
const CASH = { type: "cash", name: "savings", request: null } as const;

/** A login whose account objects are sets of opened and closed ids. */
function world(region: "world" | "eu" = "world", db = new DatabaseSync(":memory:")) {
  const tables = new Tables(storage(db));
  const profile = new Profile(tables, () => ENCRYPTION_KEYS);
  const userId = newUserId(region);
  const accountId = String(userId);
  profile.create(
    {
      email: "ada@example.com",
      userId,
      accountId,
      roles: ["trader"],
      plan: "standard",
      region,
      passwordHash: "x",
      verifiedAt: 1,
    },
    1,
  );
  const seen = {
    now: 1_000,
    away: false,
    opened: [] as string[],
    closed: [] as string[],
    ended: [] as string[],
    recorded: [] as string[],
    failures: 0,
    wakes: 0,
    /** What is left in an account. */
    left: new Map<string, { orders: number; positions: string[]; cash: number }>(),
  };
  const accounts = new OwnAccounts(tables, profile, {
    now: () => seen.now,
    offers: (type) => type !== "paper" || region === "eu",
    openAccount: async (id, origin, ownerId, type, paperCash) => {
      if (seen.away) throw new Error("away");
      expect(ownerId).toBe(userId);
      const begins = paperCash === undefined ? "" : ` with ${paperCash}`;
      seen.opened.push(`${id} ${type} ${origin.requestId}${begins}`);
    },
    closeAccount: async (id) => {
      if (seen.away) throw new Error("away");
      const left = seen.left.get(id) ?? null;
      if (left === null) seen.closed.push(id);
      return left;
    },
    sharedScopes: (id) => (id === "shared" ? ["read"] : []),
    closed: (id) => seen.ended.push(id),
    record: (kind) => seen.recorded.push(kind),
    wake: () => seen.wakes++,
    failed: () => seen.failures++,
  });
  return { accounts, accountId, db, profile, seen, tables };
}

function must<T>(outcome: { ok: true; value: T } | { ok: false; reason: string }): T {
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome.value;
}

test("AC-91: the account that came with the login is the first and the default one; more are opened, up to a limit", async () => {
  const { accounts, accountId, seen } = world();
  expect(accounts.list()).toMatchObject([{ accountId, type: "cash", name: "", state: "open", isDefault: true }]);
  const { account } = must(await accounts.open({ ...CASH, type: "margin" }, ORIGIN));
  expect(account).toMatchObject({ type: "margin", name: "savings", state: "open", isDefault: false, closedAt: null });
  expect(account.number).toMatch(/^EX\d{9}$/);
  expect(seen.opened).toEqual([`${account.accountId} margin r`]);
  expect(accounts.list().map((each) => each.accountId)).toEqual([accountId, account.accountId]);
  for (let i = 2; i < ACCOUNTS_OPEN_MAX; i++) must(await accounts.open(CASH, ORIGIN));
  expect(await accounts.open(CASH, ORIGIN)).toEqual({ ok: false, reason: "too_many_accounts" });
  expect(new Set(accounts.list().map((each) => each.accountId)).size).toBe(ACCOUNTS_OPEN_MAX);
  expect(accounts.dueAt()).toBeNull();
});

test("AC-91: closed accounts make room for others, but not without end", async () => {
  const { accounts } = world();
  for (let i = 1; i < ACCOUNTS_MAX; i++) {
    const { account } = must(await accounts.open(CASH, ORIGIN));
    must(await accounts.close(account.accountId, ORIGIN));
  }
  expect(await accounts.open(CASH, ORIGIN)).toEqual({ ok: false, reason: "too_many_accounts" });
});

test("AC-91: a repeated request opens nothing more, and another request with its key is refused", async () => {
  const { accounts, seen } = world();
  const asked = { ...CASH, request: { key: "k", fingerprint: "f" } };
  const first = must(await accounts.open(asked, ORIGIN));
  const again = must(await accounts.open(asked, ORIGIN));
  expect([first.replayed, again.replayed, seen.opened.length]).toEqual([false, true, 1]);
  expect(again.account).toEqual(first.account);
  expect(await accounts.open({ ...asked, request: { key: "k", fingerprint: "other" } }, ORIGIN)).toEqual({
    ok: false,
    reason: "idempotency_key_reused",
  });
});

test("AC-91: an account that did not answer is opened by the background task, after a restart as well, and once", async () => {
  const { accounts, db, seen } = world();
  seen.away = true;
  const { account } = must(await accounts.open(CASH, ORIGIN));
  expect([account.state, seen.failures, seen.wakes]).toEqual(["opening", 1, 1]);
  expect(accounts.access(account.accountId)).toEqual({ own: true });
  expect(accounts.change(account.accountId, { isDefault: true }, ORIGIN)).toMatchObject({ reason: "account_not_open" });
  expect(await accounts.close(account.accountId, ORIGIN)).toMatchObject({ reason: "account_not_open" });
  await accounts.run(seen.now);
  expect(accounts.dueAt()).toBe(seen.now + 1_000);
  seen.away = false;
  const restarted = new Tables(storage(db));
  expect(restarted.row("SELECT state FROM account WHERE id = ?", account.accountId)).toEqual({ state: "opening" });
  await accounts.run(seen.now + 1_000);
  await accounts.run(seen.now + 60_000);
  expect(seen.opened).toEqual([`${account.accountId} cash r`]);
  expect([accounts.list()[1]?.state, accounts.dueAt()]).toEqual(["open", null]);
});

test("AC-91: an account is renamed and made the default one by its owner only", async () => {
  const { accounts, accountId, profile } = world();
  const { account } = must(await accounts.open(CASH, ORIGIN));
  expect(must(accounts.change(account.accountId, { name: "rainy days", isDefault: true }, ORIGIN))).toMatchObject({
    name: "rainy days",
    isDefault: true,
  });
  expect(profile.principal()?.accountId).toBe(account.accountId);
  expect(profile.login()?.accountId, "the first one stays the first one").toBe(accountId);
  expect(accounts.list().map(({ isDefault }) => isDefault)).toEqual([false, true]);
  for (const other of [crypto.randomUUID(), "shared", ""]) {
    expect(accounts.change(other, { name: "x" }, ORIGIN)).toEqual({ ok: false, reason: "account_not_found" });
    expect(await accounts.close(other, ORIGIN)).toEqual({ ok: false, reason: "account_not_found" });
  }
});

test("AC-93: an account is closed when nothing is left in it; its keys and grants end, and it stays closed", async () => {
  const { accounts, accountId, seen } = world();
  const { account } = must(await accounts.open(CASH, ORIGIN));
  const id = account.accountId;
  expect(await accounts.close(accountId, ORIGIN)).toEqual({ ok: false, reason: "account_is_default" });
  const left = { orders: 1, positions: ["AAPL"], cash: 5 };
  seen.left.set(id, left);
  expect(must(await accounts.close(id, ORIGIN))).toEqual({ kind: "refused", left });
  expect([accounts.list()[1]?.state, accounts.dueAt()]).toEqual(["open", null]);
  seen.left.clear();
  expect(must(await accounts.close(id, ORIGIN))).toMatchObject({ kind: "closed", account: { closedAt: 1_000 } });
  expect(must(await accounts.close(id, ORIGIN))).toMatchObject({ kind: "closed" });
  expect([seen.closed, seen.ended]).toEqual([[id], [id]]);
  expect(accounts.change(id, { isDefault: true }, ORIGIN)).toMatchObject({ reason: "account_not_open" });
  expect(accounts.access(id), "its history is still the owner's").toEqual({ own: true });
  expect(seen.recorded).toEqual(["account_opened", "account_closed"]);
});

test("AC-93: a closing that was interrupted is carried out later, or refused later", async () => {
  const { accounts, seen } = world();
  const [first, second] = [must(await accounts.open(CASH, ORIGIN)), must(await accounts.open(CASH, ORIGIN))];
  seen.away = true;
  for (const { account } of [first, second]) {
    expect(must(await accounts.close(account.accountId, ORIGIN))).toMatchObject({ kind: "closing" });
  }
  seen.away = false;
  seen.left.set(second.account.accountId, { orders: 0, positions: [], cash: 1 });
  await accounts.run(seen.now);
  expect(
    accounts
      .list()
      .map(({ state }) => state)
      .sort(),
  ).toEqual(["closed", "open", "open"]);
  expect([seen.ended, accounts.dueAt()]).toEqual([[first.account.accountId], null]);
});

test("PA-13: a paper account is opened with the money that was asked for, also when it is opened later", async () => {
  const { accounts, seen } = world("eu");
  seen.away = true;
  const { accountId } = must(await accounts.open({ ...CASH, type: "paper", paperCash: 250_000 }, ORIGIN)).account;
  seen.away = false;
  await accounts.run(seen.now);
  await accounts.run(seen.now + 60_000);
  expect(seen.opened).toEqual([`${accountId} paper r with 250000`]);
});

test("AC-90: ids of new accounts have the login's region and say whether they are paper accounts", async () => {
  const eu = world("eu");
  const paper = must(await eu.accounts.open({ ...CASH, type: "paper" }, ORIGIN)).account;
  const cash = must(await eu.accounts.open(CASH, ORIGIN)).account;
  expect([paper, cash].map(({ accountId }) => [regionOfAccount(accountId), isPaperAccount(accountId)])).toEqual([
    ["eu", true],
    ["eu", false],
  ]);
  expect(await world().accounts.open({ ...CASH, type: "paper" }, ORIGIN)).toEqual({
    ok: false,
    reason: "account_type_unavailable",
  });
});

test("AC-92: a login may use its own accounts and what is shared with it, and nothing once it is disabled", async () => {
  const { accounts, accountId, tables } = world();
  expect(accounts.access(accountId)).toEqual({ own: true });
  expect(accounts.access("shared")).toEqual({ own: false, scopes: ["read"] });
  expect(accounts.access(crypto.randomUUID())).toEqual({ own: false, scopes: [] });
  tables.write("UPDATE login SET disabled_at = 5");
  for (const id of [accountId, "shared"]) expect(accounts.access(id)).toEqual({ own: false, scopes: [] });
  expect(await accounts.open(CASH, ORIGIN)).toEqual({ ok: false, reason: "forbidden" });
});

test("AC-91: a login of an earlier release has the account that it had, and no name for it", () => {
  const db = new DatabaseSync(":memory:");
  const older = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name === "accounts"),
  );
  db.exec("CREATE TABLE step (name TEXT PRIMARY KEY) WITHOUT ROWID");
  for (const { name, text } of older) {
    db.exec(text);
    db.exec(`INSERT INTO step (name) VALUES ('${name}')`);
  }
  db.exec(`INSERT INTO login (id, email, user_id, account_id, roles, password_hash, created_at, verified_at)
    VALUES (1, 'ada@example.com', 'u', 'u', 'trader', 'x', 7, 7)`);
  const profile = new Profile(new Tables(storage(db)), () => ENCRYPTION_KEYS);
  expect(profile.principal()).toMatchObject({ userId: "u", accountId: "u" });
  const row = db.prepare("SELECT * FROM account").all();
  expect(row).toMatchObject([{ id: "u", type: "cash", name: "", state: "open", opened_at: 7, closed_at: null }]);
});
