import { chainHashHex } from "../auditChain.ts";
import type { ChainPosition } from "../auditWriter.ts";
import type { Difference, DifferenceKind } from "./difference.ts";
import { fieldsOf, lineAt } from "./rows.ts";
import type { StoredEvent } from "./rows.ts";

/** A position of the chain with the hash that a signed checkpoint, the shard itself or the row of its head states. */
export interface Anchor extends ChainPosition {
  /** Completes "… does not have the hash that … has". */
  readonly source: string;
}

/** Differences reported per chain. The first one decides; a few more show the extent of the damage. */
const DIFFERENCES_MAX = 20;
/**
 * Missing positions that later events are compared with, and misplaced events that later positions are compared with.
 */
const LOST_MAX = 8;

/** An event whose stored hash differs from the computed one. The next event shows which of the two is wrong. */
interface Suspect {
  readonly event: StoredEvent;
  readonly computed: string;
}

/** A position without its event, which may be stored at another position. */
interface Lost {
  readonly seq: number;
  readonly previous: string;
  readonly reported: Difference;
}

/** An event stored at a position that another event has. */
interface Stray {
  readonly event: StoredEvent;
  readonly reported: Difference;
}

/** Recomputes the hash chain of one shard from its events in CHAIN_ORDER. */
export class ChainVerifier {
  readonly differences: Difference[] = [];
  /** The first event whose columns were altered, and the hash that it follows. */
  altered: { readonly previous: string; readonly event: StoredEvent } | null = null;
  readonly #shard: number;
  #events = 0;
  /** The last position that verified, or that the chain continues from after a difference. */
  #last: ChainPosition;
  #suspect: Suspect | null = null;
  #lost: Lost[] = [];
  #strays: Stray[] = [];
  /** Anchors that are not reached yet, in order. */
  #anchors: Anchor[] = [];
  /** The last anchor that matched, or the beginning. */
  #sound: number;
  #rewritten = false;

  /** `start` is the position before the first event. */
  constructor(shard: number, start: ChainPosition) {
    this.#shard = shard;
    this.#last = start;
    this.#sound = start.seq;
  }

  get last(): ChainPosition {
    return this.#last;
  }

