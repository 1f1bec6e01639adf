import { expect, test } from "vitest";
import { applyEntry } from "../../domain/account/apply.ts";
import { balances } from "../../domain/account/ledger/ledger.ts";
import { applyTransferCommand } from "../../domain/account/ledger/postings.ts";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import { fundedAccount, recorder } from "../../domain/account/testing.ts";
import { InstrumentList } from "../../domain/market/instruments.ts";
import { requireInstrument, SEEDED } from "../../domain/market/listing.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { storage } from "../../test/objectStorage.ts";
import type { NewestInstruments } from "../instrumentCache/cachedInstruments.ts";
import { TransferService } from "./transferService.ts";

const NOW = 1_760_000_000_000;
const FROM = "transfers/world";
const WITH_ZED = new InstrumentList([...SEEDED.all, { ...requireInstrument("AAPL"), ...assetOf("ZED") }]);

test("MK-21, ID-81: an approved deposit of shares is not refused because the list of instruments cannot be confirmed", async () => {
  const state = fundedAccount("a", 0, {});
  const out = recorder();
  let newest: NewestInstruments = { list: SEEDED, confirmed: false };
  const service = new TransferService({
    sql: storage().sql as never,
    deposits: { deposit: () => undefined },
    state: () => state,
    erased: () => false,
    answered: () => undefined,
    newestInstruments: async () => newest,
    decideAfterTimers: async (decide) => {
      const { entries, outcome } = decide(state, NOW);
      for (const entry of entries) applyEntry(state, entry, NOW, out);
      return outcome;
    },
    decideUnlessClosed: () => expect.fail("no client asks"),
  });
  const arrives = (transferId: string, symbol: string) => {
    const deposit = { kind: "post_deposit", transferId, reference: transferId, symbol, amount: "5" } as const;
    const by = { requestedBy: "ann", approvedBy: "ben", origin: NO_ORIGIN };
    applyTransferCommand(state, FROM, { ...deposit, ...by }, NOW, out);
    return service.decidePostings();
  };
  await arrives("t1", "ZED");
  expect([service.hasPostings, out.transfers]).toEqual([true, []]);
  newest = { list: WITH_ZED, confirmed: true };
  await service.decidePostings();
  expect(out.transfers).toMatchObject([{ notice: { transferId: "t1", result: "posted", refusal: null } }]);
  expect(balances(state.ledger, "ZED").available).toBe(5_000_000);
  // What is known needs no confirmation.
  newest = { list: WITH_ZED, confirmed: false };
  await arrives("t2", "ZED");
  newest = { list: WITH_ZED, confirmed: true };
  await arrives("t3", "NOSUCH");
  expect(out.transfers.slice(1)).toMatchObject([
    { notice: { transferId: "t2", result: "posted" } },
    { notice: { transferId: "t3", result: "refused", refusal: "asset_not_found" } },
  ]);
  expect(service.hasPostings).toBe(false);
});
