import type { Indicative } from "../../domain/market/phase.ts";
import { encodeImbalance } from "../../protocol/mapping/marketState.ts";

/** What an auction would come to is told at most once a second. */
export const IMBALANCE_MS = 1_000;

/** What is needed: who listens, the auction as it is, where news go, and a timer. */
export interface ImbalancePorts {
  hasListeners(): boolean;
  /** Null while no auction gathers. */
  read(): { readonly indicative: Indicative; readonly at: number } | null;
  /** Null when the auction is over. */
  publish(element: Uint8Array | null): void;
  after(ms: number, run: () => void): void;
}

/**
 * Tells of the auction that gathers: the first change at once, then once a second while there are changes. It is worked
 * out no more often than that, because it takes the whole book, and no timer runs while nothing changes.
 */
export class ImbalancePublisher {
  readonly #symbol: string;
  readonly #ports: ImbalancePorts;
  /** What was told last, without its time. */
  #key = "";
  #windowOpen = false;
  #dirty = false;

  constructor(symbol: string, ports: ImbalancePorts) {
    this.#symbol = symbol;
    this.#ports = ports;
  }

  /** The book has changed. */
  changed(): void {
    if (!this.#ports.hasListeners()) return;
    this.#dirty = true;
    if (!this.#windowOpen) this.#publish();
  }

  /** The auction as it is now; null without one. */
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
