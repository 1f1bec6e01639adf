import { afterEach, beforeEach, expect, test } from "vitest";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { Alerts } from "./alerts.ts";
import { ALERTS_MAX } from "./limits.ts";

let storage: NodeStorage;
beforeEach(() => {
  storage = new NodeStorage(() => undefined);
});
afterEach(() => storage.close());

const finding = (key: string) => ({ kind: "odd", key, facts: { key } });

test("AK-10: a finding raises one alert while it lasts, also over a restart, and another when it returns", () => {
  const alerts = new Alerts(storage);
  expect(alerts.reportFindings("s", [finding("a"), finding("b")], 5).map(({ facts }) => facts)).toEqual([
    { key: "a" },
    { key: "b" },
  ]);
  expect(alerts.wouldChange("s", [finding("b"), finding("a")])).toBe(false);
  const restarted = new Alerts(storage);
  expect(restarted.wouldChange("s", [finding("a"), finding("b")])).toBe(false);
  expect(restarted.reportFindings("s", [finding("b"), finding("c")], 6).map(({ facts }) => facts)).toEqual([
    { key: "c" },
  ]);
  expect(restarted.list().map(({ facts, open }) => [facts["key"], open])).toEqual([
    ["c", true],
    ["b", true],
    ["a", false],
  ]);
  expect(restarted.reportFindings("s", [finding("a")], 7)).toEqual([
    { id: 4, at: 7, kind: "odd", facts: { key: "a" }, open: true },
  ]);
});

test("AK-10: a report closes only alerts of its own scope", () => {
  const alerts = new Alerts(storage);
  alerts.reportFindings("s", [finding("a")], 5);
  alerts.reportFindings("t", [finding("a")], 5);
  alerts.reportFindings("t", [], 6);
  expect(alerts.list().map(({ id, open }) => [id, open])).toEqual([
    [2, false],
    [1, true],
  ]);
});

test("AK-10: raise() leaves the other alerts of its scope open", () => {
  const alerts = new Alerts(storage);
  expect(alerts.raise("s", finding("a"), 5)).toHaveLength(1);
  expect(alerts.raise("s", finding("b"), 5)).toHaveLength(1);
  expect(alerts.raise("s", finding("a"), 5)).toHaveLength(0);
  expect(alerts.list().every(({ open }) => open)).toBe(true);
});

test("AK-9, AK-10: ALERTS_MAX alerts are stored, and their ids continue", () => {
  const alerts = new Alerts(storage);
  for (let nth = 1; nth <= ALERTS_MAX + 5; nth++) alerts.raise("s", finding(String(nth)), nth);
  const kept = new Alerts(storage).list();
  expect([kept.length, kept[0]?.id, kept.at(-1)?.id]).toEqual([ALERTS_MAX, ALERTS_MAX + 5, 6]);
});
