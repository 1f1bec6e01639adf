import fc from "fast-check";
import { strFromU8, unzipSync } from "fflate";
import { expect, it } from "vitest";
import { type ArchivePart, archived, type Listed, streamOf } from "./archive.ts";
import { csvHeader, csvRow, type Row } from "./csv.ts";

function part(name: string, pages: readonly (readonly Row[] | Error)[]): ArchivePart {
  return {
    name,
    async *pages() {
      for (const page of pages) {
        if (page instanceof Error) throw page;
        yield page;
      }
    },
  };
}

async function opened(parts: readonly ArchivePart[]): Promise<Record<string, string>> {
  const stream = streamOf(archived(parts, (files: readonly Listed[]) => ({ files })));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  return Object.fromEntries(Object.entries(unzipSync(bytes)).map(([name, file]) => [name, strFromU8(file)]));
}

/** Reads one line of RFC 4180. */
function cellsOf(line: string): string[] {
  const cells = [""];
  let quoted = false;
  for (let at = 0; at < line.length - 2; at++) {
    const [letter = "", next] = [line[at], line[at + 1]];
    if (letter === '"' && quoted && next === '"') at++;
    else if (letter === '"') {
      quoted = !quoted;
      continue;
    } else if (letter === "," && !quoted) {
      cells.push("");
      continue;
    }
    cells[cells.length - 1] += letter;
  }
  return cells;
}

it("PV-14: a part is in the archive as JSON and as CSV, with its number of rows in the manifest", async () => {
  const rows = Array.from({ length: 3_000 }, (_, id) => ({ id, text: `row ${id}, "quoted"`, nested: { a: [id] } }));
  const files = await opened([part("things", [rows.slice(0, 2_000), rows.slice(2_000)]), part("nothing", [])]);
  expect(Object.keys(files)).toEqual(["things.json", "things.csv", "nothing.json", "nothing.csv", "manifest.json"]);
  expect(JSON.parse(files["things.json"] ?? "")).toEqual(rows);
  expect(files["things.csv"]?.split("\r\n")[8]).toBe('7,"row 7, ""quoted""","{""a"":[7]}"');
  expect(files["things.csv"]?.split("\r\n")).toHaveLength(3_002);
  expect(JSON.parse(files["nothing.json"] ?? "")).toEqual([]);
  expect(JSON.parse(files["manifest.json"] ?? "")).toMatchObject({
    files: [
      { name: "things", rows: 3_000, complete: true },
      { name: "nothing", rows: 0, complete: true },
    ],
  });
});

it("PV-14: a part that cannot be read to its end is marked in the manifest, and the other parts are complete", async () => {
  const files = await opened([part("half", [[{ a: 1 }], new Error("away")]), part("whole", [[{ b: 2 }]])]);
  expect(JSON.parse(files["half.json"] ?? "")).toEqual([{ a: 1 }]);
  expect(JSON.parse(files["whole.json"] ?? "")).toEqual([{ b: 2 }]);
  expect(JSON.parse(files["manifest.json"] ?? "")).toMatchObject({
    files: [
      { name: "half", rows: 1, complete: false },
      { name: "whole", rows: 1, complete: true },
    ],
  });
});

it("PV-15: no cell of the CSV is a formula, numbers are unchanged, and every text can be read back", () => {
  expect(csvHeader(["a", "b"])).toBe("a,b\r\n");
  for (const text of ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "\uff1d1"]) {
    expect(cellsOf(csvRow({ text }, ["text"]))[0]).toBe(`'${text}`);
  }
  expect(csvRow({ a: "-12.5", b: -3, c: null, d: true }, ["a", "b", "c", "d"])).toBe("-12.5,-3,,true\r\n");
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (texts) => {
      const row = Object.fromEntries(texts.map((text, at) => [`c${at}`, text]));
      const cells = cellsOf(csvRow(row, Object.keys(row)));
      expect(cells.map((cell, at) => (cell === texts[at] ? cell : cell.slice(1)))).toEqual(texts);
      for (const cell of cells) expect(/^[=+\-@]/.test(cell) && !/^-?\d+(\.\d+)?$/.test(cell)).toBe(false);
    }),
  );
});
