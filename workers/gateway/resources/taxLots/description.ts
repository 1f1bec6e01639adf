import { realizedQuery, taxLotsQuery, wireRealized, wireTaxLots } from "../../../../protocol/wire/taxLots.ts";
import type { Descriptions } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v1/portfolio/lots": {
    id: "listTaxLots",
    summary: "Tax lots of a position",
    description:
      "Each purchase and deposit of which shares are left, in the sequence of acquisition, with its cost and its value now. " +
      "`lot_method` of `/v1/account/settings` says which a sale takes first, unless its order names them (`tax_lots`).",
    query: taxLotsQuery,
    responses: { 200: wireTaxLots },
    example: { query: "symbol=AAPL" },
  },
  "GET /v1/portfolio/realized": {
    id: "listRealized",
    summary: "Realised gains and losses, lot by lot",
    description:
      "A `disposal` for each lot of each sale, oldest first, and a `wash_sale` for each loss that a purchase within 30 days " +
      "has replaced. A wash sale is flagged and changes neither basis nor gain; a purchase after the sale is an item of its " +
      "own, so that those of a year may be in January of the next. A page may have few items while there is a " +
      "`next_page_token`.",
    query: realizedQuery,
    responses: { 200: wireRealized },
    example: { query: "after=2026-01-01&symbol=AAPL" },
  },
};
