/**
 * Recomputes an account from the rows of an activities export alone: cash, positions, tax lots, realised gains and fees. It
 * shares no code with the exchange, and holds what each row says against what follows from the rows before it.
 */
import { shareOf, textOf, unitsOf } from "./amounts.ts";

/** A row of the export as JSON (`format=ndjson`), or of CSV with `fees` and `lots` parsed. */
export type ExportedRow = Readonly<Record<string, unknown>>;

interface Lot {
  readonly number: number;
  readonly acquiredAt: string;
  quantity: bigint;
  cost: bigint;
}

interface Holding {
  quantity: bigint;
  /** Basis of the position at average cost, as accounts without tax lots have it. */
  average: bigint;
  lots: Lot[];
  next: number;
}

/** A lot, or a part of one, that was sold. */
export interface Gain {
  readonly symbol: string;
  readonly lot: number;
  readonly acquiredAt: string;
  readonly soldAt: string;
  readonly quantity: string;
  readonly proceeds: string;
  readonly cost: string;
  readonly gain: string;
}

/** What an account has after the rows. Amounts are decimals. */
export interface Recomputed {
  readonly rows: number;
  readonly cash: string;
  readonly fees: string;
  readonly realised: string;
  readonly positions: Readonly<
    Record<string, { readonly qty: string; readonly cost: string; readonly averageCost: string; readonly lots: number }>
  >;
  readonly lots: readonly {
    readonly symbol: string;
    readonly lot: number;
    readonly acquiredAt: string;
    readonly qty: string;
    readonly cost: string;
  }[];
  readonly gains: readonly Gain[];
}

interface SoldPart {
  readonly lot: number;
  readonly quantity: bigint;
}

/** Which lots are sold first. */
export const LOT_METHODS = ["fifo", "lifo", "highest_cost"] as const;
export type LotMethod = (typeof LOT_METHODS)[number];

/** Adds rows in the sequence of the export; each that contradicts those before it throws. */
export class Recomputation {
  #method: LotMethod | null;
  readonly #holdings = new Map<string, Holding>();
  readonly #gains: Gain[] = [];
  #rows = 0;
  #lastId = "";
  #cash = 0n;
  #fees = 0n;
  #realised = 0n;
  /** Fees of the newest fill, which the row after it must move. */
  #owed = 0n;

  /** With a method the lots of each sale are chosen here, and must be those of its row; without they are those of the row. */
  constructor(method: LotMethod | null = null) {
    this.#method = method;
  }

  /** The owner has changed the method: lots of the sales from here on are chosen by it. */
  use(method: LotMethod): void {
    this.#method = method;
  }

