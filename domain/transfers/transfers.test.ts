import { describe, expect, test } from "vitest";
import { SEEDED } from "../market/listing.ts";
import { NO_ORIGIN } from "../account/state/origin.ts";
import { decideAdoption, decideDepositRequest, decideApproval, dueTransfers, nextExpiry } from "./decide.ts";
import type { DepositRequest } from "./decide.ts";
import type { TransferCommand, TransferNotice } from "./messages.ts";
import { type KnownTransfers, type Transfer, TRANSFER_EXPIRES_MS, transferState } from "./transfer.ts";
import {
  applyNotice,
  applyTransferEntry,
  loadTransfers,
  newTransfers,
  saveTransfers,
  type TransferEntry,
} from "./transfers.ts";

const NOW = 1_760_000_000_000;
const ACCOUNT = "7d3c0a4e-0000-4000-8000-000000000001";
const [OWNER, ANN, BEN, CAT] = ["owner", "ann", "ben", "cat"];
const ORIGIN = { requestId: "r1", ip: "v1.ip", userAgent: "v1.agent" };

const DEPOSIT: DepositRequest = {
  accountId: ACCOUNT,
  ownerId: OWNER,
  reference: "wire-1",
  symbol: null,
  amount: "100.00",
  requestedBy: ANN,
  requestedRoute: "route-ann",
  request: null,
  alone: false,
};

const WITHDRAWAL: TransferNotice = {
  kind: "withdrawal_requested",
  withdrawalId: "w1",
  accountId: ACCOUNT,
  ownerId: OWNER,
  reference: "rent",
  amount: "300.5",
  requestedBy: OWNER,
  requestedRoute: "route-owner",
  requestedAt: NOW,
  expiresAt: NOW + TRANSFER_EXPIRES_MS,
  origin: ORIGIN,
};

/** The machine with the rows that its object stores and the commands that it sends. */
function machine() {
  let state = newTransfers();
  const rows = new Map<string, Transfer>();
  const commands: { readonly to: string; readonly command: TransferCommand }[] = [];
  const out = {
    command: (to: string, command: TransferCommand) => void commands.push({ to, command }),
    changed: (transfer: Transfer) => void rows.set(transfer.id, transfer),
    removed: (id: string) => void rows.delete(id),
  };
  const newest = (matches: (transfer: Transfer) => boolean) => [...rows.values()].findLast(matches);
  const known: KnownTransfers = {
    byId: (id) => rows.get(id),
    byWithdrawal: (id) => newest(({ withdrawalId }) => withdrawalId === id),
    byRequestKey: (accountId, key) =>
      newest((row) => row.accountId === accountId && row.kind === "deposit" && row.request?.key === key),
    byReference: (accountId, reference) =>
      newest((row) => row.accountId === accountId && row.kind === "deposit" && row.reference === reference),
  };
  const apply = (entries: readonly TransferEntry[], now: number) => {
    for (const entry of entries) applyTransferEntry(state, entry, now, out);
  };
  let made = 0;
  return {
    rows,
    commands,
    known,
    apply,
    get state() {
      return state;
    },
    tell: (notice: TransferNotice, now = NOW) => applyNotice(state, notice, now, out),
    ended: (transferId: string, result: "posted" | "voided" | "refused", refusal: string | null = null) =>
      applyNotice(state, { kind: "transfer_ended", transferId, result, refusal }, NOW + 5, out),
    deposit: (asked: Partial<DepositRequest> = {}, now = NOW) => {
      const { entries, outcome } = decideDepositRequest(
        { ...DEPOSIT, ...asked },
        known,
        `t${++made}`,
        now,
        ORIGIN,
        SEEDED,
      );
      apply(entries, now);
      return outcome;
    },
    decide: (
      id: string,
      decision: "approved" | "rejected",
      by: string,
      now = NOW + 1,
      refusal: { reason: "forbidden" } | null = null,
    ) => {
      const verdict = { id, decision, by, refusal, origin: ORIGIN };
      const { entries, outcome } = decideApproval(state, verdict, known, now);
      apply(entries, now);
      return outcome.ok ? "ok" : outcome.refusal.reason;
    },
    expire: (now: number) => apply(dueTransfers(state, now), now),
    restart: () => (state = loadTransfers(structuredClone(saveTransfers(state)))),
    states: () => [...rows.values()].map((row) => transferState(row)),
  };
}

