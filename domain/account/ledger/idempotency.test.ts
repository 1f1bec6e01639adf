import { SEEDED } from "../../market/listing.ts";
import { expect, test } from "vitest";
import { applyEntry } from "../apply.ts";
import type { AccountState } from "../state/accountState.ts";
import { decideDeposit } from "./deposits.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { balances, CASH } from "./ledger.ts";
import { decideIdempotent } from "./idempotency.ts";
import type { StoredResponse, IdempotencyKey } from "./idempotentResponse.ts";
import { fundedAccount, recorder } from "../testing.ts";

/** An account that stores responses as its object does. */
function setUp() {
  const state = fundedAccount("a", 0, {});
  const answers = new Map<string, StoredResponse>();
  const deposits = new Map<string, { asset: string; amount: number }>();
  const deposit = (request: IdempotencyKey | null, amount: string, reference = request?.key ?? "r") => {
    const decide = (now: Readonly<AccountState>) =>
      decideDeposit(
        now,
        { reference, symbol: null, amount },
        deposits.get(reference),
        { by: "admin" },
        NO_ORIGIN,
        SEEDED,
      );
    const decision = decideIdempotent(state, request, (key) => answers.get(key), decide, JSON.stringify);
    const out = recorder();
    for (const entry of decision.entries) {
      applyEntry(state, entry, 5, out);
      if (entry.kind === "deposited") deposits.set(entry.reference, entry);
    }
    for (const answer of out.answers) answers.set(answer.key, answer);
    return decision;
  };
  return { deposit, cash: () => balances(state.ledger, CASH).available };
}

const KEY: IdempotencyKey = { key: "k", fingerprint: "f" };

test("WS-17: a request with an idempotency key is applied once, and repeats get the same response", () => {
  const { deposit, cash } = setUp();
  const first = deposit(KEY, "5");
  const answer = { status: 200, body: JSON.stringify({ reference: "k", asset: "USD", amount: 50_000 }) };
  expect(first.entries.map(({ kind }) => kind)).toEqual(["deposited", "answered"]);
  expect(first.outcome).toEqual({ ok: true, value: { ...answer, replayed: false } });
  expect(deposit(KEY, "5")).toEqual({ entries: [], outcome: { ok: true, value: { ...answer, replayed: true } } });
  expect(cash()).toBe(50_000);
});

test("WS-17: the key of another request is refused, and nothing is applied", () => {
  const { deposit, cash } = setUp();
  deposit(KEY, "5");
  const refusal = { reason: "idempotency_key_reused" };
  expect(deposit({ ...KEY, fingerprint: "g" }, "5", "other")).toEqual({ entries: [], outcome: { ok: false, refusal } });
  expect(cash()).toBe(50_000);
});

test("WS-17: a refusal is not stored: the same key may succeed later", () => {
  const { deposit, cash } = setUp();
  expect(deposit(KEY, "-5")).toMatchObject({ entries: [], outcome: { refusal: { reason: "deposit_invalid" } } });
  expect(deposit(KEY, "5").outcome).toMatchObject({ ok: true, value: { replayed: false } });
  expect(cash()).toBe(50_000);
});

test("WS-17, AC-10: a new key cannot deposit a reference again, and is stored with the response", () => {
  const { deposit, cash } = setUp();
  const plain = deposit(null, "5", "r");
  expect(plain.entries.map(({ kind }) => kind)).toEqual(["deposited"]);
  const keyed = deposit(KEY, "5", "r");
  expect(keyed.entries.map(({ kind }) => kind)).toEqual(["answered"]);
  expect(keyed.outcome).toEqual(plain.outcome);
  expect(deposit(KEY, "5", "r").outcome).toMatchObject({ value: { replayed: true } });
  expect(deposit({ key: "l", fingerprint: "f" }, "6", "r").outcome).toMatchObject({
    refusal: { reason: "deposit_reference_taken" },
  });
  expect(cash()).toBe(50_000);
});