  /** The sequence through which events were added: that of one that is judged by the next event, too. */
  get readThrough(): number {
    return Math.max(this.#last.seq, this.#suspect?.event.seq ?? 0);
  }

  get events(): number {
    return this.#events;
  }

  /**
   * Requires the chain to have this position. Returns false when the chain is already past it, so it cannot be
   * compared.
   */
  expect(anchor: Anchor): boolean {
    if (anchor.seq < this.#last.seq) return false;
    if (anchor.seq === this.#last.seq) {
      this.#hold(anchor);
      return true;
    }
    const at = this.#anchors.findLastIndex(({ seq }) => seq <= anchor.seq) + 1;
    this.#anchors.splice(at, 0, anchor);
    return true;
  }

  /** The next event. */
  add(event: StoredEvent): void {
    this.#events++;
    if (this.#suspect !== null && this.#settle(this.#suspect, event)) return;
    const { seq, line, hash } = event;
    let due = this.#last.seq + 1;
    while (seq > due && this.#strayed(due)) due++;
    if (seq < due) return this.#extra(event);
    if (seq > due) {
      this.#missing(due, seq - 1);
      // The hash before it is not known, so its columns cannot be checked. The chain continues from its stored hash.
      return this.#reach({ seq: this.#recognise(event) ? due : seq, hash });
    }
    const computed = chainHashHex(this.#last.hash, line);
    if (computed === hash) this.#reach({ seq, hash });
    else this.#suspect = { event, computed };
  }

  /** Ends the chain: events that anchors state beyond its end are missing. Returns its last position. */
  end(head: ChainPosition | null): ChainPosition {
    if (this.#suspect !== null) this.#settle(this.#suspect, null, head);
    while (this.#strayed(this.#last.seq + 1));
    const beyond = this.#anchors.at(-1);
    if (beyond !== undefined) {
      this.#missing(this.#last.seq + 1, beyond.seq, `; ${beyond.source} has event ${beyond.seq}`);
      this.#anchors = [];
    }
    return this.#last;
  }

  /** Adds a difference of this shard that was found elsewhere. */
  report(seq: number, eventId: string | null, kind: DifferenceKind, detail: string): Difference {
    const difference = { shard: this.#shard, seq, eventId, kind, detail };
    if (this.differences.length < DIFFERENCES_MAX) this.differences.push(difference);
    return difference;
  }

  #reach(place: ChainPosition): void {
    this.#last = place;
    for (let next = this.#anchors[0]; next !== undefined && next.seq <= place.seq; next = this.#anchors[0]) {
      this.#anchors.shift();
      if (next.seq === place.seq) this.#hold(next);
    }
  }

  /** Compares the last position with an anchor, unless a difference was found since the last anchor that matched. */
  #hold(anchor: Anchor): void {
    if (anchor.hash === this.#last.hash) {
      this.#sound = anchor.seq;
      return;
    }
    if (this.#rewritten || this.differences.some(({ seq }) => seq > this.#sound)) return;
    this.#rewritten = true;
    const [from, to] = [this.#sound + 1, anchor.seq];
    const which = from >= to ? `event ${to} does not have` : `of events ${from} to ${to} the last does not have`;
    this.report(Math.min(from, to), null, "rewritten", `hashed again: ${which} the hash that ${anchor.source} has`);
  }

  /**
   * Reports what is wrong with a suspect, judged by the next event. Returns true when the next event is handled as
   * well.
   */
  #settle({ event, computed }: Suspect, next: StoredEvent | null, head: ChainPosition | null = null): boolean {
    this.#suspect = null;
    const { seq, hash, line } = event;
    const previous = this.#last.hash;
    if (next?.seq === seq) {
      const nextIsIt = chainHashHex(previous, next.line) === next.hash;
      this.#extra(nextIsIt ? event : next);
      if (!nextIsIt) this.#suspect = { event, computed };
      return !nextIsIt;
    }
    const after = next?.seq === seq + 1 ? next : null;
    const vouched = head === null ? this.#anchors : [...this.#anchors, head];
    const follows = (before: string): boolean => {
      if (after !== null) return chainHashHex(before, after.line) === after.hash;
      return vouched.some((place) => place.seq === seq && place.hash === before);
    };
    if (follows(computed)) {
      this.report(seq, idOf(line), "hash_altered", "its columns are what was hashed, its hash is not");
      this.#reach({ seq, hash: computed });
      return false;
    }
    if (after !== null && chainHashHex(previous, lineAt(after.line, seq)) === after.hash) {
      this.report(seq, idOf(after.line), "out_of_order", `it stands at place ${after.seq}`);
      this.#reach({ seq: after.seq, hash });
      return true;
    }
    const another = this.#recognise(event);
    const detail = another ? "the event of another place stands here" : alteredText(line);
    const reported = this.report(seq, idOf(line), another ? "out_of_order" : "altered", detail);
    const sound = follows(hash);
    if (sound && !another) this.altered ??= { previous, event };
    if (!sound) this.#lose({ seq, previous, reported });
    this.#reach({ seq, hash });
    if (sound || after === null) return false;
    // Columns and hash were both altered, so the hash that the next event follows is not known.
    this.#reach({ seq: after.seq, hash: after.hash });
    return true;
  }

  #missing(from: number, through: number, because = ""): void {
    const which = from === through ? "no event has this place" : `events ${from} to ${through} are not there`;
    const reported = this.report(from, null, "missing", which + because);
    this.#lose({ seq: from, previous: this.#last.hash, reported });
  }

  #extra(event: StoredEvent): void {
    if (this.#recognise(event)) return;
    const reported = this.report(event.seq, idOf(event.line), "extra", "a second event has this place");
    if (this.#strays.length < LOST_MAX) this.#strays.push({ event, reported });
  }

  #lose(lost: Lost): void {
    if (this.#lost.length < LOST_MAX) this.#lost.push(lost);
  }

  /** Whether this is the event of a missing position. If so, its difference is changed to say where the event is. */
  #recognise(event: StoredEvent): boolean {
    const found = this.#lost.find(({ seq, previous }) => {
      return seq !== event.seq && chainHashHex(previous, lineAt(event.line, seq)) === event.hash;
    });
    if (found === undefined) return false;
    this.#lost = this.#lost.filter((lost) => lost !== found);
    const at = this.differences.indexOf(found.reported);
    if (at >= 0) this.differences[at] = this.#elsewhere(found.seq, event);
    return true;
  }

  /** Whether a misplaced event that was found earlier is the event of this position. */
  #strayed(due: number): boolean {
    const { hash: previous } = this.#last;
    const found = this.#strays.find(({ event: { line, hash } }) => chainHashHex(previous, lineAt(line, due)) === hash);
    if (found === undefined) return false;
    this.#strays = this.#strays.filter((stray) => stray !== found);
    const at = this.differences.indexOf(found.reported);
    if (at >= 0) this.differences[at] = this.#elsewhere(due, found.event);
    this.#reach({ seq: due, hash: found.event.hash });
    return true;
  }

  #elsewhere(seq: number, event: StoredEvent): Difference {
    const detail = `it stands at place ${event.seq}`;
    return { shard: this.#shard, seq, eventId: idOf(event.line), kind: "out_of_order", detail };
  }
}

const idOf = (line: string): string => fieldsOf(line)("event_id");

function alteredText(line: string): string {
  const at = fieldsOf(line)("at");
  if (!/^\d+$/.test(at)) return "its timestamp is no whole number of milliseconds, which no event has";
  return "its columns are not what was hashed";
}
