import { expect, it } from "vitest";
import { seededRandom } from "../../test/rig/random.ts";
import { makeFlow } from "./run/flow.ts";
import { expectedAfter } from "./run/naiveBook.ts";
import { OrderIds } from "./run/orderIds.ts";
import { Runner } from "./run/runner.ts";
import { readStream } from "./run/stream.ts";
import type { Stream } from "./run/stream.ts";
import { BinaryInterface, ORDER_BYTES, REPORT_BYTES, encodeOrders } from "./run/wire.ts";
import { latencyOf, median, percentile } from "./statistics.ts";

/** The bytes of a tape with these messages: type, side, ioc, id, price, quantity. */
function tapeOf(...messages: [number, number, number, number, number, number][]): Uint8Array {
  const bytes = new Uint8Array(16 + 16 * messages.length);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode("TAPE"));
  view.setUint32(4, 1, true);
  view.setUint32(8, messages.length, true);
  for (const [nth, [type, side, ioc, id, price, qty]] of messages.entries()) {
    bytes.set([type, side, ioc], 16 + 16 * nth);
    view.setUint32(20 + 16 * nth, id, true);
    view.setInt32(24 + 16 * nth, price, true);
    view.setUint32(28 + 16 * nth, qty, true);
  }
  return bytes;
}

function reportsOf(stream: Stream) {
  const run = new Runner(stream).start();
  run.finish();
  return run.check();
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Buffer.from(digest).toString("hex");
}

it("writes the challenge's reports, a modify after its trades, with ids of all 32 bits", async () => {
  const large = 2 ** 32 - 1;
  const tape = tapeOf(
    [0, 1, 0, large, 101, 5],
    [0, 0, 0, 7, 100, 3],
    [2, 0, 0, 7, 101, 8],
    [0, 1, 1, 9, 101, 4],
    [1, 0, 0, 7, 0, 0],
    [2, 0, 0, 8, 100, 1],
  );
  const lines = [
    `0,0,1,${large},101,5`,
    "0,1,0,7,100,3",
    `1,2,101,5,${large},7`,
    "3,2,0,7,101,8",
    "0,3,1,9,101,4",
    "1,3,101,3,7,9",
    "2,3,1,9,101",
    "4,4,7",
    "5,5,8",
  ];
  expect(reportsOf(readStream("small", tape))).toEqual({ trades: 2, sha256: await sha256(lines.join("\n")) });
});

it("refuses malformed or truncated streams", () => {
  const tape = tapeOf([0, 0, 0, 1, 100, 1]);
  expect(() => readStream("cut", tape.subarray(0, tape.length - 1))).toThrow("its header says 32");
  expect(() => readStream("other", new TextEncoder().encode("what is this, please?"))).toThrow("not of the format");
  tape[4] = 2;
  expect(() => readStream("later", tape)).toThrow("version 2");
});

it.each(["feed", "deep", "sweep"] as const)("the engine ends a %s as a naive book does", (kind) => {
  const stream = readStream(kind, makeFlow(kind, 5, 100));
  expect(stream.expected).toEqual(expectedAfter(stream.messages, stream.count));
  expect(stream.expected?.trades).toBeGreaterThan(300);
  expect(reportsOf(stream).trades).toBe(stream.expected?.trades);
});

it("detects an engine with another final state", () => {
  const stream = readStream("feed", makeFlow("feed", 5, 1000));
  const last = stream.messages.length - 4;
  stream.messages.set([0, 999_999, 1, 1], last);
  expect(() => reportsOf(stream)).toThrow("did not end as it must: bestBid is 1");
});

it("keeps slots by id as a map does, whatever the ids", () => {
  const random = seededRandom(3);
  const ids = new OrderIds();
  const known = new Map<number, number>();
  // Few enough ids that they come again; half of them differ in their high bits only.
  const draw = () => (random() < 0.5 ? Math.floor(random() * 9_000) : Math.floor(random() * 9_000) << 18);
  for (let nth = 0; nth < 200_000; nth++) {
    const id = draw();
    if (random() < 0.5) {
      ids.set(id, nth);
      known.set(id, nth);
    } else {
      ids.delete(id);
      known.delete(id);
    }
    const other = draw();
    expect(ids.get(other)).toBe(known.get(other) ?? -1);
  }
});

it("accepts orders as bytes with the same reports, and refuses malformed ones", () => {
  const stream = readStream("feed", makeFlow("feed", 5, 100));
  const bytes = encodeOrders(stream);
  const { engine, ids } = new Runner(stream).start();
  engine.events.count = 0;
  const door = new BinaryInterface(engine, ids, stream.setUp);
  const at = stream.setUp * ORDER_BYTES;
  const refused = (change: (copy: DataView) => void) => {
    const copy = new DataView(bytes.buffer.slice(at, at + ORDER_BYTES));
    change(copy);
    expect(door.take(copy, 0)).toBe(REPORT_BYTES);
    return door.reports.getUint8(0) === 255;
  };
  expect(refused((copy) => copy.setUint8(0, 3))).toBe(true);
  expect(refused((copy) => copy.setFloat64(16, 1.5, true))).toBe(true);
  expect(refused((copy) => copy.setInt32(12, 0, true))).toBe(true);
  expect(refused((copy) => copy.setUint32(8, 1, true))).toBe(true);
  expect(refused((copy) => copy.setUint8(47, 1))).toBe(true);
  let reports = 0;
  for (let nth = stream.setUp; nth < stream.count; nth++) reports += door.take(bytes, nth * ORDER_BYTES) / REPORT_BYTES;
  const direct = new Runner(stream).start();
  const before = direct.engine.events.count;
  direct.finish();
  expect(reports).toBe(direct.engine.events.count - before);
});

it("percentiles are measured values minus the cost of the clock", () => {
  expect(percentile([1, 2, 3, 4], 0.5)).toBe(2);
  expect(percentile([1, 2, 3, 4], 1)).toBe(4);
  expect(percentile([], 0.5)).toBeNaN();
  expect(median([9, 1, 5])).toBe(5);
  const durations = Float64Array.from({ length: 1000 }, (_, nth) => 1000 - nth);
  expect(latencyOf(durations, 40)).toEqual({ p50: 460, p99: 950, p999: 959 });
});