describe("ID-80: a deposit is posted when a second administrator approves it", () => {
  test("nothing is sent before; requester and owner cannot approve it", () => {
    const { deposit, decide, commands, rows, ended, states } = machine();
    expect(deposit()).toMatchObject({ ok: true, value: { again: false, transfer: { id: "t1" } } });
    expect(decide("t1", "approved", ANN)).toBe("approval_own");
    expect(decide("t1", "approved", OWNER)).toBe("approval_own");
    expect(decide("t2", "approved", BEN)).toBe("approval_not_found");
    expect(decide("t1", "approved", BEN, NOW, { reason: "forbidden" })).toBe("forbidden");
    expect(commands).toEqual([]);
    expect(decide("t1", "approved", BEN)).toBe("ok");
    expect(states(), "the account has not answered").toEqual(["pending"]);
    expect(commands).toEqual([
      {
        to: ACCOUNT,
        command: {
          kind: "post_deposit",
          transferId: "t1",
          reference: "wire-1",
          symbol: null,
          amount: "100.00",
          requestedBy: ANN,
          approvedBy: BEN,
          origin: ORIGIN,
        },
      },
    ]);
    ended("t1", "posted");
    expect(states()).toEqual(["posted"]);
    expect(rows.get("t1")).toMatchObject({ decidedBy: BEN, decidedAt: NOW + 1 });
  });

  test("one administrator decides and may repeat it; a later decision of another one is refused", () => {
    const { deposit, decide, commands } = machine();
    deposit();
    expect(decide("t1", "approved", BEN)).toBe("ok");
    expect(decide("t1", "approved", CAT)).toBe("approval_decided");
    expect(decide("t1", "rejected", BEN)).toBe("approval_decided");
    expect(decide("t1", "approved", BEN)).toBe("ok");
    expect(commands).toHaveLength(1);
  });

  test("a rejected or expired deposit is voided without a message and may be requested again", () => {
    const { deposit, decide, expire, commands, states, state } = machine();
    deposit();
    expect(decide("t1", "rejected", ANN), "who requested it may take it back").toBe("ok");
    deposit();
    const late = NOW + TRANSFER_EXPIRES_MS;
    expire(late - 1);
    expect(states()).toEqual(["voided", "pending"]);
    expect(decide("t2", "approved", BEN, late)).toBe("approval_decided");
    expire(late);
    expect(states()).toEqual(["voided", "expired"]);
    expect(deposit({}, late)).toMatchObject({ value: { again: false } });
    expect(commands).toEqual([]);
    expect(nextExpiry(state)).toBe(late + TRANSFER_EXPIRES_MS);
  });

  test("a deposit that the account refuses is voided, with the reason", () => {
    const { deposit, decide, ended, rows, states } = machine();
    deposit();
    decide("t1", "approved", BEN);
    ended("t1", "refused", "account_closed");
    expect(states()).toEqual(["voided"]);
    expect(rows.get("t1")).toMatchObject({ refusal: "account_closed", decision: "approved" });
    expect(deposit()).toMatchObject({ value: { again: false } });
  });

  test("with a single administrator it is posted at once, with the idempotency key of the request", () => {
    const { deposit, commands, ended } = machine();
    const request = { key: "k1", fingerprint: "f1" };
    expect(deposit({ alone: true, request })).toMatchObject({ ok: true, value: { again: false } });
    expect(commands).toMatchObject([{ command: { kind: "post_deposit", requestedBy: ANN, request } }]);
    expect(commands[0]?.command).not.toHaveProperty("approvedBy");
    expect(deposit({ alone: true, request })).toMatchObject({ value: { again: true } });
    ended("t1", "refused", "deposit_invalid");
    expect(deposit({ alone: true, request }), "a refusal is not kept").toMatchObject({ value: { again: false } });
    expect(commands).toHaveLength(2);
  });
});

