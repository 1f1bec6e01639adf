import type { Instruments } from "../../../../domain/market/instruments.ts";
import type { SubscriptionMessage } from "../../../../protocol/stream/data.ts";
import type { StreamSession } from "../streamSession.ts";
import { readSpec } from "./spec.ts";

/** Indicators of one client: each may read 5,000 bars when it begins. */
export const INDICATORS_MAX = 20;

export interface IndicatorsAfter {
  readonly ids: readonly string[];
  /** How many are new. */
  readonly added: number;
  /** Names that there is no indicator of. */
  readonly refused: readonly string[];
}

/** The indicators of a session after a message. The test feed has none: its bars are on no tape. */
export function indicatorsAfter(
  { indicators = [], feed }: StreamSession,
  { kind, indicators: named = [] }: SubscriptionMessage,
  instruments: Instruments,
): IndicatorsAfter {
  if (kind === "unsubscribe") {
    const gone = new Set(named.flatMap((name) => [name, readSpec(name, instruments)?.id ?? name]));
    return { ids: named.includes("*") ? [] : indicators.filter((id) => !gone.has(id)), added: 0, refused: [] };
  }
  const read = named.map((name) => ({ name, spec: feed === "test" ? null : readSpec(name, instruments) }));
  const ids = new Set(indicators);
  for (const { spec } of read) if (spec !== null) ids.add(spec.id);
  const refused = read.filter(({ spec }) => spec === null).map(({ name }) => name);
  return { ids: [...ids], added: ids.size - indicators.length, refused };
}
