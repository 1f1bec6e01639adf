import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import { storage } from "../../test/objectStorage.ts";
import { LastTradeRecord } from "./lastTradeRecord.ts";

const made = (tradeId: number, more: Partial<NumberedTrade>): NumberedTrade => ({
  tradeId,
  sequence: tradeId,
  price: 10,
  qty: 5,
  at: 7,
  ...more,
});

test("MD-43, MD-64: taker and session of the last trade are known after a restart, also when a snapshot left them out", () => {
  const disk = new DatabaseSync(":memory:");
  const start = () => new LastTradeRecord(storage(disk).sql);
  let record = start();
  const { sequence: _1, ...last } = made(3, {});
  expect(record.of(null)).toEqual({ last: null });
  expect(record.of(last)).toEqual({ last });
  record.add(made(3, { takerSide: 1, regular: true }));
  const known = { last: { ...last, auction: false, regular: true }, lastTaker: "sell" };
  expect(record.of(last)).toEqual(known);
  // Nothing was written: the journal has the trade.
  expect(start().of(last)).toEqual({ last });
  record.write();
  record = start();
  expect(record.of(last)).toEqual(known);
  const auction = made(4, { auction: true, regular: false });
  record.add(auction);
  record.write();
  const { sequence: _2, auction: _3, regular: _4, ...next } = auction;
  expect(start().of(next)).toEqual({ last: { ...next, auction: true, regular: false } });
  // That of an earlier trade says nothing of a later one.
  expect(start().of({ ...next, tradeId: 5 })).toEqual({ last: { ...next, tradeId: 5 } });
});
