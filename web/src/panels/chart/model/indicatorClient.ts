/** The page's side of the worker that computes indicators: sends what has changed, keeps the newest values. */
import type { ChartBar } from "./bars.ts";
import { vwapOf } from "./bars.ts";
import type { ChosenIndicator } from "./indicators.ts";
import type { FromIndicators, ToIndicators, Wanted } from "./indicatorMessages.ts";

type Rows = (readonly (number | null)[])[];

export class IndicatorClient {
  readonly #worker: Worker;
  readonly #changed: (id: string, rows: Rows, from: number) => void;
  readonly #rows = new Map<string, Rows>();
  #version = 0;
  /** Bars that the worker has. */
  #sent = 0;
  /** The oldest answer that still counts: those before are about other bars. */
  #since = 0;

  constructor(changed: (id: string, rows: Rows, from: number) => void) {
    this.#changed = changed;
    this.#worker = new Worker(new URL("./indicators.worker.ts", import.meta.url), {
      type: "module",
      name: "indicators",
    });
    this.#worker.onmessage = ({ data }: MessageEvent<FromIndicators>) => this.#take(data);
  }

  /** The values of an indicator by bar; none until they are computed. */
  rows(id: string): readonly (readonly (number | null)[])[] {
    return this.#rows.get(id) ?? [];
  }

  /** Sends bars that have changed, and the list of indicators when that has. */
  send(bars: readonly ChartBar[], from: number, isShare: boolean, chosen?: readonly ChosenIndicator[]): void {
    const begin = Math.min(from, this.#sent);
    const wanted = chosen?.map(({ id, name, parameters }): Wanted => ({ id, name, parameters }));
    this.#version++;
    if (begin === 0) this.#since = this.#version;
    this.#sent = bars.length;
    const message: ToIndicators = {
      version: this.#version,
      from: begin,
      isShare,
      bars: bars.slice(begin).map((bar) => ({
        at: bar.at,
        open: bar.open,
        high: bar.high,
        low: bar.low,
        close: bar.close,
        volume: bar.volume,
        vwap: vwapOf(bar),
      })),
    };
    this.#worker.postMessage(wanted === undefined ? message : { ...message, wanted });
  }

  close(): void {
    this.#worker.terminate();
  }

  #take({ version, values }: FromIndicators): void {
    if (version < this.#since) return;
    for (const [id, { from, rows }] of Object.entries(values)) {
      const known = this.#rows.get(id) ?? [];
      known.length = Math.min(known.length, from);
      known.push(...rows);
      this.#rows.set(id, known);
      this.#changed(id, known, from);
    }
  }
}
