import { describe, expect, test } from "vitest";
import { NO_ORIGIN } from "../account/state/origin.ts";
import { SEEDED } from "../market/listing.ts";
import { decideDepositRequest, type DepositRequest } from "./decide.ts";
import type { TransferCommand } from "./messages.ts";
import type { Transfer } from "./transfer.ts";
import { applyTransferEntry, newTransfers } from "./transfers.ts";

const NOW = 1_760_000_000_000;
const DEPOSIT: DepositRequest = {
  accountId: "account",
  ownerId: "owner",
  reference: "wire-1",
  symbol: null,
  amount: "100.00",
  requestedBy: "ann",
  requestedRoute: "route-ann",
  request: null,
  alone: false,
};

function machine() {
  const state = newTransfers();
  const rows: Transfer[] = [];
  const commands: TransferCommand[] = [];
  const out = {
    command: (_: string, command: TransferCommand) => void commands.push(command),
    changed: (transfer: Transfer) => void rows.push(transfer),
    removed: () => {},
  };
  const byReference = (_: string, reference: string) => rows.findLast((row) => row.reference === reference);
  const known = { byId: () => undefined, byWithdrawal: () => undefined, byRequestKey: () => undefined, byReference };
  const deposit = (asked: Partial<DepositRequest>) => {
    const made = decideDepositRequest({ ...DEPOSIT, ...asked }, known, "t1", NOW, NO_ORIGIN, SEEDED);
    for (const entry of made.entries) applyTransferEntry(state, entry, NOW, out);
    return made.outcome;
  };
  return { rows, commands, deposit };
}

describe("AC-96: a deposit of shares with the date and cost of their purchase", () => {
  const SHARES = { symbol: "AAPL", amount: "2", lot: { acquiredAt: NOW - 1, cost: "3.5" } } as const;

  test("has both in its row and in the command to the account", () => {
    const { deposit, rows, commands } = machine();
    deposit({ ...SHARES, alone: true });
    expect(rows).toMatchObject([SHARES]);
    expect(commands).toMatchObject([{ kind: "post_deposit", ...SHARES }]);
  });

  test("is the same deposit with the same date and cost only", () => {
    const { deposit } = machine();
    deposit(SHARES);
    expect(deposit(SHARES)).toMatchObject({ ok: true, value: { again: true } });
    for (const lot of [{ cost: "3.5" }, { ...SHARES.lot, cost: "3" }, { acquiredAt: NOW, cost: "3.5" }]) {
      expect(deposit({ ...SHARES, lot })).toMatchObject({ refusal: { reason: "deposit_reference_taken" } });
    }
  });

  test.each([
    [{ acquiredAt: NOW + 1 }],
    [{ acquiredAt: -1 }],
    [{ acquiredAt: Number.NaN }],
    [{ cost: "-1" }],
    [{ cost: "x" }],
    [{ cost: "0.00001" }],
    [{ cost: "99999999999999" }],
  ])("is refused with %o", (lot) => {
    expect(machine().deposit({ ...SHARES, lot })).toMatchObject({ refusal: { reason: "deposit_invalid" } });
  });

  test("is of shares", () => {
    expect(machine().deposit({ lot: { cost: "1" } })).toMatchObject({ refusal: { reason: "deposit_invalid" } });
  });
});

test("AC-95: no deposit has the reference of a transfer between own accounts, which it would stand in for", () => {
  const { deposit, rows } = machine();
  const invalid = { ok: false, refusal: { reason: "deposit_invalid" } };
  expect(deposit({ reference: "own/11111111-1111-4111-8111-111111111111" })).toEqual(invalid);
  expect(rows).toEqual([]);
  expect(deposit({ reference: "my own/wire" })).toMatchObject({ ok: true });
});
