import type { FeedBreaker } from "../../domain/market/feeds/breaker.ts";
import type { FeedItem, FeedState } from "../../domain/market/feeds/feed.ts";
import type { Instrument } from "../../domain/market/instrument.ts";

/** Where quotes and trades come from: a live upstream, or a recorded day. */
export interface FeedSource {
  state(now: number): FeedState;
  /** The instruments to deliver, by symbol. Without any, the source closes. */
  want(instruments: ReadonlyMap<string, Instrument>): void;
  /** Resolves when the newest of a symbol has been delivered, or cannot be now. */
  ready(symbol: string): Promise<void>;
  /** The time of an alarm has come, perhaps after a restart. */
  onAlarm(): void;
  view(): SourceView;
}

export interface SourceView {
  readonly breaker: FeedBreaker;
  readonly heardAt: number | null;
  readonly retryAt: number | null;
  readonly connected: number;
  readonly failed: number;
  readonly refused: number;
}

/** What a source reports to. */
export interface FeedSink {
  readonly items: (items: readonly FeedItem[]) => void;
  /** The state may be another one. */
  readonly stateChanged: () => void;
  /** Called once a second while the source is open. */
  readonly tick: () => void;
}
