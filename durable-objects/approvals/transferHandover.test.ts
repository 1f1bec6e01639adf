import { expect, test } from "vitest";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import type { Region } from "../../protocol/ids/region.ts";
import { newUserId } from "../../protocol/ids/residency.ts";
import { storage } from "../../test/objectStorage.ts";
import { transferActor } from "../../test/transferActor.ts";
import { createApprovalTable, EXPIRES_MS } from "./approvalTable.ts";
import { TransferHandover } from "./transferHandover.ts";

const NOW = 1_760_000_000_000;
const [OURS, THEIRS] = [newUserId("world"), newUserId("eu")];

/** The table as the release before wrote it. */
function before() {
  const { sql } = storage();
  createApprovalTable(sql);
  let made = 0;
  const insert = (row: Record<string, string | number | null>) => {
    const id = `a${++made}`;
    const all: Record<string, string | number | null> = {
      id,
      kind: "deposit",
      state: "pending",
      account_id: OURS,
      reference: id,
      body: JSON.stringify({ reference: id, symbol: null, amount: "5" }),
      asked_by: "ann",
      asked_at: NOW + made,
      request_id: "r",
      request_key: null,
      fingerprint: null,
      decided_by: null,
      decided_at: null,
      refusal: null,
      due_at: NOW + made + EXPIRES_MS,
      asked_route: "route-ann",
      ...row,
    };
    const columns = Object.keys(all);
    const marks = columns.map(() => "?").join(", ");
    sql.exec(`INSERT INTO approval (${columns.join(", ")}) VALUES (${marks})`, ...Object.values(all));
    return id;
  };
  const withdrawal = (row: Record<string, string | number | null>) => {
    const body = { reference: "rent", symbol: null, amount: "300.5", withdrawalId: `w${made + 1}` };
    return insert({ kind: "withdrawal", asked_by: "owner", asked_route: null, body: JSON.stringify(body), ...row });
  };
  return { sql, insert, withdrawal };
}

/** The actors that adopt; each can be away, or answer after it has committed. */
function actors() {
  const away: { region: Region | null; after: boolean } = { region: null, after: false };
  const made = (region: Region) => {
    const actor = transferActor({
      now: () => NOW + 9,
      check: async () => ({ deciderRefusal: null, requestRefusal: null }),
      account: ({ transferId, kind }) => ({
        kind: "transfer_ended",
        transferId,
        result: kind === "void_withdrawal" ? "voided" : "posted",
        refusal: null,
      }),
    });
    const adopt = async (transfers: readonly Transfer[]) => {
      if (away.region === region && !away.after) throw new Error("away");
      await actor.requests.adopt(transfers);
      if (away.region === region) throw new Error("the answer is lost");
    };
    return { ...actor, adopt };
  };
  return { away, world: made("world"), eu: made("eu") };
}

test("ID-120: pending, decided and finished transfers of the release before are handed over, each to its region", async () => {
  const { sql, insert, withdrawal } = before();
  const { world, eu } = actors();
  insert({});
  insert({ account_id: THEIRS });
  insert({ state: "approved", decided_by: "ben", decided_at: NOW + 1, due_at: NOW + 2 });
  insert({ state: "booked", decided_by: "ben", decided_at: NOW + 1, due_at: null });
  insert({ state: "failed", decided_by: "ben", decided_at: NOW + 1, due_at: null, refusal: "account_closed" });
  insert({ state: "rejected", decided_by: "ben", decided_at: NOW + 1, due_at: null });
  insert({ state: "expired", due_at: null });
  withdrawal({});
  withdrawal({ state: "rejected", decided_by: "ben", decided_at: NOW + 1, due_at: NOW + 2 });
  withdrawal({ state: "expired", due_at: NOW + 2 });
  const user = insert({ kind: "user_erase", body: "{}" });
  const handover = new TransferHandover({ sql, transfers: (region) => (region === "eu" ? eu : world) });
  expect(handover.pending).toBe(true);
  await Promise.all([handover.run(), handover.run()]);
  expect(handover.pending).toBe(false);
  expect([...sql.exec("SELECT id FROM approval")]).toEqual([{ id: user }]);
  expect(eu.list(null, 99).map(({ id }) => id)).toEqual(["a2"]);
  expect(world.list(null, 99).map(({ id, state, transferState }) => [id, state, transferState])).toEqual([
    ["a10", "expired", "expired"],
    ["a9", "rejected", "voided"],
    ["a8", "pending", "pending"],
    ["a7", "expired", "expired"],
    ["a6", "rejected", "voided"],
    ["a5", "failed", "voided"],
    ["a4", "booked", "posted"],
    ["a3", "approved", "pending"],
    ["a1", "pending", "pending"],
  ]);
  // A decision that was not executed is sent to the account, and nothing else.
  expect(world.commands.map(({ command }) => [command.kind, command.transferId])).toEqual([
    ["post_deposit", "a3"],
    ["void_withdrawal", "a9"],
    ["void_withdrawal", "a10"],
  ]);
  const origin = { requestId: "r", ip: "", userAgent: "" };
  const approved = await world.requests.approve("a8", { userId: "ben", route: "route-ben" }, origin);
  expect(approved).toMatchObject({ ok: true, value: { state: "booked", withdrawalId: "w8" } });
});

test("ID-120: a handover that is cut off goes on, and nothing is adopted twice", async () => {
  const { sql, insert } = before();
  const { away, world, eu } = actors();
  for (let row = 0; row < 130; row++) insert(row % 2 === 0 ? {} : { account_id: THEIRS });
  insert({ state: "approved", decided_by: "ben", decided_at: NOW + 1, due_at: NOW + 2 });
  const open = () => new TransferHandover({ sql, transfers: (region) => (region === "eu" ? eu : world) });
  for (const after of [false, true]) {
    Object.assign(away, { region: "eu", after });
    await expect(open().run()).rejects.toThrow(after ? "the answer is lost" : "away");
  }
  away.region = null;
  const handover = open();
  await handover.run();
  expect(handover.pending).toBe(false);
  expect([world.list(null, 999).length, eu.list(null, 999).length]).toEqual([66, 65]);
  expect(world.commands).toHaveLength(1);
});
