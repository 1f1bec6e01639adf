import { expect, test } from "vitest";
import { assetOf } from "../../../domain/market/asset.ts";
import { InstrumentList, type Instruments } from "../../../domain/market/instruments.ts";
import { requireInstrument, SEEDED } from "../../../domain/market/listing.ts";
import { KnownInstruments } from "./knownInstruments.ts";

const ZED = { ...requireInstrument("AAPL"), ...assetOf("ZED"), version: 1 };

test("MK-24: a relay that wakes has the list that it knew, and keeps it while the registry does not answer", async () => {
  const stored = new Map<string, unknown>();
  const kv = {
    get: <T>(key: string) => structuredClone(stored.get(key)) as T | undefined,
    put: (key: string, value: unknown) => void stored.set(key, structuredClone(value)),
  };
  let list: Instruments | null = SEEDED;
  const newest = async () => ({ list: list ?? SEEDED, confirmed: list !== null });
  const first = new KnownInstruments({ kv, newest });
  expect([await first.refresh(), stored.size]).toEqual([false, 0]);
  list = new InstrumentList([...SEEDED.all, ZED]);
  expect(await first.refresh()).toBe(true);
  expect(first.current.find("ZED")).toMatchObject({ version: 1 });
  list = null;
  const woken = new KnownInstruments({ kv, newest });
  expect(await woken.refresh()).toBe(false);
  expect(woken.current.all).toEqual([...SEEDED.all, ZED]);
});
