/** The tax lots of an account as its audit events change them. */
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetNamed } from "../../domain/market/asset.ts";
import { units, type Facts, type Holding } from "./balanceFold.ts";
import type { ChosenLot } from "./foldedOrder.ts";
import { SymbolLots } from "./symbolLots.ts";
import type { Replacement, SentPart } from "./symbolLots.ts";

type Body = Facts["body"];
type Row = readonly unknown[];

/** A fill, with what it cost or brought. */
export interface FilledLots {
  readonly symbol: string;
  readonly qty: number;
  readonly cash: number;
}

/** How a sale takes its lots. */
export interface Taking {
  /** Those that its order has chosen; null: by the account's method. */
  readonly chosen: readonly ChosenLot[] | null;
  /** What other orders have chosen, by lot. */
  readonly reserved: ReadonlyMap<number, number>;
}

export class LotFold {
  /** Null while the account has average cost. */
  #bySymbol: Map<string, SymbolLots> | null = null;
  /** Rows that the following records must have, as JSON, and the action of these records. */
  #due: { readonly action: string; readonly rows: string[] } | null = null;

  get isOpen(): boolean {
    return this.#bySymbol !== null;
  }

  /** Cost of the lots of a symbol. */
  costOf(symbol: string): number {
    return this.#bySymbol?.get(symbol)?.cost ?? 0;
  }

  /** What is left of a lot. */
  quantityOf(symbol: string, id: number): number {
    return this.#bySymbol?.get(symbol)?.quantityOf(id) ?? 0;
  }

  /** All lots of a symbol as one text; empty without any. */
  textOf(symbol: string): string {
    return this.#bySymbol?.get(symbol)?.text ?? "";
  }

  /** The account begins with lots. */
  open(): void {
    this.#bySymbol = new Map();
  }

