import { CLOSED } from "../../domain/market/feeds/breaker.ts";
import type { FeedItem, FeedState } from "../../domain/market/feeds/feed.ts";
import { SILENT_MS } from "../../domain/market/feeds/liveness.ts";
import { readHeader, ReplayClock } from "../../domain/market/feeds/recording.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Log } from "../../protocol/log/events.ts";
import { readFeedElement } from "../../protocol/mapping/feedElements.ts";
import type { FeedSink, FeedSource, SourceView } from "./source.ts";

/** While a day is played, the books hear that it is this often. */
const TICK_MS = 1_000;

export interface ReplayPorts {
  /** The lines of the recorded day, from its beginning. */
  readonly lines: () => AsyncIterable<string>;
  readonly speed: number;
  /** When the day began to be played, over restarts. */
  readonly begunAt: () => number;
  readonly sink: FeedSink;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly after: (ms: number, run: () => void) => void;
  readonly armBy: (at: number) => void;
  readonly log: Log;
}

/**
 * Plays a recorded day, once (MD-115). Its elements have the times at which they are played. A restart continues where
 * the day is by then; after its end the feed is stale.
 */
export class ReplaySource implements FeedSource {
  readonly #ports: ReplayPorts;
  #wanted: ReadonlyMap<string, Instrument> = new Map();
  #phase: "idle" | "playing" | "over" | "failed" = "idle";
  #refused = 0;
  /** A day that nobody wants is no longer read. */
  #run = 0;

  constructor(ports: ReplayPorts) {
    this.#ports = ports;
  }

  state(): FeedState {
    if (this.#phase === "playing") return "live";
    return this.#phase === "over" ? "stale" : "down";
  }

  view(): SourceView {
    const heardAt = this.#phase === "playing" ? this.#ports.now() : null;
    const failed = this.#phase === "failed" ? 1 : 0;
    return { breaker: CLOSED, heardAt, retryAt: null, connected: this.#run, failed, refused: this.#refused };
  }

  want(instruments: ReadonlyMap<string, Instrument>): void {
    this.#wanted = instruments;
    if (instruments.size === 0) {
      this.#run++;
      if (this.#phase === "playing") this.#phase = "idle";
    } else if (this.#phase === "idle") void this.#play();
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  onAlarm(): void {
    if (this.#wanted.size === 0) return;
    if (this.#phase === "playing") this.#ports.armBy(this.#ports.now() + SILENT_MS);
    else if (this.#phase === "failed") void this.#play();
  }

  async #play(): Promise<void> {
    const { armBy, now, log } = this.#ports;
    const run = ++this.#run;
    this.#setPhase("playing");
    armBy(now() + SILENT_MS);
    this.#tick(run);
    try {
      await this.#playLines(run);
      if (run !== this.#run) return;
      log("feed.recording_over", {});
      this.#setPhase("over");
    } catch (error) {
      if (run !== this.#run) return;
      log("feed.recording_failed", { error: String(error) });
      this.#setPhase("failed");
      armBy(now() + SILENT_MS);
    }
  }

  async #playLines(run: number): Promise<void> {
    const { lines, speed, begunAt, now, wait, sink } = this.#ports;
    const clock = new ReplayClock(begunAt(), speed);
    let header = true;
    let due: FeedItem[] = [];
    const flush = (): void => {
      if (due.length > 0) sink.items(due);
      due = [];
    };
    for await (const line of lines()) {
      if (run !== this.#run) return;
      if (line === "") continue;
      if (header) {
        readHeader(line);
        header = false;
        continue;
      }
      const item = readFeedElement(JSON.parse(line), (symbol) => this.#wanted.get(symbol));
      if (item === "refused") this.#refused++;
      if (typeof item === "string") continue;
      const at = Math.round(clock.dueAt(item.at));
      if (at > now()) {
        flush();
        await wait(at - now());
        if (run !== this.#run) return;
      }
      due.push({ ...item, at });
    }
    flush();
  }

  #tick(run: number): void {
    if (run !== this.#run || this.#phase !== "playing") return;
    this.#ports.sink.tick();
    this.#ports.after(TICK_MS, () => this.#tick(run));
  }

  #setPhase(phase: "playing" | "over" | "failed"): void {
    this.#phase = phase;
    this.#ports.sink.stateChanged();
  }
}
