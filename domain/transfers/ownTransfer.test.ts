import { expect, test } from "vitest";
import { NO_ORIGIN } from "../account/state/origin.ts";
import { decideApproval, dueTransfers, nextExpiry } from "./decide.ts";
import type { TransferCommand, TransferNotice } from "./messages.ts";
import { type Transfer, TRANSFER_EXPIRES_MS, transferState } from "./transfer.ts";
import { applyNotice, loadTransfers, newTransfers, saveTransfers } from "./transfers.ts";

const NOW = 1_760_000_000_000;
const [PAYER, RECEIVER, OWNER] = ["payer", "receiver", "owner"];
const ORIGIN = { requestId: "r1", ip: "v1.ip", userAgent: "v1.agent" };
const REQUESTED: TransferNotice = {
  kind: "withdrawal_requested",
  withdrawalId: "t1",
  accountId: PAYER,
  ownerId: OWNER,
  reference: "own/rent",
  amount: "300.5",
  requestedBy: OWNER,
  requestedRoute: null,
  requestedAt: NOW,
  expiresAt: NOW + TRANSFER_EXPIRES_MS,
  origin: ORIGIN,
  to: RECEIVER,
};

function machine() {
  let state = newTransfers();
  const rows = new Map<string, Transfer>();
  const commands: (readonly [string, TransferCommand])[] = [];
  const out = {
    command: (to: string, command: TransferCommand) => void commands.push([to, command]),
    changed: (transfer: Transfer) => void rows.set(transfer.id, transfer),
    removed: (id: string) => void rows.delete(id),
  };
  return {
    commands,
    tell: (notice: TransferNotice) => applyNotice(state, notice, NOW, out),
    ended: (result: "posted" | "voided" | "refused", refusal: string | null = null) =>
      applyNotice(state, { kind: "transfer_ended", transferId: "t1", result, refusal }, NOW + 5, out),
    restart: () => (state = loadTransfers(structuredClone(saveTransfers(state)))),
    state: () => state,
    of: () => {
      const row = rows.get("t1");
      return row === undefined ? "none" : transferState(row);
    },
  };
}

test("AC-94: the receiver is offered the cash, and then the payer's hold is posted; nobody has to approve", () => {
  const { commands, tell, ended, of, restart, state } = machine();
  tell(REQUESTED);
  const origin = { requestId: "r1", ip: "", userAgent: "" };
  expect(commands).toEqual([
    [
      RECEIVER,
      {
        kind: "post_deposit",
        transferId: "t1",
        reference: "own/t1",
        symbol: null,
        amount: "300.5",
        requestedBy: OWNER,
        origin,
        payer: { accountId: PAYER, ownerId: OWNER },
      },
    ],
  ]);
  expect([of(), nextExpiry(state()), dueTransfers(state(), NOW + 2 * TRANSFER_EXPIRES_MS)]).toEqual([
    "pending",
    null,
    [],
  ]);
  restart();
  ended("posted");
  expect(commands[1]).toEqual([
    PAYER,
    { kind: "post_withdrawal", transferId: "t1", withdrawalId: "t1", by: OWNER, origin },
  ]);
  expect(of()).toBe("pending");
  restart();
  ended("posted");
  expect([of(), state().open.size, commands.length]).toEqual(["posted", 0, 2]);
  ended("refused");
  expect(of(), "ended ones stay").toBe("posted");
});

test("AC-94: when the receiver refuses, the payer's hold is released", () => {
  const { commands, tell, ended, of } = machine();
  tell(REQUESTED);
  ended("refused", "account_closed");
  expect(commands[1]).toMatchObject([PAYER, { kind: "void_withdrawal", withdrawalId: "t1" }]);
  ended("voided");
  expect(of()).toBe("voided");
});

test("AC-94: an administrator decides nothing about it", () => {
  const { tell, state } = machine();
  tell(REQUESTED);
  const verdict = { id: "t1", decision: "rejected", by: "admin", refusal: null, origin: NO_ORIGIN } as const;
  const known = {
    byId: () => undefined,
    byWithdrawal: () => undefined,
    byRequestKey: () => undefined,
    byReference: () => undefined,
  };
  expect(decideApproval(state(), verdict, known, NOW)).toMatchObject({
    entries: [],
    outcome: { refusal: { reason: "approval_decided" } },
  });
});
