import type { NewestInstruments } from "../../../durable-objects/instrumentCache/cachedInstruments.ts";
import type { Instrument } from "../../../domain/market/instrument.ts";
import { InstrumentList, type Instruments } from "../../../domain/market/instruments.ts";
import { SEEDED } from "../../../domain/market/listing.ts";

/** The key of the stored instruments. */
const LISTED_KEY = "listed";

export interface KnownInstrumentsPorts {
  readonly kv: Pick<DurableObjectStorage["kv"], "get" | "put">;
  /** The newest list, and whether the registry has confirmed it. */
  newest(): Promise<NewestInstruments>;
}

/**
 * The list of instruments as a relay knew it last. It is stored, so that `*` means the same when the relay wakes: otherwise
 * the books of symbols that were listed at run time would find no subscriber here.
 */
export class KnownInstruments {
  readonly #ports: KnownInstrumentsPorts;
  #current: Instruments;

  constructor(ports: KnownInstrumentsPorts) {
    this.#ports = ports;
    const stored = ports.kv.get<readonly Instrument[]>(LISTED_KEY);
    this.#current = stored === undefined ? SEEDED : new InstrumentList([...SEEDED.all, ...stored]);
  }

  get current(): Instruments {
    return this.#current;
  }

  /** Asks for the list. Returns whether it is another one; while the registry does not answer, the known one counts. */
  async refresh(): Promise<boolean> {
    const { list, confirmed } = await this.#ports.newest();
    if (!confirmed || list === this.#current) return false;
    this.#current = list;
    const changed = list.all.filter((instrument) => SEEDED.find(instrument.symbol) !== instrument);
    if (changed.length > 0) this.#ports.kv.put(LISTED_KEY, changed);
    return true;
  }
}
