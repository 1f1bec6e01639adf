/**
 * The difference of two clocks from questions and answers, as NTP has it: of the newest samples the one with the shortest
 * way there and back is the best, and its error is at most half of that way.
 */

const KEPT = 16;
/** A sample this old counts only until there is a newer one: clocks drift. */
const OLD_MS = 15 * 60_000;

export interface Sample {
  /** When the question left and the answer came, by this machine's clock. */
  readonly sentAt: number;
  readonly gotAt: number;
  /** When it was answered, by the other clock. */
  readonly answeredAt: number;
}

export interface Offset {
  /** How far this machine's clock is ahead, ms. */
  readonly ms: number;
  /** It is right within so many ms. */
  readonly within: number;
}

export class ClockOffset {
  #samples: Sample[] = [];

  add(sample: Sample): void {
    if (sample.gotAt < sample.sentAt || !Number.isFinite(sample.answeredAt)) return;
    const kept = this.#samples.filter(({ gotAt }) => sample.gotAt - gotAt < OLD_MS && sample.gotAt >= gotAt);
    this.#samples = [...kept, sample].slice(-KEPT);
  }

  /** The best estimate; null without a sample. */
  get best(): Offset | null {
    let best: Sample | null = null;
    for (const sample of this.#samples) if (best === null || way(sample) <= way(best)) best = sample;
    if (best === null) return null;
    return { ms: best.sentAt + way(best) / 2 - best.answeredAt, within: way(best) / 2 };
  }
}

const way = ({ sentAt, gotAt }: Sample): number => gotAt - sentAt;