  add(row: ExportedRow): void {
    const id = textIn(row, "id");
    this.#rows++;
    if (id <= this.#lastId) throw new Error(`${id} does not follow ${this.#lastId}`);
    this.#lastId = id;
    const type = textIn(row, "activity_type");
    const moved = unitsOf(row["net_amount"]);
    if (this.#owed !== 0n) {
      if (type !== "FEE" || moved !== -this.#owed)
        throw new Error(`${id} does not move the fees of the fill before it`);
      this.#owed = 0n;
    }
    this.#cash += moved;
    if (type === "FEE") this.#fees -= moved;
    else if (type === "FILL") this.#fill(row, moved);
    else if (row["qty"] !== null && row["qty"] !== undefined) this.#move(row);
  }

  /** What the account has after the rows so far. */
  result(): Recomputed {
    if (this.#owed !== 0n) throw new Error("the fees of the last fill were not moved");
    const positions: Record<string, Recomputed["positions"][string]> = {};
    const lots: Recomputed["lots"][number][] = [];
    for (const [symbol, holding] of [...this.#holdings].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (holding.quantity === 0n) continue;
      const cost = holding.lots.reduce((sum, lot) => sum + lot.cost, 0n);
      const [qty, averageCost] = [textOf(holding.quantity), textOf(holding.average)];
      positions[symbol] = { qty, cost: textOf(cost), averageCost, lots: holding.lots.length };
      for (const { number, acquiredAt, quantity, cost: paid } of holding.lots) {
        lots.push({ symbol, lot: number, acquiredAt, qty: textOf(quantity), cost: textOf(paid) });
      }
    }
    const [cash, fees, realised] = [this.#cash, this.#fees, this.#realised].map(textOf) as [string, string, string];
    return { rows: this.#rows, cash, fees, realised, positions, lots, gains: this.#gains };
  }

  #fill(row: ExportedRow, moved: bigint): void {
    const at = textIn(row, "transaction_time");
    const quantity = unitsOf(row["qty"]);
    const fees = listIn(row, "fees").reduce((sum, fee) => sum + unitsOf(fee["amount"]), 0n);
    this.#owed = fees;
    const holding = this.#holding(textIn(row, "symbol"));
    if (row["side"] === "buy") {
      const cost = -moved + fees;
      const [made, ...more] = listIn(row, "lots");
      const number = this.#bought(holding, quantity, cost, at, made);
      if (made === undefined) return;
      const wanted = [number, textOf(quantity), textOf(cost)].join(" ");
      const written = [made["lot"], made["qty"], made["cost_basis"]].join(" ");
      if (more.length > 0 || written !== wanted)
        throw new Error(`${textIn(row, "id")} made lot ${wanted}, not ${written}`);
      return;
    }
    this.#sell(row, holding, quantity, moved - fees);
  }

  /** A purchase is a lot of its own; of a position of very many lots it may be added to the newest one. */
  #bought(holding: Holding, quantity: bigint, cost: bigint, at: string, made: ExportedRow | undefined): number {
    const newest = holding.lots.at(-1);
    if (newest === undefined || holding.lots.length < LOTS_APART || made?.["lot"] !== newest.number) {
      return this.#acquire(holding, quantity, cost, at);
    }
    newest.quantity += quantity;
    newest.cost += cost;
    holding.quantity += quantity;
    holding.average += cost;
    return newest.number;
  }

  #acquire(holding: Holding, quantity: bigint, cost: bigint, acquiredAt: string): number {
    const lot: Lot = { number: holding.next++, acquiredAt, quantity, cost };
    holding.quantity += quantity;
    holding.average += cost;
    const after = holding.lots.findIndex((other) => other.acquiredAt > acquiredAt);
    holding.lots.splice(after === -1 ? holding.lots.length : after, 0, lot);
    return lot.number;
  }

  /** Sells the lots that the method chooses, or those that the row names, or the first ones. */
  #sell(row: ExportedRow, holding: Holding, quantity: bigint, proceeds: bigint): void {
    const named = listIn(row, "lots");
    const isChosen = this.#method !== null || named.length === 0;
    const parts = isChosen ? partsBy(this.#method ?? "fifo", holding, quantity) : named.map(partOf);
    const wantedLots = parts.map((part) => `${part.lot}: ${textOf(part.quantity)}`).join();
    if (named.length > 0 && wantedLots !== named.map((lot) => `${String(lot["lot"])}: ${String(lot["qty"])}`).join()) {
      throw new Error(`${textIn(row, "id")} sold lots ${wantedLots} by the method, and names others`);
    }
    if (parts.reduce((sum, part) => sum + part.quantity, 0n) !== quantity) {
      throw new Error(`${textIn(row, "id")} sold ${textOf(quantity)}, and its lots are others`);
    }
    const [symbol, soldAt] = [textIn(row, "symbol"), textIn(row, "transaction_time")];
    let [sold, paid] = [0n, 0n];
    for (const [nth, part] of parts.entries()) {
      const { acquiredAt, cost } = this.#take(holding, part);
      sold += part.quantity;
      const share = shareOf(proceeds, sold, quantity) - paid;
      paid += share;
      this.#realised += share - cost;
      const gain = {
        symbol,
        lot: part.lot,
        acquiredAt,
        soldAt,
        quantity: textOf(part.quantity),
        proceeds: textOf(share),
        cost: textOf(cost),
        gain: textOf(share - cost),
      };
      this.#gains.push(gain);
      const written = named[nth];
      if (written === undefined) continue;
      const wanted = [gain.cost, gain.proceeds, gain.gain].join(" ");
      const says = [written["cost_basis"], written["proceeds"], written["gain"]].join(" ");
      if (says !== wanted) throw new Error(`${textIn(row, "id")}: lot ${part.lot} is ${wanted}, not ${says}`);
    }
    this.#reduceAverage(holding, quantity);
  }

  /**
   * Shares that came without a trade, or left: with their lots if the row has them. A lot that comes has the next number,
   * or it is one that had left and comes back.
   */
  #move(row: ExportedRow): void {
    const holding = this.#holding(textIn(row, "symbol"));
    const quantity = unitsOf(row["qty"]);
    const named = listIn(row, "lots");
    if (quantity > 0n) {
      const at = textIn(row, "recorded_at");
      if (named.length === 0) this.#acquire(holding, quantity, unitsOf(row["cost_basis"]), at);
      for (const lot of named) this.#enter(holding, lot);
      requireSums(row, named, quantity);
      return;
    }
    const parts = named.length > 0 ? named.map(partOf) : partsBy("fifo", holding, -quantity);
    for (const [nth, part] of parts.entries()) {
      const { cost } = this.#take(holding, part);
      const written = named[nth];
      if (written !== undefined && unitsOf(written["cost_basis"]) !== cost) {
        throw new Error(
          `${textIn(row, "id")}: lot ${part.lot} is ${textOf(cost)}, not ${textIn(written, "cost_basis")}`,
        );
      }
    }
    requireSums(row, named, -quantity);
    this.#reduceAverage(holding, -quantity);
  }

  /** Adds a lot that another account has sent, or puts back a part of one that was sent and refused. */
  #enter(holding: Holding, row: ExportedRow): void {
    const [quantity, cost, at] = [unitsOf(row["qty"]), unitsOf(row["cost_basis"]), textIn(row, "acquired_at")];
    const number = Number(row["lot"]);
    if (number === holding.next) return void this.#acquire(holding, quantity, cost, at);
    if (!(number > 0 && number < holding.next)) throw new Error(`lot ${number} comes before lot ${holding.next}`);
    holding.quantity += quantity;
    holding.average += cost;
    const found = holding.lots.find((lot) => lot.number === number);
    if (found !== undefined) {
      found.quantity += quantity;
      found.cost += cost;
      return;
    }
    const isLater = (lot: Lot) => lot.acquiredAt > at || (lot.acquiredAt === at && lot.number > number);
    const place = holding.lots.findIndex(isLater);
    const lot = { number, acquiredAt: at, quantity, cost };
    holding.lots.splice(place === -1 ? holding.lots.length : place, 0, lot);
  }

  /** Takes a part out of its lot, with its share of the cost. */
  #take(holding: Holding, { lot: number, quantity }: SoldPart): { readonly acquiredAt: string; readonly cost: bigint } {
    const lot = holding.lots.find((each) => each.number === number);
    if (lot === undefined || lot.quantity < quantity) throw new Error(`lot ${number} has no ${textOf(quantity)}`);
    const cost = lot.quantity === quantity ? lot.cost : shareOf(lot.cost, quantity, lot.quantity);
    lot.quantity -= quantity;
    lot.cost -= cost;
    if (lot.quantity === 0n) holding.lots.splice(holding.lots.indexOf(lot), 1);
    return { acquiredAt: lot.acquiredAt, cost };
  }

