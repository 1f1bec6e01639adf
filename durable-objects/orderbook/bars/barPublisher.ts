import type { Bar } from "../../../domain/market/bars/bar.ts";
import { MINUTE } from "../../../domain/market/newYork.ts";
import { barElements } from "../../../protocol/mapping/barElements.ts";
import type { ElementList, EventParts } from "../../../protocol/rpc/orderBook.ts";

/** A bar is published so long after its minute: a commit of the minute may take that long to be durable. */
export const BAR_DELAY_MS = 250;
/** The alarm that publishes what a restart has left. */
const ALARM_MS = 5_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 60_000;

/** Key of what is published. */
const KEY = "bars";

/** The beginning of the newest minute whose bar is published, and the newest bar: a relay may have missed the push. */
interface Published {
  readonly through: number;
  readonly newest: ElementList | null;
}

/** The minute bars from one time to another, both included, and the bar of the day of the last one. */
export interface BarsRead {
  readonly minutes: readonly Bar[];
  readonly day: Bar | null;
}

/** The tape, subscriptions, storage, alarm and clock of a book. */
export interface BarPorts {
  /** Whether some relay asks for bars. */
  isWanted(): boolean;
  /** The time of the newest trade; 0 before the first. */
  lastTradeAt(): number;
  /** The tape has all trades of the book afterwards. Rejects when it cannot take them. */
  flush(): Promise<void>;
  read(from: number, to: number): Promise<BarsRead>;
  publish(parts: EventParts): void;
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  now(): number;
  armBy(at: number): void;
  failed(error: unknown): void;
}

const minuteOf = (at: number): number => at - (at % MINUTE);
/** The newest minute whose bar is due at a time. */
const lastDue = (now: number): number => minuteOf(now - BAR_DELAY_MS) - MINUTE;

/**
 * Publishes the bars of the tape: that of a minute once it is over, again when it gets a late trade, and that of the day
 * with it. So they are the bars that REST gives, and whole ones however late a relay subscribes. It runs by the alarm of
 * the book, which is set only while a relay asks for bars and a minute has traded.
 */
export class BarPublisher {
  readonly #symbol: string;
  readonly #ports: BarPorts;
  #published: Published | null;
  /** The oldest minute that may have traded and is not published; null when there is none. */
  #pending: number | null = null;
  /** Published minutes that have traded since, and when they are published again. */
  readonly #late = new Set<number>();
  #lateDue = 0;
  #isRunning = false;
  #failures = 0;
  #retryAt = 0;
  /** The day's bar that was published last. */
  #day = "";

  constructor(symbol: string, ports: BarPorts) {
    this.#symbol = symbol;
    this.#ports = ports;
    this.#published = ports.kv.get<Published>(KEY) ?? null;
    if (this.#published !== null) this.#pending = this.#unpublishedAfter(this.#published.through);
  }

  /** The newest published bar while somebody asks for bars, for a relay that may have missed it. */
  get newest(): EventParts {
    const newest = this.#published?.newest ?? null;
    return newest === null || !this.#ports.isWanted() ? {} : { bars: newest };
  }

  /** The first relay asks for bars: the bar of the present minute will be the first one. */
  begin(): void {
    const through = lastDue(this.#ports.now());
    this.#store({ through, newest: null });
    this.#late.clear();
    this.#pending = this.#unpublishedAfter(through);
    this.arm();
  }

  /** Call after each commit with its trades. */
  changed(trades: readonly { readonly at: number }[]): void {
    if (this.#published === null) return;
    const { through } = this.#published;
    for (const { at } of trades) {
      const isLate = at < through + MINUTE;
      // Mostly another trade of the minute.
      if (!isLate && this.#pending !== null) continue;
      if (!this.#ports.isWanted()) return;
      if (isLate) this.#noteLate(at);
      else this.#pending = minuteOf(at);
      this.arm();
    }
  }

  #noteLate(at: number): void {
    if (this.#late.size === 0) this.#lateDue = this.#ports.now() + BAR_DELAY_MS;
    this.#late.add(minuteOf(at));
  }

  /** Sets the alarm when a bar is or will be due. Call it when the object has started, too. */
  arm(): void {
    const due = this.#dueAt();
    if (due !== null) this.#ports.armBy(due);
  }

  /** Call it from the alarm of the book. */
  async onAlarm(): Promise<void> {
    const due = this.#dueAt();
    if (due === null || this.#isRunning) return;
    const now = this.#ports.now();
    if (due > now) return this.#ports.armBy(due);
    this.#isRunning = true;
    // A restart meanwhile leaves an alarm.
    this.#ports.armBy(now + ALARM_MS);
    try {
      await this.#publish();
      this.#failures = 0;
    } catch (error) {
      this.#retryAt = this.#ports.now() + Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** this.#failures++);
      this.#ports.failed(error);
    }
    this.#isRunning = false;
    this.arm();
  }

  /** When the next bar is due; null when nothing has traded since the last one, or nobody asks for bars. */
  #dueAt(): number | null {
    if (!this.#ports.isWanted()) return null;
    const dues = this.#pending === null ? [] : [this.#pending + MINUTE + BAR_DELAY_MS];
    if (this.#late.size > 0) dues.push(this.#lateDue);
    if (dues.length === 0) return null;
    const due = Math.min(...dues);
    return this.#failures === 0 ? due : Math.max(due, this.#retryAt);
  }

  #unpublishedAfter(through: number): number | null {
    return this.#ports.lastTradeAt() >= through + MINUTE ? through + MINUTE : null;
  }

  async #publish(): Promise<void> {
    const { through } = this.#published ?? { through: 0 };
    const late = [...this.#late];
    const to = Math.max(through, lastDue(this.#ports.now()));
    await this.#ports.flush();
    const { minutes, day } = await this.#ports.read(Math.min(through + MINUTE, ...late), to);
    const fresh = minutes.filter(({ at }) => at > through);
    const updated = minutes.filter(({ at }) => at <= through && late.includes(at));
    for (const minute of late) this.#late.delete(minute);
    const newest = fresh.at(-1);
    const parts: { -readonly [P in keyof EventParts]: ElementList } = {};
    if (fresh.length > 0) parts.bars = barElements("bars", this.#symbol, fresh);
    if (updated.length > 0) parts.updatedBars = barElements("updatedBars", this.#symbol, updated);
    if (day !== null && minutes.length > 0 && this.#isNewDay(day)) {
      parts.dailyBars = barElements("dailyBars", this.#symbol, [day]);
    }
    const kept = newest === undefined ? (this.#published?.newest ?? null) : barElements("bars", this.#symbol, [newest]);
    this.#store({ through: to, newest: kept });
    this.#pending = this.#unpublishedAfter(to);
    if (Object.keys(parts).length > 0) this.#ports.publish(parts);
  }

  /** Whether the bar of the day has changed since it was published. */
  #isNewDay({ at, count }: Bar): boolean {
    const day = `${at} ${count}`;
    const isNew = day !== this.#day;
    this.#day = day;
    return isNew;
  }

  #store(published: Published): void {
    this.#published = published;
    try {
      this.#ports.kv.put(KEY, published);
    } catch (error) {
      // The book trades on when this fails.
      this.#ports.failed(error);
    }
  }
}
