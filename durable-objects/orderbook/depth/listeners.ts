import type { DepthPart } from "../../../protocol/rpc/orderBook.ts";
import { DEPTH_PARTS } from "./depthFeed.ts";

/** Key of the relays that listen to depth. */
const KEY = "depthListeners";

/** Storage, and the relays that the book pushes to. */
export interface DepthListenersPorts {
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  relays(): readonly string[];
}

/** Which depth channels each relay asked for at its newest subscription. Survives a restart, as subscriptions do. */
export class DepthListeners {
  readonly #ports: DepthListenersPorts;
  readonly #asked: Map<string, readonly DepthPart[]>;
  #wanted: ReadonlySet<DepthPart>;

  constructor(ports: DepthListenersPorts) {
    this.#ports = ports;
    this.#asked = new Map(Object.entries(ports.kv.get<Record<string, readonly DepthPart[]>>(KEY) ?? {}));
    this.#wanted = new Set([...this.#asked.values()].flat());
  }

  /** The channels that some relay listens to. */
  get wanted(): ReadonlySet<DepthPart> {
    return this.#wanted;
  }

  /** The channels of a relay. */
  of(relay: string): readonly DepthPart[] {
    return this.#asked.get(relay) ?? [];
  }

  /** A relay has subscribed. Relays that the book no longer pushes to are forgotten. */
  subscribed(relay: string, parts: readonly DepthPart[]): void {
    const known = DEPTH_PARTS.filter((part) => parts.includes(part));
    const pushed = new Set(this.#ports.relays());
    const gone = [...this.#asked.keys()].filter((name) => !pushed.has(name));
    if (gone.length === 0 && this.of(relay).join() === known.join()) return;
    for (const name of gone) this.#asked.delete(name);
    if (known.length === 0) this.#asked.delete(relay);
    else this.#asked.set(relay, known);
    this.#wanted = new Set([...this.#asked.values()].flat());
    this.#ports.kv.put(KEY, Object.fromEntries(this.#asked));
  }
}
