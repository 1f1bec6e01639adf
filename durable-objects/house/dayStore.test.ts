import { expect, test } from "vitest";
import { newHouse } from "../../domain/house/houseAccount.ts";
import { move } from "../../domain/account/ledger/ledger.ts";
import { storage } from "../../test/objectStorage.ts";
import { DayStore } from "./dayStore.ts";

test("PF-53: sums by day and kind of fee, the newest day first", () => {
  const store = new DayStore(storage().sql);
  const add = (day: number, amount: number, ...regulatory: (readonly [string, number])[]) =>
    store.add({ kind: "fees_swept", day, amount, regulatory });
  add(10, 500, ["sec", 100], ["taf", 20]);
  add(11, -70);
  add(10, 130, ["sec", 30]);
  const ten = { day: 10, accounts: 2, exchange: 480, regulatory: [["sec", 130], ["taf", 20]] }; // prettier-ignore
  const eleven = { day: 11, accounts: 1, exchange: -70, regulatory: [] };
  expect(store.days(0, 99)).toEqual([eleven, ten]);
  expect(store.days(10, 10)).toEqual([ten]);
  expect(store.days(12, 99)).toEqual([]);
});

test("PF-53: days that do not sum to the ledger are found", () => {
  const store = new DayStore(storage().sql);
  const house = newHouse();
  expect(store.findings(house)).toEqual([]);
  store.add({ kind: "fees_swept", day: 1, amount: 5, regulatory: [] });
  const facts = { days: 5, received: 0 };
  expect(store.findings(house)).toEqual([{ kind: "house_diverged", key: "days", facts }]);
  move(house.ledger, "USD", "house", "available", 5);
  expect(store.findings(house)).toEqual([]);
});
