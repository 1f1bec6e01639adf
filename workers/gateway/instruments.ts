import type { Instrument } from "../../domain/market/instrument.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { listedInstruments } from "../../durable-objects/instrumentCache/cachedInstruments.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { AppContext, Bindings } from "./context.ts";

/** What is listed, at most two seconds old (MK-24). */
export function instrumentsOf(env: Bindings): Promise<Instruments> {
  return listedInstruments(env, "gateway");
}

/** The instrument that a client names; the request ends when it was never listed. */
export async function namedInstrument(c: AppContext, name: string): Promise<Instrument> {
  const instrument = (await instrumentsOf(c.env)).find(name);
  if (instrument === undefined) throw new ApiFault({ reason: "no_such_asset", symbol: name.slice(0, NAME_MAX) });
  return instrument;
}

/** An error does not repeat a name that is longer than any. */
const NAME_MAX = 36;
