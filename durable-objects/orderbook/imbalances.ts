import type { Indicative } from "../../domain/market/phase.ts";
import { encodeImbalance } from "../../protocol/mapping/marketState.ts";

/** The indicative price of an auction is published at most once a second. */
export const IMBALANCE_MS = 1_000;

/** Subscriptions, the indicative auction, output and timer. */
export interface ImbalancePorts {
  hasListeners(): boolean;
  /** Null outside a call period. */
  read(): { readonly indicative: Indicative; readonly at: number } | null;
  /** Null when the auction is over. */
  publish(element: Uint8Array | null): void;
  after(ms: number, run: () => void): void;
}

/**
 * Publishes the indicative price of an auction: the first change at once, then once a second while it changes. It is
 * computed no more often, because that reads the whole book. No timer runs while nothing changes.
 */
export class ImbalancePublisher {
  readonly #symbol: string;
  readonly #ports: ImbalancePorts;
  /** The published value, without its time. */
  #key = "";
  #windowOpen = false;
  #dirty = false;

  constructor(symbol: string, ports: ImbalancePorts) {
    this.#symbol = symbol;
    this.#ports = ports;
  }

  /** Call after each commit. */
  changed(): void {
    if (!this.#ports.hasListeners()) return;
    this.#dirty = true;
    if (!this.#windowOpen) this.#publish();
  }

  /** The current indicative auction; null when there is none. */
  get newest(): Uint8Array | null {
    return this.#encode(this.#ports.read());
  }

  #encode(read: ReturnType<ImbalancePorts["read"]>): Uint8Array | null {
    return read === null ? null : encodeImbalance({ symbol: this.#symbol, at: read.at, ...read.indicative });
  }

  #publish(): void {
    this.#dirty = false;
    const read = this.#ports.read();
    const key = read === null ? "" : JSON.stringify(read.indicative);
    if (key !== this.#key) {
      this.#key = key;
      this.#ports.publish(this.#encode(read));
    }
    if (read === null) return;
    this.#windowOpen = true;
    this.#ports.after(IMBALANCE_MS, () => {
      this.#windowOpen = false;
      if (this.#dirty) this.#publish();
    });
  }
}
