/** The two sides of transfers between accounts of one user, which may be in different shards. */
import type { Facts } from "./balanceFold.ts";

/** Where an event is in the trail. */
interface Place {
  readonly shard: number;
  readonly seq: number;
  readonly eventId: string;
}

/** A transfer of which the trail lacks an event that was before the one at this place. */
export interface OneSidedTransfer extends Place {
  readonly detail: string;
}

interface Sides {
  /** What was sent, and what was received: asset, amount, and quantity, cost and date of each tax lot. */
  sent?: string;
  received?: string;
  ended?: "settled" | "rejected";
  /** The newest event of either side. */
  place: Place;
}

/** References of the receiver's side begin with it; the transfer's id follows. */
const OWN = "own/";

export class TransferPairs {
  readonly #open = new Map<string, Sides>();

  /** Adds an event of one side. Describes how it contradicts the other one; null when it does not. */
  add(place: Place, { action, body }: Pick<Facts, "action" | "body">): string | null {
    const id = idOf(action, body);
    if (id === null) return null;
    const sides: Sides = this.#open.get(id) ?? { place };
    this.#open.set(id, sides);
    sides.place = place;
    if (action === "transfer.requested") sides.sent = contentOf(body["symbol"] ?? "USD", body);
    else if (action === "transfer.received") sides.received = contentOf(body["asset"], body);
    else sides.ended = action === "transfer.settled" ? "settled" : "rejected";
    const { sent, received, ended } = sides;
    if (received !== undefined && ended === "rejected") return `transfer ${id} was received, and was put back`;
    if (sent === undefined || received === undefined) return null;
    if (sent !== received) return `transfer ${id} was sent as ${sent}, and received as ${received}`;
    if (ended === "settled") this.#open.delete(id);
    return null;
  }

  /**
   * Transfers that were received and not sent, or settled and not received, in the events that were read so far: the
   * missing event happened before, and may be in a shard that was read less far.
   */
  oneSided(): OneSidedTransfer[] {
    const found: OneSidedTransfer[] = [];
    for (const [id, { sent, received, ended, place }] of this.#open) {
      if (received !== undefined && sent === undefined) {
        found.push({ ...place, detail: `transfer ${id} was received, and no account has sent it` });
      } else if (ended === "settled" && received === undefined) {
        found.push({ ...place, detail: `transfer ${id} was settled, and no account has received it` });
      }
    }
    return found;
  }
}

function idOf(action: string, body: Facts["body"]): string | null {
  if (!action.startsWith("transfer.")) return null;
  if (action !== "transfer.received") return String(body["withdrawal_id"]);
  const reference = String(body["reference"]);
  return reference.startsWith(OWN) ? reference.slice(OWN.length) : null;
}

/** Lots are numbered by each account on its own. */
function contentOf(asset: unknown, body: Facts["body"]): string {
  const lots = Array.isArray(body["lots"]) ? (body["lots"] as unknown[][]).map((row) => row.slice(1)) : [];
  return JSON.stringify([asset, body["amount"], lots]);
}
