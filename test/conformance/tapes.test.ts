/** Recorded order flow: the challenge's tapes, with the report stream on which 160 engines agree, and a real feed. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { drive } from "../../bench/matching/run/drive.ts";
import { loadStream } from "../../bench/matching/files.ts";
import { OrderIds } from "../../bench/matching/run/orderIds.ts";
import { hashReports } from "../../bench/matching/run/reports.ts";
import { Engine } from "../../domain/matching/engine/engine.ts";
import type { BookCommand } from "../../domain/matching/messages.ts";
import { lineOf } from "../model/compare.ts";
import { assertEqual } from "../model/assert.ts";
import { NaiveMarket } from "../model/naiveMarket/market.ts";
import { RealMarket } from "../model/realMarket.ts";
import { viewOf } from "../model/view.ts";

const DATA = fileURLToPath(new URL("../../../shared/data", import.meta.url));
const TAPES = [
  ["normal", 2_204_643, "e9b2e3926854410b01a035aeb25dd05f1e597c233be8263de9eb49b6713d367e"],
  ["flash-crash", 2_211_931, "cff8d3f94b709fc64a8b2058a6ca4fb6920364904796e46906895e362d2bb16b"],
] as const;

describe.skipIf(!existsSync(DATA))(`recorded order flow (skipped where ${DATA} is missing)`, () => {
  test.each(TAPES)("OB-1, OB-20: the report stream of the tape %s is the expected one", (name, reports, sha) => {
    const stream = loadStream(`${DATA}/matching/${name}.tape.gz`);
    const engine = new Engine();
    const ends = new Int32Array(stream.count);
    drive(engine, new OrderIds(), stream.messages, 0, stream.count, ends);
    expect(engine.events.count).toBe(reports);
    expect(hashReports(engine.events, ends)).toBe(sha);
  });

  test("OB-1: five hours of a real market give the same reports in the market and in the naive one", () => {
    const [real, naive] = [new RealMarket("BTC/USD"), new NaiveMarket("BTC/USD")];
    let fills = 0;
    for (const [nth, command] of feed().entries()) {
      const reports = real.apply("account/feed", command, nth).map(lineOf);
      const expected = naive.apply("account/feed", command, nth).map(lineOf);
      assertEqual(reports.join(), expected.join(), "OB-1: the reports are those of the naive market");
      if (nth % 500 === 0) expect(real.view().shown).toEqual(viewOf(naive).shown);
      fills += reports.filter((line) => line.includes("kind=fill")).length;
    }
    expect(fills).toBeGreaterThan(1_000);
  });
});

/** The order flow of the feed, replayed as the README.md of the data describes. */
function feed(): BookCommand[] {
  const text = gunzipSync(readFileSync(`${DATA}/orders/bitstamp-2015-05-01.csv.gz`)).toString();
  return text
    .split("\n")
    .slice(1)
    .flatMap((line): BookCommand[] => {
      const [orderId = "", , , price, volume, action, direction] = line.replaceAll('"', "").split(",");
      if (action === "deleted") return [{ kind: "cancel", orderId }];
      if (action !== "created") return [];
      const side = direction === "bid" ? "buy" : "sell";
      const terms = { timeInForce: "gtc", market: false, expiresAt: null } as const;
      const [units, qty] = [Math.round(Number(price) * 100) * 100, Math.round(Number(volume))];
      return [{ kind: "new", orderId, side, price: units, qty, ...terms }];
    });
}
