import { DurableObject } from "cloudflare:workers";
import type { AssetClass } from "../../domain/market/asset.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { Log } from "../../protocol/log/events.ts";
import { logEvent } from "../../protocol/log/logEvent.ts";
import type { FeedReport, FeedRpc, FeedView } from "../../protocol/rpc/feed.ts";
import { AlarmClock } from "../actor/alarmClock.ts";
import { orderBookObject } from "../actor/namespaces.ts";
import { alpacaUpstream } from "./alpaca.ts";
import { FollowedSymbols } from "./followed.ts";
import { linesOf } from "./recordedLines.ts";
import { ReplaySource } from "./replaySource.ts";
import { feedSettings, type FeedSettings } from "./settings.ts";
import type { FeedSink, FeedSource } from "./source.ts";
import { UpstreamConnection } from "./upstreamConnection.ts";

/** A book waits so long for the newest quote and trade of a symbol that was not followed. */
const READY_MS = 2_000;
const FOLLOWED = "followed";
const BEGUN = "replayBegunAt";

/**
 * The feed of an asset class: one connection to its upstream. An outgoing WebSocket keeps the object awake, so it is open
 * only while books follow symbols. What must survive a restart is which symbols are followed.
 */
export class Feed extends DurableObject<CoreEnv> implements FeedRpc {
  readonly #settings: FeedSettings;
  readonly #assetClass: AssetClass;
  readonly #source: FeedSource | null;
  readonly #followed: FollowedSymbols;
  readonly #alarms: AlarmClock;

  constructor(ctx: DurableObjectState, env: CoreEnv) {
    super(ctx, env);
    this.#assetClass = ctx.id.name === "crypto" ? "crypto" : "us_equity";
    const log: Log = (...call) => logEvent(`feed/${this.#assetClass}`, ...call);
    const now = (): number => Date.now();
    const after = (ms: number, run: () => void): void => void setTimeout(run, ms);
    this.#alarms = new AlarmClock(ctx.storage);
    this.#settings = feedSettings(env);
    this.#followed = new FollowedSymbols({
      report: (report) => orderBookObject(env, report.symbol).priced(report),
      state: () => this.#source?.state(now()) ?? "down",
      changed: (followed) => {
        ctx.storage.kv.put(FOLLOWED, [...followed.values()]);
        this.#source?.want(followed);
      },
      now,
      after,
      log,
    });
    const sink: FeedSink = {
      items: (items) => this.#followed.add(items),
      stateChanged: () => this.#followed.stateChanged(),
      tick: () => this.#followed.tick(),
    };
    this.#source = this.#sourceOf({ sink, now, after, log });
    const kept = ctx.storage.kv.get<Instrument[]>(FOLLOWED) ?? [];
    // A constructor connects nothing: the alarm does.
    for (const instrument of kept) this.#followed.restore(instrument);
    if (kept.length > 0) this.#alarms.armBy(now());
  }

  async follow(instrument: Instrument): Promise<FeedReport> {
    this.#followed.follow(instrument);
    const { symbol } = instrument;
    await Promise.race([this.#source?.ready(symbol), scheduler.wait(READY_MS)]);
    return this.#followed.all(symbol);
  }

  async status(): Promise<FeedView> {
    const now = Date.now();
    const { breaker, heardAt, retryAt, connected, failed, refused } = this.#source?.view() ?? NO_VIEW;
    return {
      assetClass: this.#assetClass,
      source: this.#settings.source,
      state: this.#source?.state(now) ?? "down",
      breaker,
      heardAt,
      retryAt,
      symbols: [...this.#followed.instruments.keys()].sort(),
      counts: { connected, failed, refused, ...this.#followed.counts },
    };
  }

  override alarm(): void {
    this.#alarms.fired();
    const { instruments } = this.#followed;
    if (instruments.size === 0) return;
    this.#source?.want(instruments);
    this.#source?.onAlarm();
  }

  #sourceOf(common: {
    readonly sink: FeedSink;
    readonly now: () => number;
    readonly after: (ms: number, run: () => void) => void;
    readonly log: Log;
  }): FeedSource | null {
    const settings = this.#settings;
    const armBy = (at: number): void => this.#alarms.armBy(at);
    if (settings.source === "none") return null;
    if (settings.source === "alpaca") {
      const reach = alpacaUpstream(this.#assetClass, settings);
      return new UpstreamConnection({ ...common, ...reach, armBy, random: Math.random });
    }
    return new ReplaySource({
      ...common,
      armBy,
      lines: () => linesOf(settings.url),
      speed: settings.speed,
      begunAt: () => this.#begunAt(),
      wait: (ms) => scheduler.wait(ms),
    });
  }

  /** When the recorded day at this address began to be played. */
  #begunAt(): number {
    const { kv } = this.ctx.storage;
    const known = kv.get<{ readonly url: string; readonly at: number }>(BEGUN);
    if (known?.url === this.#settings.url) return known.at;
    const at = Date.now();
    kv.put(BEGUN, { url: this.#settings.url, at });
    return at;
  }
}

const NO_VIEW = {
  breaker: { phase: "closed", failures: 0 },
  heardAt: null,
  retryAt: null,
  connected: 0,
  failed: 0,
  refused: 0,
} as const;
