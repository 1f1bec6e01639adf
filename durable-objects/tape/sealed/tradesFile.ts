/** The trades of a file: consecutive ones of one trading day, in order of their numbers. */
import type { Asset } from "../../../domain/market/asset.ts";
import type { TapeTrade } from "../../../domain/market/bars/tapeTrade.ts";
import { PRICE_DECIMALS } from "../../../domain/decimal.ts";
import { boolean, type Column, decimal, integer, optionalText, time } from "./columns.ts";
import { ParquetBytes } from "./parquet.ts";

/** Of the layout of both files; readers refuse others. */
export const FILE_FORMAT = 1;
/** Trades of a row group: some 100 kB, which a page of trades reads as a whole. */
export const TRADES_A_GROUP = 8_192;

/** Writes the trades of a file. They are given in parts of any size. */
export class TradesFile {
  readonly #file: ParquetBytes;
  readonly #asset: Pick<Asset, "symbol" | "qtyDecimals">;
  #waiting: TapeTrade[] = [];

  constructor(asset: Pick<Asset, "symbol" | "qtyDecimals">) {
    this.#asset = asset;
    const schema = columnsOf(asset, []).map(({ element }) => element);
    this.#file = new ParquetBytes(schema, { symbol: asset.symbol, format: String(FILE_FORMAT) });
  }

  async add(trades: readonly TapeTrade[]): Promise<void> {
    for (const trade of trades) this.#waiting.push(trade);
    while (this.#waiting.length >= TRADES_A_GROUP) await this.#write();
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    await this.#write();
    return this.#file.finish();
  }

  async #write(): Promise<void> {
    await this.#file.add(columnsOf(this.#asset, this.#waiting.slice(0, TRADES_A_GROUP)));
    this.#waiting = this.#waiting.slice(TRADES_A_GROUP);
  }
}

function columnsOf({ qtyDecimals }: Pick<Asset, "qtyDecimals">, trades: readonly TapeTrade[]): Column[] {
  const big = (value: (trade: TapeTrade) => number): bigint[] => trades.map((trade) => BigInt(value(trade)));
  const delta = { encoding: "DELTA_BINARY_PACKED" } as const;
  return [
    { element: integer("trade_id"), values: big(({ tradeId }) => tradeId), ...delta },
    { element: integer("sequence"), values: big(({ sequence }) => sequence), ...delta },
    { element: time("executed_at"), values: big(({ at }) => at), ...delta },
    { element: decimal("price", PRICE_DECIMALS), values: big(({ price }) => price), ...delta },
    { element: decimal("qty", qtyDecimals), values: big(({ qty }) => qty) },
    { element: optionalText("taker_side"), values: trades.map(({ takerSide }) => takerSide) },
    { element: boolean("auction"), values: trades.map(({ auction }) => auction) },
    { element: boolean("regular"), values: trades.map(({ regular }) => regular) },
  ];
}

/** A trade of a row of a file. */
export function tradeOfRow(row: Readonly<Record<string, unknown>>): TapeTrade {
  const side = row["taker_side"];
  return {
    tradeId: Number(row["trade_id"]),
    sequence: Number(row["sequence"]),
    at: Number(row["executed_at"]),
    price: Number(row["price"]),
    qty: Number(row["qty"]),
    takerSide: side === "buy" || side === "sell" ? side : null,
    auction: row["auction"] === true,
    regular: row["regular"] === true,
  };
}
