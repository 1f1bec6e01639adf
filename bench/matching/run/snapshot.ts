/** Measures snapshots of a large book: writing and restoring. */
import type { Engine } from "../../../domain/matching/engine/engine.ts";
import { checksum, readBook, slotsInOrder, writeBook } from "../../../domain/matching/engine/snapshot.ts";

export interface SnapshotTimes {
  readonly orders: number;
  readonly bytes: number;
  readonly writeMs: number;
  readonly readMs: number;
  readonly checksumMs: number;
}

/** Writes a book, restores it, and writes it again. Throws when bytes or checksums differ. */
export function roundTrip(engine: Engine): SnapshotTimes {
  const same = (value: number) => value;
  const started = performance.now();
  const written = writeBook(engine, slotsInOrder(engine), same, same);
  const wrote = performance.now();
  const restored = readBook(written);
  const read = performance.now();
  const sum = checksum(written);
  const summed = performance.now();
  const again = writeBook(restored, slotsInOrder(restored), same, same);
  if (again.length !== written.length || again.some((byte, at) => byte !== written[at])) {
    throw new Error("a restored book has other bytes");
  }
  if (checksum(again) !== sum) throw new Error("a restored book has another checksum");
  return {
    orders: engine.bids.size + engine.asks.size,
    bytes: written.length,
    writeMs: wrote - started,
    readMs: read - wrote,
    checksumMs: summed - read,
  };
}
