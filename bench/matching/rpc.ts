/** Compares calls of an OrderBook with one order and with a hundred: the production bundle, every commit on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { productionVenue, startBooks } from "../bookRig.ts";
import { cpuSince, cpuTime } from "../processCpu.ts";
import { median } from "./statistics.ts";

const SHAPE = { accounts: 500, resting: 5_000, seed: 11 };
const MANY = 100;
/** One call at a time. */
const IN_FLIGHT = 1;

export interface CallCost {
  readonly orders: number;
  /** From sending a call to its answer, including the commit. */
  readonly answerMs: number;
  /** CPU time of the whole process per call, including the book client. */
  readonly cpuMs: number;
}

export interface CallCosts {
  readonly one: CallCost;
  readonly many: CallCost;
}

/** Drives a book with calls of one order and of a hundred in turns, for a number of rounds of some seconds. */
export async function measureCalls(rounds: number, seconds: number): Promise<CallCosts> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-calls-"));
  try {
    const venue = await productionVenue();
    const rig = await startBooks(dir, [venue]);
    try {
      await rig.open(venue.binding, SHAPE);
      const drive = async (perEnvelope: number): Promise<CallCost> => {
        const before = cpuTime(rig.pid());
        const plan = { seconds, commands: Number.MAX_SAFE_INTEGER, perEnvelope, inFlight: IN_FLIGHT };
        const { latencies, seconds: took } = await rig.drive(venue.binding, plan);
        const cpuMs = cpuSince(rig.pid(), before).totalMs / latencies.length;
        // The book client's clock shows whole milliseconds, so the mean of all.
        return { orders: perEnvelope, answerMs: (1000 * took) / latencies.length, cpuMs };
      };
      await drive(MANY);
      const found = { one: [] as CallCost[], many: [] as CallCost[] };
      for (let round = 0; round < rounds; round++) {
        found.one.push(await drive(1));
        found.many.push(await drive(MANY));
      }
      return { one: middle(found.one), many: middle(found.many) };
    } finally {
      await rig.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function middle(costs: readonly CallCost[]): CallCost {
  return {
    orders: costs[0]?.orders ?? 0,
    answerMs: median(costs.map(({ answerMs }) => answerMs)),
    cpuMs: median(costs.map(({ cpuMs }) => cpuMs)),
  };
}
