/** Parquet files that are written a row group at a time, and read by row groups. */
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { AsyncBuffer, FileMetaData, SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { Column } from "./columns.ts";

/** Says who wrote a file. A part of its bytes, and so of its digest: it stays as it is while the format does. */
const CREATED_BY = "edge-exchange";
/** Most footers are shorter: they come with the first read. */
const FOOTER_BYTES = 64 * 1_024;

/** Writes a file into memory. The same columns in the same groups give the same bytes. */
export class ParquetBytes {
  readonly #bytes = new ByteWriter();
  readonly #writer: ParquetWriter;
  readonly #names: string;

  /** `facts`: what the file says of itself, besides its columns. */
  constructor(schema: readonly SchemaElement[], facts: Readonly<Record<string, string>>) {
    const root: SchemaElement = { name: "root", num_children: schema.length };
    this.#names = schema.map(({ name }) => name).join();
    const kvMetadata = Object.entries(facts).map(([key, value]) => ({ key, value }));
    const options = { writer: this.#bytes, schema: [root, ...schema], kvMetadata, createdBy: CREATED_BY };
    this.#writer = new ParquetWriter(options);
  }

  /** Adds a row group. */
  async add(columns: readonly Column[]): Promise<void> {
    if (columns.map(({ element }) => element.name).join() !== this.#names) throw new Error("other columns");
    const columnData = columns.map(({ element, values, encoding }) => {
      const source = { name: element.name, data: values, offsetIndex: false };
      return encoding === undefined ? source : { ...source, encoding };
    });
    const rows = columns[0]?.values.length ?? 0;
    if (rows > 0) await this.#writer.write({ columnData, rowGroupSize: rows, pageSize: 0 });
  }

  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    await this.#writer.finish();
    return new Uint8Array(this.#bytes.getBuffer());
  }
}

/** Reads a part of a file: of so many bytes from an offset on. */
export type ReadRange = (offset: number, length: number) => Promise<ArrayBuffer>;

/** The rows of a group, and between which times they are: those of the first column of times. */
export interface RowGroup {
  /** The number of its first row in the file. */
  readonly firstRow: number;
  readonly rows: number;
  readonly minAt: number;
  readonly maxAt: number;
}

/** A file whose footer was read. Rows have the physical values: decimals are integers. */
export class ParquetFile {
  readonly #metadata: FileMetaData;
  readonly groups: readonly RowGroup[];
  readonly facts: ReadonlyMap<string, string>;

  private constructor(metadata: FileMetaData) {
    // Without its logical types a column is read as it is stored: the reader would make floating-point numbers of decimals.
    const schema = metadata.schema.map((element) => {
      const { name, type, type_length, repetition_type, num_children, converted_type } = element;
      const physical: SchemaElement = { name };
      if (type !== undefined) physical.type = type;
      if (type_length !== undefined) physical.type_length = type_length;
      if (repetition_type !== undefined) physical.repetition_type = repetition_type;
      if (num_children !== undefined) physical.num_children = num_children;
      if (converted_type === "UTF8") physical.converted_type = converted_type;
      return physical;
    });
    this.groups = groupsOf(metadata);
    this.facts = new Map(metadata.key_value_metadata?.map(({ key, value }) => [key, value ?? ""]));
    this.#metadata = { ...metadata, schema };
  }

  static async open(byteLength: number, read: ReadRange): Promise<ParquetFile> {
    const options = { initialFetchSize: Math.min(FOOTER_BYTES, byteLength) };
    return new ParquetFile(await parquetMetadataAsync(bufferOf(byteLength, read), options));
  }

  get rows(): number {
    return Number(this.#metadata.num_rows);
  }

  /** Some rows of a group, in one read. */
  read(
    byteLength: number,
    read: ReadRange,
    { firstRow, rows }: Pick<RowGroup, "firstRow" | "rows">,
  ): Promise<Record<string, unknown>[]> {
    const options = { file: bufferOf(byteLength, read), metadata: this.#metadata };
    return parquetReadObjects({ ...options, rowStart: firstRow, rowEnd: firstRow + rows });
  }
}

function bufferOf(byteLength: number, read: ReadRange): AsyncBuffer {
  return { byteLength, slice: (start, end = byteLength) => read(start, end - start) };
}

function groupsOf({ row_groups, schema }: FileMetaData): RowGroup[] {
  const times = schema.find(({ converted_type }) => converted_type === "TIMESTAMP_MILLIS")?.name;
  let firstRow = 0;
  return row_groups.map(({ num_rows, columns }) => {
    const at = columns.find(({ meta_data }) => meta_data?.path_in_schema.join() === times)?.meta_data?.statistics;
    const rows = Number(num_rows);
    const group = { firstRow, rows, minAt: Number(at?.min_value ?? 0), maxAt: Number(at?.max_value ?? Infinity) };
    firstRow += rows;
    return group;
  });
}
