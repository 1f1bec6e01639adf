import { expect, test } from "vitest";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import { applyNotice, applyTransferEntry, newTransfers } from "../../domain/transfers/transfers.ts";
import { OwnerNotifier } from "./notifier.ts";

/** Logins that can be away, by the withdrawals they are told of. */
function world() {
  const known = { now: 1_000_000, away: new Set<string>(), told: [] as string[], armed: Infinity };
  const state = newTransfers();
  const out = { command: () => {}, changed: () => {}, removed: () => {} };
  const open = () =>
    new OwnerNotifier({
      state: () => state,
      notify: async ({ id }: Transfer) => {
        if (known.away.has(id)) throw new Error("away");
        known.told.push(id);
      },
      notified: async (id) => applyTransferEntry(state, { kind: "notified", id }, known.now, out),
      now: () => known.now,
      armBy: (at) => (known.armed = Math.min(known.armed, at)),
      failed: () => {},
    });
  const request = (withdrawalId: string) =>
    applyNotice(
      state,
      {
        kind: "withdrawal_requested",
        withdrawalId,
        accountId: "acc",
        ownerId: "owner",
        reference: withdrawalId,
        amount: "1",
        requestedBy: "owner",
        requestedRoute: null,
        requestedAt: known.now,
        expiresAt: known.now + 60_000_000,
        origin: { requestId: "", ip: "", userAgent: "" },
      },
      known.now,
      out,
    );
  return { known, state, open, request };
}

test("ID-99: each owner is notified once, and one whose login is away does not hold up the others", async () => {
  const { known, open, request } = world();
  for (const id of ["w1", "w2", "w3"]) request(id);
  known.away.add("w1");
  const notifier = open();
  await Promise.all([notifier.run(), notifier.run()]);
  expect(known.told).toEqual(["w2", "w3"]);
  expect(known.armed).toBe(known.now + 1_000);
  await notifier.run();
  expect(known.told, "not before its time").toHaveLength(2);
  known.now += 1_000;
  known.away.clear();
  await notifier.run();
  expect(known.told).toEqual(["w2", "w3", "w1"]);
  known.armed = Infinity;
  notifier.arm();
  expect(known.armed).toBe(Infinity);
});

test("ID-99: a new object goes on where the one before died, and what was decided meanwhile is left", async () => {
  const { known, state, open, request } = world();
  request("w1");
  request("w2");
  const decided = { kind: "decided", id: "w2", decision: "expired", by: "" } as const;
  const out = { command: () => {}, changed: () => {}, removed: () => {} };
  applyTransferEntry(state, { ...decided, origin: { requestId: "", ip: "", userAgent: "" } }, known.now, out);
  const notifier = open();
  notifier.arm();
  expect(known.armed).toBe(known.now + 1_000);
  await notifier.run();
  expect(known.told).toEqual(["w1"]);
});
