/** How long an order's request took, by hop: what the exchange stamped, and the way to it. */
import { createSignal } from "solid-js";

export interface OrderTiming {
  /** From sending the request to having its answer, ms. */
  readonly total: number;
  /** Of that: on the way there and back, at the edge, and at the account. Null: the answer was not stamped. */
  readonly hops: { readonly network: number; readonly edge: number; readonly account: number } | null;
  /** When the answer came, epoch milliseconds. */
  readonly at: number;
}

const KEPT = 50;

const [timings, setTimings] = createSignal<readonly OrderTiming[]>([]);
/** Of the newest orders, the newest first. */
export { timings as orderTimings };

/** The hops of a request by its `Server-Timing`: `edge` is the whole time at the exchange, `account` a part of it. */
export function hopsOf(total: number, header: string | null): OrderTiming["hops"] {
  const durations = new Map(
    (header ?? "").split(",").map((part) => {
      const [, name = "", ms = ""] = /^\s*([\w-]+)\s*;.*?dur=([\d.]+)/.exec(part) ?? [];
      return [name, Number(ms)];
    }),
  );
  const [edge, account] = [durations.get("edge"), durations.get("account")];
  if (edge === undefined || account === undefined) return null;
  return { network: Math.max(0, total - edge), edge: Math.max(0, edge - account), account };
}

/** Notes the answer to a request that placed, replaced or cancelled orders. */
export function noteOrderTiming(total: number, header: string | null): void {
  const timing = { total, hops: hopsOf(total, header), at: Date.now() };
  setTimings((before) => [timing, ...before].slice(0, KEPT));
}
