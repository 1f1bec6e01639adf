import fc from "fast-check";
import { expect, test } from "vitest";
import { balances, CASH, checkLedger } from "../account/ledger/ledger.ts";
import type { AuditRecord } from "../account/state/events.ts";
import { applyFees, applyHouseEntry, houseBalance, loadHouse, newHouse, saveHouse } from "./houseAccount.ts";
import type { FeesSwept } from "./messages.ts";

const amount = fc.integer({ min: -10_000_000, max: 10_000_000 });
const sweep = fc.record({
  from: fc.constantFrom("a", "b", "c"),
  amount,
  sec: fc.option(fc.integer({ min: 1, max: 5_000 })),
});

test("PF-53: a house account has what it has received, its ledger sums to zero, and each record follows the one before", () => {
  fc.assert(
    fc.property(fc.array(sweep, { maxLength: 30 }), (sweeps) => {
      let state = newHouse();
      const [audits, stored]: [AuditRecord[], FeesSwept[]] = [[], []];
      const out = {
        audit: (_: string, record: AuditRecord) => void audits.push(record),
        received: (swept: FeesSwept) => void stored.push(swept),
      };
      applyHouseEntry(state, { kind: "house_opened", accountId: "h", auditAddress: "audit/1" }, 1, out);
      let [sum, passedOn] = [0, 0];
      for (const [nth, { from, sec, ...what }] of sweeps.entries()) {
        const regulatory = sec === null ? [] : [["sec", sec] as const];
        applyFees(state, from, { kind: "fees_swept", day: nth, amount: what.amount, regulatory }, 2, out);
        sum += what.amount;
        passedOn += sec ?? 0;
        checkLedger(state.ledger);
        state = loadHouse(structuredClone(saveHouse(state)));
      }
      expect(houseBalance(state)).toEqual({ balance: sum, regulatory: passedOn === 0 ? [] : [["sec", passedOn]] });
      expect(balances(state.ledger, CASH).house).toBe(sum === 0 ? balances(state.ledger, CASH).house : -sum);
      expect(stored.map(({ day }) => day)).toEqual(sweeps.map((_, nth) => nth));
      expect(audits.map(({ action }) => action)).toEqual(["house.opened", ...sweeps.map(() => "fees.received")]);
      for (const [nth, { before }] of audits.entries()) if (nth > 0) expect(before).toEqual(audits[nth - 1]?.after);
      expect(new Set(audits.map(({ eventId }) => eventId)).size).toBe(audits.length);
    }),
  );
});
