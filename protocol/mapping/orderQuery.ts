/** Reads the query of GET /v2/orders into the filter of an account. */
import type { Instruments } from "../../domain/market/instruments.ts";
import { canonicalSymbol } from "./assets.ts";
import type { Instant } from "../wire/instant.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import type { OrderFilter } from "../rpc/orderFilter.ts";
import { orderListQuery } from "../wire/query.ts";

/** Reads the query of GET /v2/orders. An asset class becomes the symbols of that class. */
export function readOrderFilter(query: URLSearchParams, instruments: Instruments): Read<OrderFilter> {
  const read = readQuery(orderListQuery, query);
  if (!read.ok) return read;
  const { asset_class: classes, before_order_id: beforeOrderId, after_order_id: afterOrderId, ...asked } = read.value;
  const { after, until, ...rest } = asked;
  const named = rest.symbols?.map((name) => canonicalSymbol(name, instruments)) ?? null;
  const symbols =
    classes === null ? named : ofClass(classes, instruments).filter((symbol) => named?.includes(symbol) ?? true);
  const ids = { beforeOrderId, afterOrderId, knownIds: true } as const;
  return { ok: true, value: { ...rest, ...boundsOf(after, until), symbols, ...ids } };
}

/** Exclusive bounds in whole microseconds, and in milliseconds for accounts of an earlier release. */
function boundsOf(
  after: Instant | null,
  until: Instant | null,
): Pick<OrderFilter, "after" | "until" | "afterMicros" | "untilMicros"> {
  const afterMicros = after?.micros ?? null;
  const untilMicros = until === null ? null : until.micros + (until.more ? 1 : 0);
  return {
    after: afterMicros === null ? null : Math.floor(afterMicros / 1_000),
    until: untilMicros === null ? null : Math.ceil(untilMicros / 1_000),
    afterMicros,
    untilMicros,
  };
}

function ofClass(classes: readonly string[], instruments: Instruments): string[] {
  return instruments.all.filter(({ assetClass }) => classes.includes(assetClass)).map(({ symbol }) => symbol);
}