test("ID-82: the same request, and the same reference with the same content, is one transfer", () => {
  const { deposit } = machine();
  const reasonOf = (asked: Partial<DepositRequest>) => {
    const outcome = deposit(asked);
    return outcome.ok ? String(outcome.value.again) : outcome.refusal.reason;
  };
  const request = { key: "k1", fingerprint: "f1" };
  expect(reasonOf({ request })).toBe("false");
  expect(reasonOf({ request })).toBe("true");
  expect(reasonOf({ request: { ...request, fingerprint: "f2" } })).toBe("idempotency_key_reused");
  expect(reasonOf({ amount: "100" })).toBe("true");
  expect(reasonOf({ amount: "100.01" })).toBe("deposit_reference_taken");
  expect(reasonOf({ accountId: "another", request })).toBe("false");
  for (const amount of ["0", "-1", "1e3", "", "99999999999999999999"]) {
    expect(reasonOf({ reference: "x", amount }), amount).toBe("deposit_invalid");
  }
  expect(reasonOf({ reference: "x", symbol: "NOPE", amount: "1" })).toBe("asset_not_found");
});

describe("ID-68: every decision about a withdrawal is executed at its account", () => {
  test("an approved one is posted, a rejected one voided, an undecided one expires once", () => {
    const { tell, apply, decide, expire, ended, commands, states } = machine();
    for (const withdrawalId of ["w1", "w2", "w3"]) {
      tell({ ...WITHDRAWAL, withdrawalId });
      apply([{ kind: "notified", id: withdrawalId }], NOW);
    }
    expect(decide("w1", "approved", OWNER)).toBe("approval_own");
    expect(decide("w1", "approved", BEN)).toBe("ok");
    expect(decide("w2", "rejected", OWNER), "its owner may take it back").toBe("ok");
    const late = NOW + TRANSFER_EXPIRES_MS;
    expire(late - 1);
    expect(commands).toHaveLength(2);
    expire(late);
    expire(late + 1);
    expect(commands.map(({ command }) => command)).toEqual([
      { kind: "post_withdrawal", transferId: "w1", withdrawalId: "w1", by: BEN, origin: ORIGIN },
      { kind: "void_withdrawal", transferId: "w2", withdrawalId: "w2", by: OWNER, origin: ORIGIN },
      {
        kind: "void_withdrawal",
        transferId: "w3",
        withdrawalId: "w3",
        by: "",
        origin: { ...NO_ORIGIN, requestId: "r1" },
      },
    ]);
    expect(states()).toEqual(["pending", "voided", "expired"]);
    ended("w1", "posted");
    ended("w2", "voided");
    ended("w3", "voided");
    expect(states()).toEqual(["posted", "voided", "expired"]);
    ended("w3", "posted");
    expect(states(), "ended ones stay").toEqual(["posted", "voided", "expired"]);
  });

  test("a decision on an expired or ended withdrawal is refused", () => {
    const { tell, decide, expire, ended, commands } = machine();
    tell(WITHDRAWAL);
    expire(NOW + TRANSFER_EXPIRES_MS);
    expect(decide("w1", "approved", BEN, NOW + TRANSFER_EXPIRES_MS + 1)).toBe("approval_decided");
    ended("w1", "voided");
    expect(decide("w1", "approved", BEN, NOW + TRANSFER_EXPIRES_MS + 2)).toBe("approval_decided");
    expect(commands).toHaveLength(1);
  });

  test("a restart from a snapshot keeps deadlines and transfers that wait for the account", () => {
    const opened = machine();
    opened.tell(WITHDRAWAL);
    opened.tell({ ...WITHDRAWAL, withdrawalId: "w2", expiresAt: NOW + 9 });
    opened.decide("w1", "rejected", BEN);
    opened.restart();
    expect(nextExpiry(opened.state)).toBe(NOW + 9);
    opened.tell(WITHDRAWAL);
    opened.ended("w1", "voided");
    expect(opened.states()).toEqual(["voided", "pending"]);
  });
});

