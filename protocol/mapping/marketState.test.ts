import { decode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import type { HaltReason, MarketStatus, Phase } from "../../domain/market/phase.ts";
import { decodeSegment, segmentToJson } from "../stream/segment.ts";
import { encodeBands, encodeImbalance, encodeStatus } from "./marketState.ts";

const since = Date.UTC(2026, 10, 20, 14, 30, 0, 5);
const until = since + 300_000;
const open: MarketStatus = {
  phase: "continuous",
  session: "regular",
  since,
  until: null,
  halt: null,
  calendar: "us_equities",
  bands: null,
  limitState: null,
};
const symbol = "AAPL";

describe("MD-30: a status", () => {
  it("has Alpaca's fields as texts, and the exchange's own fields", () => {
    const common = { T: "s", S: "AAPL", z: "C", t: new Date(since) };
    expect(decode(encodeStatus(symbol, open))).toEqual({
      ...common,
      sc: "T",
      sm: "Trading Resumption",
      rc: "",
      rm: "",
      phase: "continuous",
      session: "regular",
    });
    const paused: MarketStatus = { ...open, phase: "halted", halt: "luld", until };
    expect(decode(encodeStatus(symbol, paused))).toEqual({
      ...common,
      sc: "P",
      sm: "Volatility Trading Pause",
      rc: "LUDP",
      rm: "Volatility Trading Pause",
      phase: "halted",
      session: "regular",
      until: new Date(until),
    });
    expect(JSON.parse(segmentToJson(encodeStatus(symbol, paused)))).toMatchObject({
      t: "2026-11-20T14:30:00.005Z",
      until: "2026-11-20T14:35:00.005Z",
    });
  });

  const codes = (phase: Phase, halt: HaltReason | null = null): string => {
    const { sc, rc } = decode(encodeStatus(symbol, { ...open, phase, halt })) as { sc: string; rc: string };
    return `${sc} ${rc}`;
  };

  it("is trading, quotation only or closed by its phase", () => {
    const phases: Phase[] = ["pre_open", "opening_auction", "continuous", "closing_auction", "closed"];
    expect(phases.map((phase) => codes(phase))).toEqual(["Q ", "Q ", "T ", "Q ", "C "]);
    expect(codes("reopening_auction")).toBe("Q T7");
  });

  it.each([
    ["manual", "H O1"],
    ["news", "H T1"],
    ["luld", "P LUDP"],
    ["breaker_1", "H MWC1"],
    ["breaker_2", "H MWC2"],
    ["breaker_3", "H MWC3"],
  ] as const)("names the reason of a halt: %s", (reason, halted) => {
    expect(codes("halted", reason)).toBe(halted);
  });
});

describe("MD-31: price bands", () => {
  const bands = { lower: 2_550_000, upper: 2_820_000, reference: 2_685_000, since: since + 30_000 };

  it("have upper, lower and reference price, the time since which they hold, and the side of a limit state", () => {
    const leaning: MarketStatus = { ...open, bands, limitState: { side: "upper", since: since + 40_000 } };
    expect(decode(encodeBands(symbol, { ...open, bands }))).toEqual({
      T: "l",
      S: "AAPL",
      z: "C",
      u: 282,
      d: 255,
      i: "B",
      ref: 268.5,
      limit: "",
      t: new Date(since + 30_000),
    });
    expect(decode(encodeBands(symbol, leaning))).toMatchObject({ limit: "upper", t: new Date(since + 40_000) });
  });

  it("have an indicator when there are none, and when a halt suspends them", () => {
    expect(decode(encodeBands(symbol, open))).toMatchObject({ u: 0, d: 0, i: "F", t: new Date(since) });
    expect(decode(encodeBands(symbol, { ...open, phase: "halted", bands }))).toMatchObject({ u: 282, i: "D" });
    expect(decode(encodeBands(symbol, { ...open, phase: "reopening_auction" }))).toMatchObject({ u: 0, i: "D" });
  });
});

describe("MD-32: an imbalance", () => {
  const indicative = { price: 2_685_050, paired: 1_500_000, imbalance: 250_000, reference: 2_680_000 };

  it("has the price of the auction, paired and unpaired quantity, and side", () => {
    const bytes = encodeImbalance({ symbol, at: since, ...indicative, imbalanceSide: "sell" });
    expect(decodeSegment(bytes)).toEqual([
      {
        T: "i",
        S: "AAPL",
        z: "C",
        p: 268.505,
        paired: 1.5,
        imbalance: 0.25,
        side: "sell",
        ref: 268,
        t: new Date(since),
      },
    ]);
  });

  it("is price 0 when nothing would match", () => {
    const nothing = { price: null, paired: 0, imbalance: 0, imbalanceSide: null, reference: 2_680_000 };
    expect(decode(encodeImbalance({ symbol, at: since, ...nothing }))).toMatchObject({ p: 0, side: "", ref: 268 });
  });
});
