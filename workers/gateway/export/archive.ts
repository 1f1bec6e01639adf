/** A ZIP file that is streamed: memory holds only the page of rows that is being written. */
import { Zip, ZipDeflate } from "fflate";
import { columnsOf, csvHeader, csvRow, type Row } from "./csv.ts";

/** One kind of rows, in pages; each becomes a JSON file and a CSV file. */
export interface ArchivePart {
  readonly name: string;
  pages(): AsyncIterable<readonly Row[]>;
  /** A note for the reader about how the part was made; asked for after its rows have been read. */
  note?(): string | null;
}

/** The manifest's entry for a part. */
export interface Listed {
  readonly name: string;
  readonly files: readonly string[];
  readonly rows: number;
  /** False: some rows could not be read. */
  readonly complete: boolean;
  readonly note?: string;
}

const LEVEL = 6;

/** The archive's bytes. `manifest` makes the last file, after all parts. */
export async function* archived(
  parts: readonly ArchivePart[],
  manifest: (listed: readonly Listed[]) => unknown,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error !== null) throw error;
    ready.push(chunk);
  });
  const listed: Listed[] = [];
  for (const part of parts) {
    const [json, csv] = [new Entry(zip, `${part.name}.json`), new Entry(zip, `${part.name}.csv`)];
    const { rows, failed } = yield* write(part, json, csv, ready);
    const note = failed ?? part.note?.() ?? null;
    const files = [json.name, csv.name];
    const complete = failed === null && note === null;
    listed.push({ name: part.name, files, rows, complete, ...(note === null ? {} : { note }) });
  }
  const last = new Entry(zip, "manifest.json");
  last.write(`${JSON.stringify(manifest(listed), null, 2)}\n`);
  last.end();
  zip.end();
  yield* ready.splice(0);
}

/** Both files of a part. A read error ends the part, not the archive. */
async function* write(
  part: ArchivePart,
  json: Entry,
  csv: Entry,
  ready: Uint8Array[],
): AsyncGenerator<Uint8Array, { rows: number; failed: string | null }> {
  let rows = 0;
  let columns: string[] | null = null;
  let failed: string | null = null;
  json.write("[");
  try {
    for await (const page of part.pages()) {
      if (columns === null && page.length > 0) {
        columns = columnsOf(page);
        csv.write(csvHeader(columns));
      }
      for (const row of page) {
        json.write(`${rows++ === 0 ? "\n" : ",\n"}${JSON.stringify(row)}`);
        csv.write(csvRow(row, columns ?? []));
      }
      yield* ready.splice(0);
    }
  } catch {
    failed = "this could not be read to its end: repeat the export later";
  }
  json.write("\n]\n");
  json.end();
  csv.end();
  yield* ready.splice(0);
  return { rows, failed };
}

/** A file of the archive. The rows of a page are joined first, because compressing many small pieces is slow. */
class Entry {
  readonly name: string;
  readonly #deflate: ZipDeflate;
  readonly #encoder = new TextEncoder();
  #text = "";

  constructor(zip: Zip, name: string) {
    this.name = name;
    this.#deflate = new ZipDeflate(name, { level: LEVEL });
    zip.add(this.#deflate);
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length >= GATHERED_MAX) this.#push(false);
  }

  end(): void {
    this.#push(true);
  }

  #push(last: boolean): void {
    this.#deflate.push(this.#encoder.encode(this.#text), last);
    this.#text = "";
  }
}

const GATHERED_MAX = 64 * 1024;

/** A response body with back-pressure: it produces bytes only as fast as they are read. */
export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}