  /** Whether this event has the rows that are due; null when it has, or when none are. */
  lacks(action: string): string | null {
    if (this.#due === null || this.#due.action === action) return null;
    const { rows } = this.#due;
    this.#due = null;
    return `${rows.length} rows of the tax lots of the event before it are missing`;
  }

  /** Applies an event of lots alone. */
  apply({ action, body, at }: Facts, holdings: ReadonlyMap<string, Holding>): string | null {
    if (this.#due !== null) return this.#compare(this.#due.rows, body, action);
    if (action !== "lots.opened" || this.#bySymbol !== null) return "no rows of tax lots are due";
    const acquiredAt = Number(body["acquired_at"]);
    if (!(acquiredAt <= at)) return `its lots were acquired at ${String(body["acquired_at"])}, after it`;
    this.#bySymbol = new Map();
    const rows: string[] = [];
    for (const [symbol, { available, held, cost }] of [...holdings].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (available + held === 0) continue;
      this.#of(symbol).add(available + held, cost, acquiredAt, false);
      rows.push(JSON.stringify([symbol, 1, sharesOf(symbol, available + held), dollars(cost)]));
    }
    return this.#compare(rows, body, action);
  }

  /** A deposit of shares. */
  deposited({ body, at }: Facts, symbol: string, qty: number, cost: number): string | null {
    if (this.#bySymbol === null) return null;
    const lots = this.#of(symbol);
    const id = lots.nextLot;
    lots.add(qty, cost, at, false);
    return isNamed(body, "lot_id", id);
  }

  /** Shares that come with their lots: each is a lot of its own, with the date and cost that it has in the record. */
  received({ body }: Facts, symbol: string, qty: number, cost: number): string | null {
    if (this.#bySymbol === null) return "its account has no tax lots";
    const stated = rowsIn(symbol, body);
    if (stated === null || stated.length === 0) return "its rows of tax lots are none";
    const lots = this.#of(symbol);
    let sum = { qty: 0, cost: 0 };
    for (const row of stated) {
      if (row.id !== lots.nextLot) return `it adds lot ${row.id} and should add ${lots.nextLot}`;
      sum = { qty: sum.qty + row.qty, cost: sum.cost + row.cost };
      lots.add(row.qty, row.cost, row.at, false);
    }
    return sum.qty === qty && sum.cost === cost ? null : "its tax lots do not add up to it";
  }

  /** Shares that leave with their lots: the first of those that have settled. */
  sent({ body, at }: Facts, symbol: string, qty: number, reserved: Taking["reserved"]): readonly SentPart[] | string {
    if (this.#bySymbol === null) return "its account has no tax lots";
    const stated = rowsIn(symbol, body);
    if (stated === null || stated.reduce((sum, row) => sum + row.qty, 0) !== qty) {
      return "its tax lots do not add up to it";
    }
    const sent = this.#of(symbol).send(stated, at, reserved);
    if (typeof sent === "string") return sent;
    const wrong = this.#compare(sentRows(symbol, sent), body, "none");
    if (wrong !== null) return wrong;
    const cost = dollars(sent.reduce((sum, part) => sum + part.cost, 0));
    return isNamed(body, "cost_basis", cost) ?? sent;
  }

  /** Lots that the other account has refused are put back as they were. */
  returned({ body }: Facts, symbol: string, lots: readonly SentPart[]): string | null {
    this.#of(symbol).putBack(lots);
    return this.#compare(sentRows(symbol, lots), body, "none");
  }

  bought({ body }: Facts, { symbol, qty, cash }: FilledLots): string | null {
    if (this.#bySymbol === null) return null;
    if (!Number.isSafeInteger(body["executed_at"])) return "its executed_at is none";
    const lots = this.#of(symbol);
    const at = Number(body["executed_at"]);
    const id = lots.lotFor(at);
    const replaced = lots.add(qty, cash, at, true);
    return isNamed(body, "lot_id", id) ?? this.#compare(rowsOf(symbol, [], replaced), body, "order.lots");
  }

  /** A sale; `count` is told what it took of which lots. */
  sold(
    { body }: Facts,
    { symbol, qty, cash }: FilledLots,
    { chosen, reserved }: Taking,
    count: (sold: readonly ChosenLot[]) => void,
  ): string | null {
    if (this.#bySymbol === null) return null;
    if (!Number.isSafeInteger(body["executed_at"])) return "its executed_at is none";
    const lots = this.#of(symbol);
    if (qty > lots.qty) return "it sells more than its lots have";
    const before = lots.cost;
    const id = lots.nextDisposal;
    const method = typeof body["lot_method"] === "string" ? body["lot_method"] : "fifo";
    if ((chosen !== null) !== (method === "specific")) return `its lot_method is ${method}`;
    const { parts, replaced } = lots.sell(qty, cash, Number(body["executed_at"]), chosen ?? method, reserved);
    if (parts.reduce((sum, part) => sum + part.qty, 0) !== qty) return "it sells lots that other orders have chosen";
    count(parts);
    const cost = before - lots.cost;
    const wrong =
      isNamed(body, "disposal_id", id) ??
      isNamed(body, "cost_basis", dollars(cost)) ??
      isNamed(body, "gain", dollars(cash - cost));
    if (wrong !== null) return wrong;
    const sold = parts.map(({ id: lot, qty: part, cost: paid, proceeds, term }) => {
      return [lot, sharesOf(symbol, part), dollars(paid), dollars(proceeds), dollars(proceeds - paid), term];
    });
    return this.#compare(rowsOf(symbol, sold, replaced), body, "order.lots");
  }

  #of(symbol: string): SymbolLots {
    let lots = this.#bySymbol?.get(symbol);
    if (lots === undefined) this.#bySymbol?.set(symbol, (lots = new SymbolLots()));
    return lots ?? new SymbolLots();
  }

  /** Compares the rows of a record with the first ones of these; the others are due in the next records. */
  #compare(rows: readonly string[], body: Body, more: string): string | null {
    const stated = [body["lots"], body["wash_sales"]].flatMap((list) => (Array.isArray(list) ? (list as Row[]) : []));
    const rest = rows.slice(stated.length);
    this.#due = rest.length === 0 ? null : { action: more, rows: rest };
    for (const [nth, row] of stated.entries()) {
      const says = JSON.stringify(row);
      if (says === rows[nth]) continue;
      this.#due = null;
      return `its row ${nth + 1} of tax lots is ${says} and should be ${rows[nth] ?? "none"}`;
    }
    if (rest.length > 0 && stated.length === 0) return `it lacks rows of tax lots: ${rest[0]}`;
    return null;
  }
}

function rowsOf(symbol: string, sold: readonly Row[], replaced: readonly Replacement[]): string[] {
  const sales = replaced.map(({ disposal, lot, by, qty, disallowed }) => {
    return [disposal, lot, by, sharesOf(symbol, qty), dollars(disallowed)];
  });
  return [...sold, ...sales].map((row) => JSON.stringify(row));
}

function sentRows(symbol: string, sent: readonly SentPart[]): string[] {
  return sent.map(({ id, qty, cost, at }) => JSON.stringify([id, sharesOf(symbol, qty), dollars(cost), at]));
}

/** The rows of a transfer's record: number, quantity, cost, date of each lot; null when one is none. */
function rowsIn(symbol: string, body: Body) {
  const decimals = assetNamed(symbol)?.qtyDecimals ?? 0;
  const rows = Array.isArray(body["lots"]) ? (body["lots"] as Row[]) : [];
  const read = rows.flatMap(([id, qty, cost, at]) => {
    const [lots, paid] = [units(qty, decimals), units(cost, PRICE_DECIMALS)];
    if (lots === null || paid === null || lots <= 0 || paid < 0 || !Number.isSafeInteger(at)) return [];
    return [{ id: Number(id), qty: lots, cost: paid, at: Number(at) }];
  });
  return read.length === rows.length ? read : null;
}

function isNamed(body: Body, field: string, value: number | string): string | null {
  return body[field] === value ? null : `its ${field} is ${String(body[field])} and should be ${value}`;
}

const dollars = (amount: number): string => formatDecimal(amount, PRICE_DECIMALS);

function sharesOf(symbol: string, qty: number): string {
  return formatDecimal(qty, assetNamed(symbol)?.qtyDecimals ?? 0);
}