  #reduceAverage(holding: Holding, quantity: bigint): void {
    const cost = holding.quantity === quantity ? holding.average : shareOf(holding.average, quantity, holding.quantity);
    holding.quantity -= quantity;
    holding.average -= cost;
  }

  #holding(symbol: string): Holding {
    let holding = this.#holdings.get(symbol);
    if (holding === undefined) {
      holding = { quantity: 0n, average: 0n, lots: [], next: 1 };
      this.#holdings.set(symbol, holding);
    }
    return holding;
  }
}

const LOTS_APART = 10_000;

/** The lots of a row, if it has any, are together what it moves. */
function requireSums(row: ExportedRow, lots: readonly ExportedRow[], quantity: bigint): void {
  if (lots.length === 0) return;
  const sum = (field: string) => lots.reduce((all, lot) => all + unitsOf(lot[field]), 0n);
  const cost = unitsOf(row["cost_basis"]);
  if (sum("qty") !== quantity || sum("cost_basis") !== (cost < 0n ? -cost : cost)) {
    throw new Error(`${textIn(row, "id")} has lots that are not together what it moves`);
  }
}

/** What each method sells first. Lots are in the sequence of their acquisition. */
const SEQUENCE: Readonly<Record<LotMethod, (lots: readonly Lot[]) => readonly Lot[]>> = {
  fifo: (lots) => lots,
  lifo: (lots) => lots.toReversed(),
  highest_cost: (lots) =>
    lots.toSorted((a, b) => {
      const [left, right] = [a.cost * b.quantity, b.cost * a.quantity];
      return left === right ? 0 : left > right ? -1 : 1;
    }),
};

function partsBy(method: LotMethod, { lots }: Holding, quantity: bigint): SoldPart[] {
  const parts: SoldPart[] = [];
  let left = quantity;
  for (const lot of SEQUENCE[method](lots)) {
    if (left === 0n) break;
    const taken = lot.quantity < left ? lot.quantity : left;
    parts.push({ lot: lot.number, quantity: taken });
    left -= taken;
  }
  if (left > 0n) throw new Error(`${textOf(left)} more were sold than there were`);
  return parts;
}

const partOf = (lot: ExportedRow): SoldPart => ({ lot: Number(lot["lot"]), quantity: unitsOf(lot["qty"]) });

function textIn(row: ExportedRow, field: string): string {
  const value = row[field];
  if (typeof value !== "string" || value === "") throw new Error(`a row without ${field}: ${JSON.stringify(row)}`);
  return value;
}

function listIn(row: ExportedRow, field: string): readonly ExportedRow[] {
  const value = row[field] ?? [];
  if (!Array.isArray(value)) throw new Error(`${field} is no list: ${JSON.stringify(row)}`);
  return value as ExportedRow[];
}
