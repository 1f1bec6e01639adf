/** Fees on their way: what accounts have sent, and what house accounts have received, of which each is the same once. */
import { houseNamed } from "../../protocol/ids/residency.ts";
import type { Facts } from "./balanceFold.ts";
import { readSweep, type Sweep } from "./sweepFold.ts";

/** One side of a sweep whose other side was not read yet. */
export interface OpenSweep extends Sweep {
  readonly side: "sent" | "received";
  /** The account that sends, and the address of the house account. */
  readonly accountId: string;
  readonly house: string;
  readonly shard: number;
  readonly seq: number;
  readonly eventId: string;
}

type Place = Pick<OpenSweep, "shard" | "seq" | "eventId">;

export class Sweeps {
  /** By account and day. */
  readonly open = new Map<string, OpenSweep>();

  /** What accounts have sent and no house account has received, less the opposite; in 1/10,000 dollar. */
  get inFlight(): number {
    let sum = 0;
    for (const { side, amount } of this.open.values()) sum += side === "sent" ? amount : -amount;
    return sum;
  }

  /** Adds an event of either side. Returns what is wrong with it; null: nothing. */
  add(place: Place, accountId: string, { action, body }: Pick<Facts, "action" | "body">): string | null {
    const sweep = readSweep(body);
    if (sweep === null) return "its day or amount is none";
    const side = action === "fees.swept" ? "sent" : "received";
    const from = side === "sent" ? accountId : String(body["from_account_id"]);
    if (side === "received" && houseNamed(accountId) === null) return `${accountId} is no house account`;
    const house = side === "sent" ? String(body["house"]) : `house/${houseNamed(accountId)}`;
    const key = `${from} ${sweep.day}`;
    const other = this.open.get(key);
    if (other === undefined) {
      this.open.set(key, { ...sweep, ...place, side, house, accountId: from });
      return null;
    }
    if (other.side === side) return `the fees of ${from} of ${sweep.day} were ${side} before`;
    this.open.delete(key);
    const same = other.amount === sweep.amount && other.regulatory === sweep.regulatory && other.house === house;
    if (same) return null;
    const [what, otherwise] = [sweep, other].map(({ amount, regulatory }) => `${amount} (${regulatory})`);
    return `${what} was ${side}, and ${otherwise} was ${other.side} by event ${other.eventId}`;
  }
}
