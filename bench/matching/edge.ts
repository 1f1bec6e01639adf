/** Measures one order in binary: decode, validate, match, encode. */
import type { Measured } from "./speed.ts";
import { median } from "./statistics.ts";
import type { Stream } from "./run/stream.ts";
import { ORDER_BYTES, REPORT_BYTES } from "./run/wire.ts";

export interface EdgeCost {
  readonly orders: number;
  /** Nanoseconds of one order: median and slowest of the repetitions. */
  readonly medianNs: number;
  readonly worstNs: number;
}

/** Runs a stream's messages as bytes through a binary book. Throws when a message is refused or a report is missing. */
export function measureEdge(
  { Runner, BinaryInterface, encodeOrders }: Measured,
  stream: Stream,
  repetitions: number,
): EdgeCost {
  const runner = new Runner(stream);
  const bytes = encodeOrders(stream);
  const direct = runner.start();
  const before = direct.engine.events.count;
  direct.finish();
  const reports = direct.engine.events.count - before;
  const orders = stream.count - stream.setUp;
  const found: number[] = [];
  for (let nth = -1; nth < repetitions; nth++) {
    const { engine, ids } = runner.start();
    engine.events.count = 0;
    const door = new BinaryInterface(engine, ids, stream.setUp);
    let written = 0;
    const started = performance.now();
    for (let at = stream.setUp * ORDER_BYTES; at < bytes.byteLength; at += ORDER_BYTES) written += door.take(bytes, at);
    const ns = (1e6 * (performance.now() - started)) / orders;
    if (written !== reports * REPORT_BYTES)
      throw new Error(`${written} bytes of reports, and there are ${reports} reports`);
    if (nth >= 0) found.push(ns);
  }
  return { orders, medianNs: median(found), worstNs: Math.max(...found) };
}
