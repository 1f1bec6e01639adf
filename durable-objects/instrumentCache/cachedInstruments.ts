import { InstrumentList } from "../../domain/market/instruments.ts";
import type { Instruments } from "../../domain/market/instruments.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import type { InstrumentRegistryRpc } from "../../protocol/rpc/instrumentRegistry.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import { instrumentRegistryObject } from "../actor/namespaces.ts";

/** A list of instruments is used for so long before the registry is asked again (MK-24). */
export const INSTRUMENTS_FRESH_MS = 2_000;

export interface CachePorts {
  since: InstrumentRegistryRpc["since"];
  now(): number;
  /** The registry cannot be asked: what is known counts. */
  failed(error: unknown): void;
}

/** The list of instruments as the registry had it a moment ago. */
export class CachedInstruments {
  readonly #ports: CachePorts;
  #list: Instruments = SEEDED;
  #revision = 0;
  #askedAt: number | null = null;

  constructor(ports: CachePorts) {
    this.#ports = ports;
  }

  /** The list, at most two seconds old; older only while the registry does not answer. */
  async current(): Promise<Instruments> {
    const now = this.#ports.now();
    const age = this.#askedAt === null ? null : now - this.#askedAt;
    if (age !== null && age >= 0 && age < INSTRUMENTS_FRESH_MS) return this.#list;
    this.#askedAt = now;
    try {
      const newer = await this.#ports.since(this.#revision);
      if (newer !== null) {
        this.#list = new InstrumentList([...SEEDED.all, ...newer.instruments]);
        this.#revision = newer.revision;
      }
    } catch (error) {
      this.#ports.failed(error);
    }
    return this.#list;
  }
}

type RegistryEnv = Parameters<typeof instrumentRegistryObject>[0];

/** One for each environment that a worker or an object is given: mostly one an isolate. */
const caches = new WeakMap<object, CachedInstruments>();

/** What is listed, at most two seconds old (MK-24). `source`: who asks, for the log. */
export function listedInstruments(env: RegistryEnv, source: string): Promise<Instruments> {
  let cache = caches.get(env);
  if (cache === undefined) {
    const since = (revision: number) => instrumentRegistryObject(env).since(revision);
    const failed = (error: unknown) => logEvent(source, "instruments.unreached", { error: String(error) });
    cache = new CachedInstruments({ since, now: () => Date.now(), failed });
    caches.set(env, cache);
  }
  return cache.current();
}
