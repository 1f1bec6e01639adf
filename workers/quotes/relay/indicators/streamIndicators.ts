/** Values of indicators with each bar of a minute, for the clients that subscribe to them. */
import type { Instruments } from "../../../../domain/market/instruments.ts";
import { valuesToWire } from "../../../../protocol/mapping/indicators.ts";
import type { MarketSegment } from "../../../../protocol/rpc/orderBook.ts";
import { indicatorFrame } from "../../../../protocol/stream/data.ts";
import { decodeSegment } from "../../../../protocol/stream/segment.ts";
import type { ReadBars } from "../../indicators/indicatorPage.ts";
import type { StreamSession } from "../streamSession.ts";
import { ConcurrencyLimiter } from "../concurrencyLimiter.ts";
import { Calculation } from "./calculation.ts";
import { type IndicatorSpec, readSpec, symbolOfId } from "./spec.ts";

/** A client that can be sent a frame. */
interface Subscriber {
  readonly session: Pick<StreamSession, "indicators">;
  readonly isSlow: boolean;
  reply(frame: unknown): void;
}

export interface StreamIndicatorPorts {
  /** Those who get the bars of a symbol. */
  subscribers(symbol: string): Iterable<Subscriber>;
  instruments(): Instruments;
  bars(symbol: string): ReadBars;
  failed(symbol: string, error: unknown): void;
}

interface Running {
  readonly spec: IndicatorSpec;
  readonly calculation: Calculation;
  /** The newest frame, as text: a push may be repeated. */
  sent: string;
  /** What is computed, one bar after the other. */
  turn: Promise<void>;
}

/** Calculations at a time of all symbols: each may read 5,000 bars, half a megabyte, when it begins. */
export const CALCULATIONS_MAX = 4;

export class StreamIndicators {
  readonly #calculations = new ConcurrencyLimiter(CALCULATIONS_MAX);
  readonly #ports: StreamIndicatorPorts;
  readonly #running = new Map<string, Running>();

  constructor(ports: StreamIndicatorPorts) {
    this.#ports = ports;
  }

  /** A book has published bars. Resolves when their values are sent. */
  async pushed({ symbol, bars, updatedBars }: MarketSegment): Promise<void> {
    const events = [bars, updatedBars].flatMap((list) => (list === undefined ? [] : decodeSegment(list.bytes)));
    if (events.length === 0) return;
    const wanted = new Set(this.#wanted(symbol));
    for (const id of this.#running.keys()) {
      if (symbolOfId(id) === symbol && !wanted.has(id)) this.#running.delete(id);
    }
    const times = (events as { readonly t: Date }[]).map(({ t }) => t.getTime());
    await Promise.all(Array.from(wanted, (id) => this.#computed(id, times)));
  }

  *#wanted(symbol: string): Generator<string, void> {
    for (const { session } of this.#ports.subscribers(symbol)) {
      for (const id of session.indicators ?? []) if (symbolOfId(id) === symbol) yield id;
    }
  }

  #computed(id: string, times: readonly number[]): Promise<void> {
    const running = this.#running.get(id) ?? this.#start(id);
    if (running === null) return Promise.resolve();
    running.turn = running.turn.then(async () => {
      try {
        for (const at of times) await this.#compute(running, at);
      } catch (error) {
        // The next bar begins again.
        this.#running.delete(id);
        this.#ports.failed(running.spec.symbol, error);
      }
    });
    return running.turn;
  }

  #start(id: string): Running | null {
    const spec = readSpec(id, this.#ports.instruments());
    if (spec === null) return null;
    const calculation = new Calculation(spec, this.#ports.bars(spec.symbol));
    const running = { spec, calculation, sent: "", turn: Promise.resolve() };
    this.#running.set(id, running);
    return running;
  }

  async #compute(running: Running, at: number): Promise<void> {
    const { spec, calculation } = running;
    const values = await this.#calculations.run("", () => calculation.at(at));
    if (values === null) return;
    const { t: _t, ...outputs } = valuesToWire(spec.definition, at, values, 0);
    const frame = indicatorFrame(spec.symbol, spec.id, at, outputs);
    const text = JSON.stringify(frame);
    if (text === running.sent) return;
    running.sent = text;
    for (const subscriber of this.#ports.subscribers(spec.symbol)) {
      if (!subscriber.isSlow && subscriber.session.indicators?.includes(spec.id)) subscriber.reply(frame);
    }
  }
}
