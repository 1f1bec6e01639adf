import { NO_LIMITS, type PlanLimits } from "../../domain/risk/limits.ts";
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

/** The list, and whether the registry has said within the last two seconds that it is the newest one. */
export interface NewestInstruments {
  readonly list: Instruments;
  readonly confirmed: boolean;
}

/** The list of instruments as the registry had it a moment ago. */
export class CachedInstruments {
  readonly #ports: CachePorts;
  #list: Instruments = SEEDED;
  #revision = 0;
  #askedAt: number | null = null;
  #confirmed = false;
  /** Null until the registry has answered. */
  #plans: readonly PlanLimits[] | null = null;

  constructor(ports: CachePorts) {
    this.#ports = ports;
  }

  /** The list, at most two seconds old; older only while the registry does not answer. */
  async current(): Promise<Instruments> {
    return (await this.newest()).list;
  }

  /**
   * The same, for decisions that must not rest on an old list. Callers do not share one request to the registry, because
   * a runtime may cancel it with the request that sent it.
   */
  async newest(): Promise<NewestInstruments> {
    const now = this.#ports.now();
    const age = this.#askedAt === null ? null : now - this.#askedAt;
    if (age === null || age < 0 || age >= INSTRUMENTS_FRESH_MS) {
      this.#confirmed = await this.#refresh();
      this.#askedAt = now;
    }
    return { list: this.#list, confirmed: this.#confirmed };
  }

  /**
   * The list for symbols that were listed, because an account holds them: when it lacks one, the registry is asked again
   * at once. It still lacks it when the registry does not answer.
   */
  async having(symbols: readonly string[]): Promise<Instruments> {
    const list = await this.current();
    if (symbols.every((symbol) => list.find(symbol) !== undefined)) return list;
    this.#confirmed = await this.#refresh();
    this.#askedAt = this.#ports.now();
    return this.#list;
  }

  /** The limits of a plan, as of the list that was read last; null when none was. */
  planLimits(plan: string): PlanLimits | null {
    if (this.#plans === null) return null;
    return this.#plans.find((each) => each.plan === plan) ?? { plan, version: 0, limits: NO_LIMITS };
  }

  /** False when the registry cannot be asked. */
  async #refresh(): Promise<boolean> {
    try {
      const newer = await this.#ports.since(this.#revision);
      // Another caller's answer may have come first.
      if (newer !== null && newer.revision > this.#revision) {
        this.#list = new InstrumentList([...SEEDED.all, ...newer.instruments]);
        this.#revision = newer.revision;
        this.#plans = newer.plans ?? [];
      }
      this.#plans ??= [];
      return true;
    } catch (error) {
      this.#ports.failed(error);
      return false;
    }
  }
}

type RegistryEnv = Parameters<typeof instrumentRegistryObject>[0];

/** One for each environment that a worker or an object is given: mostly one an isolate. */
const caches = new WeakMap<object, CachedInstruments>();

/** What is listed, at most two seconds old (MK-24). `source`: who asks, for the log. */
export function listedInstruments(env: RegistryEnv, source: string): Promise<Instruments> {
  return cacheOf(env, source).current();
}

/** The same, asked for again when it lacks one of these symbols, which an account holds. */
export function instrumentsHaving(env: RegistryEnv, source: string, symbols: readonly string[]): Promise<Instruments> {
  return cacheOf(env, source).having(symbols);
}

/** The same, and whether the registry has confirmed it. */
export function newestInstruments(env: RegistryEnv, source: string): Promise<NewestInstruments> {
  return cacheOf(env, source).newest();
}

/** The limits of a plan of users, as of the list that was read last; null when none was (RK-14). */
export function planLimitsOf(env: RegistryEnv, source: string, plan: string): PlanLimits | null {
  return cacheOf(env, source).planLimits(plan);
}

function cacheOf(env: RegistryEnv, source: string): CachedInstruments {
  let cache = caches.get(env);
  if (cache === undefined) {
    const since = (revision: number) => instrumentRegistryObject(env).since(revision);
    const failed = (error: unknown) => logEvent(source, "instruments.unreached", { error: String(error) });
    cache = new CachedInstruments({ since, now: () => Date.now(), failed });
    caches.set(env, cache);
  }
  return cache;
}
