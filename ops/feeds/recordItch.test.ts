import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { encodeItch, itchFile } from "../../domain/market/feeds/itch/testing.ts";
import { recordItch } from "./recordItch.ts";

const folder = mkdtempSync(join(tmpdir(), "itch-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** 9:30 in New York, in nanoseconds since midnight. */
const OPEN = 34_200_000_000_000n;
const order = (ref: number, stock: string) =>
  encodeItch("A", { ref, stock, side: "B", shares: 100, price: 2_680_000, timestamp: OPEN });
const file = itchFile([
  order(1, "AAPL"),
  order(2, "MSFT"),
  encodeItch("E", { ref: 1, shares: 40, match: 7, timestamp: OPEN + 5_000_000n }),
]);

async function record(name: string, bytes: Uint8Array, symbols: ReadonlySet<string> | null) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const lines: unknown[] = [];
  const counts = await recordItch({ file: path, day: "2026-11-30", symbols }, (line) => lines.push(JSON.parse(line)));
  return { lines, counts };
}

test("MD-116: a file of ITCH becomes a recorded day, in New York's time, compressed or not", async () => {
  const { lines, counts } = await record("day.gz", gzipSync(file), new Set(["AAPL"]));
  expect(lines).toEqual([
    { format: "edge-feed/1", day: "2026-11-30", source: "itch5.0" },
    { T: "q", S: "AAPL", t: "2026-11-30T14:30:00.000Z", bp: 268, bs: 100, ap: 0, as: 0 },
    { T: "t", S: "AAPL", t: "2026-11-30T14:30:00.005Z", i: 7, p: 268, s: 40 },
    { T: "q", S: "AAPL", t: "2026-11-30T14:30:00.005Z", bp: 268, bs: 60, ap: 0, as: 0 },
  ]);
  expect(counts).toEqual({ elements: 3, unlisted: 1, unknownOrders: 0 });
  expect((await record("day", file, null)).lines).toHaveLength(5);
});

test("MD-116: a file that was cut off is no recorded day", async () => {
  await expect(record("cut", file.subarray(0, 50), null)).rejects.toThrow("cut off");
});