describe("ID-120: transfers of an earlier release, which stored them in other objects", () => {
  const OLD: Transfer = {
    id: "a1",
    kind: "withdrawal",
    accountId: ACCOUNT,
    ownerId: OWNER,
    reference: "rent",
    symbol: null,
    amount: "300.5",
    withdrawalId: "w1",
    requestedBy: OWNER,
    requestedRoute: null,
    requestedAt: NOW - 9,
    expiresAt: NOW - 9 + TRANSFER_EXPIRES_MS,
    requestId: "r0",
    request: null,
    origin: null,
    notified: true,
    decision: null,
    decidedBy: null,
    decidedAt: null,
    result: null,
    refusal: null,
  };
  const adopted = (opened: ReturnType<typeof machine>, transfer: Transfer) =>
    opened.apply(decideAdoption(opened.state, [transfer], opened.known), NOW);

  test("a pending withdrawal keeps the id that administrators have seen, whether it is adopted or sent by its account first", () => {
    for (const accountFirst of [true, false]) {
      const opened = machine();
      if (accountFirst) opened.tell(WITHDRAWAL);
      adopted(opened, OLD);
      if (!accountFirst) opened.tell(WITHDRAWAL);
      adopted(opened, OLD);
      expect([...opened.rows.keys()]).toEqual(["a1"]);
      expect(opened.decide("w1", "approved", BEN)).toBe("approval_not_found");
      expect(opened.decide("a1", "approved", BEN)).toBe("ok");
      expect(opened.commands).toMatchObject([{ command: { transferId: "a1", withdrawalId: "w1" } }]);
      opened.ended("a1", "posted");
      expect(opened.states()).toEqual(["posted"]);
      adopted(opened, OLD);
      expect(opened.commands).toHaveLength(1);
    }
  });

  test("a decision that was not executed is executed, and one that was is only stored", () => {
    const opened = machine();
    adopted(opened, { ...OLD, decision: "approved", decidedBy: BEN, decidedAt: NOW - 1 });
    expect(opened.commands).toMatchObject([{ command: { kind: "post_withdrawal", by: BEN } }]);
    adopted(opened, { ...OLD, id: "a2", withdrawalId: "w2", decision: "rejected", decidedBy: BEN, result: "voided" });
    expect(opened.commands).toHaveLength(1);
    expect(opened.rows.size).toBe(2);
  });

  test("a withdrawal that was decided under its new id is not opened again", () => {
    const opened = machine();
    opened.tell(WITHDRAWAL);
    opened.apply([{ kind: "notified", id: "w1" }], NOW);
    opened.decide("w1", "rejected", BEN);
    adopted(opened, OLD);
    expect([...opened.rows.keys()]).toEqual(["w1"]);
  });

  test("an account that executed a decision of the release before reports it", () => {
    const opened = machine();
    opened.tell(WITHDRAWAL);
    opened.ended("w1", "posted");
    expect(opened.states()).toEqual(["posted"]);
  });
});

test("ID-99: nobody decides a withdrawal before its owner was notified, also by its id", () => {
  const { tell, decide, apply, commands, expire } = machine();
  tell(WITHDRAWAL);
  expect(decide("w1", "approved", BEN)).toBe("approval_not_found");
  expect(decide("w1", "rejected", BEN)).toBe("approval_not_found");
  expect(commands).toEqual([]);
  apply([{ kind: "notified", id: "w1" }], NOW);
  expect(decide("w1", "approved", BEN)).toBe("ok");
  tell({ ...WITHDRAWAL, withdrawalId: "w2" });
  expire(NOW + TRANSFER_EXPIRES_MS);
  expect(decide("w2", "approved", BEN)).toBe("approval_decided");
});

test("ID-82: a request with a key that waits for a second person, or came to nothing, is posted where there is none", () => {
  const { deposit, decide, commands, ended, expire } = machine();
  const keyed = (key: string) => ({ reference: key, request: { key, fingerprint: key } });
  const posts = (key: string) => {
    const before = commands.length;
    expect(deposit({ ...keyed(key), alone: true }, NOW + TRANSFER_EXPIRES_MS - 1)).toMatchObject({ ok: true });
    expect(commands.slice(before)).toMatchObject([{ command: { kind: "post_deposit", reference: key } }]);
  };
  deposit(keyed("waits"));
  posts("waits");
  ended("t1", "posted");
  expect(deposit({ ...keyed("waits"), alone: true })).toMatchObject({ value: { again: true } });
  deposit({ ...keyed("waits"), request: { key: "waits", fingerprint: "another" }, alone: true });
  expect(commands).toHaveLength(1);
  deposit(keyed("rejected"));
  expect(decide("t5", "rejected", BEN)).toBe("ok");
  posts("rejected");
  deposit(keyed("expired"), NOW - 1);
  expire(NOW + TRANSFER_EXPIRES_MS - 1);
  posts("expired");
});
