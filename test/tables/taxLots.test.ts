import { describe, expect, test } from "vitest";
import type { LotMethod } from "../../domain/portfolio/lotMethod.ts";
import { acquire, dispose, transferIn } from "../../domain/portfolio/lots.ts";
import { noTaxLots } from "../../domain/portfolio/taxLot.ts";
import type { TaxLots } from "../../domain/portfolio/taxLot.ts";
import type { WashSale } from "../../domain/portfolio/washSales.ts";
import { cell, readTable } from "./table.ts";
import type { Row } from "./table.ts";

const DOLLAR = 10_000;
const rows = readTable(new URL("taxLots.txt", import.meta.url));
const cases = Map.groupBy(rows, (row) => cell(row, "case"));

function methodOf(word: string): LotMethod {
  if (word === "fifo" || word === "lifo" || word === "highest_cost") return word;
  const specific = word.split(",").map((choice) => {
    const [lotId, quantity] = choice.split(":").map(Number);
    return { lotId: lotId ?? 0, quantity: quantity ?? 0 };
  });
  return { specific };
}

const washText = (sales: readonly WashSale[]): string =>
  sales.map((sale) => `${sale.lotId}>${sale.replacedBy}:${sale.quantity}:${sale.disallowed / DOLLAR}`).join(",") || "-";

/** What the event of a row gives, as the row's last two cells say it. */
function outcome(state: TaxLots, row: Row): [string, string] {
  // Noon in New York, so that the date is the same with and without daylight saving time.
  const at = Date.parse(`${cell(row, "date")}T17:00:00Z`);
  const quantity = Number(cell(row, "quantity"));
  const amount = Number(cell(row, "amount")) * DOLLAR;
  const event = cell(row, "event");
  if (event === "buy") return ["-", washText(acquire(state, { quantity, cost: amount, at }).washSales)];
  if (event === "receive") {
    transferIn(state, { quantity, cost: amount, acquiredAt: at });
    return ["-", "-"];
  }
  if (event !== "sell") throw new Error(`no event ${event}`);
  const sale = dispose(state, { quantity, proceeds: amount, at, method: methodOf(cell(row, "method")) });
  const lots = sale.lots.map((lot) => `${lot.lotId}:${lot.quantity}:${lot.gain / DOLLAR}:${lot.term}`);
  return [lots.join(","), washText(sale.washSales)];
}

describe("PF-2, PF-4, PF-5: worked examples of tax lots", () => {
  test.each([...cases])("%s", (_, steps) => {
    const state = noTaxLots();
    for (const row of steps) expect(outcome(state, row), row.at).toEqual([cell(row, "lots"), cell(row, "wash")]);
  });
});
