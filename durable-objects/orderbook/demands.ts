import type { DepthPart } from "../../protocol/rpc/orderBook.ts";
import type { Demand } from "../../protocol/stream/channels.ts";
import { DEPTH_PARTS } from "./depth/depthFeed.ts";

/** Keys of the relays that ask for depth, and for bars: a release without bars reads only the first. */
const DEPTH_KEY = "depthListeners";
const BARS_KEY = "barListeners";

/** Storage, and the relays that the book pushes to. */
export interface DemandsPorts {
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  relays(): readonly string[];
}

/** What each relay asked for at its newest subscription. Survives a restart, as subscriptions do. */
export class Demands {
  readonly #ports: DemandsPorts;
  readonly #asked: Map<string, readonly Demand[]>;
  #depth: ReadonlySet<DepthPart>;

  constructor(ports: DemandsPorts) {
    this.#ports = ports;
    const { kv } = ports;
    this.#asked = new Map(Object.entries(kv.get<Record<string, readonly Demand[]>>(DEPTH_KEY) ?? {}));
    for (const relay of kv.get<readonly string[]>(BARS_KEY) ?? []) this.#asked.set(relay, [...this.of(relay), "bars"]);
    this.#depth = this.#depthOfAll();
  }

  /** The depth channels that some relay asks for. */
  get depth(): ReadonlySet<DepthPart> {
    return this.#depth;
  }

  /** Whether a relay that the book pushes to asks for bars. */
  get bars(): boolean {
    return this.#ports.relays().some((relay) => this.of(relay).includes("bars"));
  }

  of(relay: string): readonly Demand[] {
    return this.#asked.get(relay) ?? [];
  }

  /** A relay has subscribed. Relays that the book no longer pushes to are forgotten. */
  subscribed(relay: string, demands: readonly Demand[]): void {
    const known = [...DEPTH_PARTS, "bars" as const].filter((demand) => demands.includes(demand));
    const pushed = new Set(this.#ports.relays());
    const gone = [...this.#asked.keys()].filter((name) => !pushed.has(name));
    if (gone.length === 0 && this.of(relay).join() === known.join()) return;
    for (const name of gone) this.#asked.delete(name);
    if (known.length === 0) this.#asked.delete(relay);
    else this.#asked.set(relay, known);
    this.#depth = this.#depthOfAll();
    this.#store();
  }

  #depthOfAll(): ReadonlySet<DepthPart> {
    return new Set([...this.#asked.values()].flatMap(depthOf));
  }

  #store(): void {
    const depth = [...this.#asked].map(([relay, demands]) => [relay, depthOf(demands)] as const);
    this.#ports.kv.put(DEPTH_KEY, Object.fromEntries(depth.filter(([, parts]) => parts.length > 0)));
    const bars = [...this.#asked].flatMap(([relay, demands]) => (demands.includes("bars") ? [relay] : []));
    const stored = this.#ports.kv.get<readonly string[]>(BARS_KEY) ?? [];
    if (bars.join() !== stored.join()) this.#ports.kv.put(BARS_KEY, bars);
  }
}

/** The depth channels among demands. */
export function depthOf(demands: readonly Demand[]): DepthPart[] {
  return DEPTH_PARTS.filter((part) => demands.includes(part));
}
