import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costBasisOf } from "../../domain/account/lots/accountLots.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { seededRandom } from "../../test/rig/random.ts";
import { auditLine } from "../../protocol/audit/line.ts";
import { AccountFold } from "./accountFold.ts";
import { AccountsVerifier } from "./accounts.ts";
import type { Facts } from "./balanceFold.ts";
import { tradedTrail } from "./testing.ts";

const traded = tradedTrail(seededRandom(41), Date.UTC(2026, 10, 30, 15), {
  accounts: 4,
  requests: 400,
  shardCount: 1,
  deposits: 27,
});
const trail = traded.shards.flat();
const accounts = [...traded.accounts.keys()];

/** The first error of an account's records, changed before by `change`; null without any. */
function firstError(accountId: string, change: (record: AuditRecord) => AuditRecord[] = (record) => [record]) {
  const fold = new AccountFold();
  for (const record of trail) {
    if (record.accountId !== accountId) continue;
    for (const each of change(record)) {
      const wrong = fold.apply(JSON.parse(JSON.stringify(each)) as Facts);
      if (wrong !== null) return { wrong, fold };
    }
  }
  return { wrong: null, fold };
}

const withRows = (field: string) => (record: AuditRecord) =>
  record.action !== "lots.opened" && ((record.body[field] ?? []) as unknown[]).length > 0;

describe("PF-13: the lots of the trail", () => {
  test("are those of the accounts, of accounts of this release and of an earlier one", () => {
    for (const [accountId, state] of traded.accounts) {
      const { wrong, fold } = firstError(accountId);
      expect(wrong).toBeNull();
      for (const [symbol, { cost }] of fold.holdings) expect(cost).toBe(costBasisOf(state, symbol));
    }
    expect(trail.filter(withRows("lots")).length).toBeGreaterThan(50);
    expect(trail.filter(withRows("wash_sales")).length).toBeGreaterThan(5);
    expect(trail.filter(({ action }) => action === "lots.opened")).toHaveLength(2);
  });

  test("AU-20: contradict a deposit whose reference was posted before", () => {
    const twice = (record: AuditRecord) =>
      record.action === "deposit" ? [{ ...record, body: { ...record.body, reference: "wire" } }] : [record];
    for (const accountId of accounts) expect(firstError(accountId, twice).wrong).toBe("wire was posted before");
  });

  test("contradict a record of which any value of any row was changed, or a row left out or added", () => {
    const places = trail.flatMap((record) =>
      ["lots", "wash_sales"].flatMap((field) =>
        ((record.body[field] ?? []) as unknown[][]).flatMap((row, nth) =>
          row.map((_, at) => ({ record, field, nth, at })),
        ),
      ),
    );
    expect(places.length).toBeGreaterThan(500);
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom("value", "without", "twice"), (place, how) => {
        const { record, field, nth, at } = place;
        const rows = structuredClone(record.body[field]) as unknown[][];
        const row = rows[nth] ?? [];
        if (how === "value") row[at] = typeof row[at] === "number" ? Number(row[at]) + 1 : other(String(row[at]));
        else rows.splice(nth, how === "twice" ? 0 : 1, ...(how === "twice" ? [row] : []));
        const forged = { ...record, body: { ...record.body, [field]: rows } };
        const { wrong } = firstError(record.accountId, (each) => [each === record ? forged : each]);
        expect(wrong).toMatch(/rows? .*of (the )?tax lots/);
      }),
      { numRuns: 300 },
    );
  });

  test.each(["lot_id", "disposal_id", "cost_basis", "gain", "executed_at", "acquired_at"])(
    "contradict a record whose %s was changed",
    (field) => {
      const record = trail.find((each) => each.body[field] !== undefined && each.action !== "deposit");
      if (record === undefined) throw new Error(`no record has ${field}`);
      const value = record.body[field];
      const forged = { ...record.body, [field]: typeof value === "number" ? value * 3 : other(String(value)) };
      const change = (each: AuditRecord) => [each === record ? { ...each, body: forged } : each];
      const { wrong } = firstError(record.accountId, change);
      if (field !== "executed_at") expect(wrong).not.toBeNull();
      const without = { ...record.body, [field]: undefined };
      expect(
        firstError(record.accountId, (each) => [each === record ? { ...each, body: without } : each]).wrong,
      ).not.toBeNull();
    },
  );

  test("contradict a trade of which one side says another time", () => {
    const side = trail.findLast(({ body }) => body["executed_at"] !== undefined);
    const found = [0, 1].map((late) => {
      const folded = new AccountsVerifier();
      for (const [nth, record] of trail.entries()) {
        const body = { ...record.body, executed_at: Number(record.body["executed_at"]) + late };
        const line = auditLine(0, nth + 1, record === side ? { ...record, body } : record);
        folded.add(0, { seq: nth + 1, line, hash: "" });
      }
      return folded.differences.map(({ detail }) => detail);
    });
    expect(found).toEqual([[], [expect.stringMatching(/are not the two sides of trade/)]]);
  });

  test("contradict rows that nothing announced, and a conversion that comes twice", () => {
    const [accountId = ""] = accounts;
    const opened = trail.find(({ action }) => action === "lots.opened");
    const twice = (each: AuditRecord) => (each === opened ? [each, each] : [each]);
    expect(firstError(opened?.accountId ?? "", twice).wrong).toMatch(/due/);
    const fill = trail.find((each) => each.accountId === accountId && withRows("lots")(each));
    if (fill === undefined) throw new Error("no sale");
    const more = (each: AuditRecord) =>
      each === fill ? [each, { ...each, action: "order.lots", before: null, after: null }] : [each];
    expect(firstError(accountId, more).wrong).toMatch(/due/);
  });

  test("follow rows over several records, and miss those of a record that was left out", () => {
    const [fill] = trail.filter(withRows("lots")).filter(({ body }) => (body["lots"] as unknown[]).length > 1);
    if (fill === undefined) throw new Error("no sale of two lots");
    const rows = fill.body["lots"] as unknown[];
    const head = { ...fill, body: { ...fill.body, lots: rows.slice(0, 1), wash_sales: [] } };
    const rest = { lots: rows.slice(1), wash_sales: fill.body["wash_sales"] };
    const tail = { ...fill, action: "order.lots", before: null, after: null, body: rest };
    const split = (each: AuditRecord) => (each === fill ? [head, tail] : [each]);
    expect(firstError(fill.accountId, split).wrong).toBeNull();
    const lost = (each: AuditRecord) => (each === fill ? [head] : [each]);
    expect(firstError(fill.accountId, lost).wrong).toMatch(/are missing/);
  });
});

function other(text: string): string {
  if (text === "short") return "long";
  if (text === "long") return "short";
  return text.startsWith("1") ? `2${text.slice(1)}` : `1${text}`;
}
