/** What the tidy tests look at: the project's own TypeScript, and pure checks of it. */
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

export const ROOT = join(import.meta.dirname, "..", "..");

/** One file of ours, by its path from the root with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

const FOLDERS = ["domain", "protocol", "db", "durable-objects", "workers", "dev", "bench", "test", "ops", "web"];

/** Every TypeScript file that people wrote: generated declarations and migrations are left out. */
export function readSources(): Source[] {
  const paths = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith("env.d.ts") && !path.includes(".wrangler"))
      .map((path) => posix.join(folder, path.replaceAll("\\", "/"))),
  );
  return [...paths, "vitest.config.ts"].sort().map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

export const isTest = ({ path }: Source): boolean => path.startsWith("test/") || path.endsWith(".test.ts");

/** Lines of a text; a last line feed starts no new one. */
export function countLines(text: string): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

// Put together from pieces, so that this file does not find itself.
const WORDS = ["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"];
const MARKER = new RegExp(`(?://|^\\s*/?\\*).*\\b(${WORDS.join("|")})\\b`, "m");

/** The first leftover marker in a comment of a text, or null. */
export function leftoverMarker(text: string): string | null {
  return MARKER.exec(text)?.[1] ?? null;
}

/** True for `import { z } from "zod"` and `import z from "zod"`: esbuild cannot shake the tree of that form. */
export function importsWholeZod(text: string): boolean {
  return /import\s+(type\s+)?(\{[^}]*\bz\b[^}]*\}|z)\s+from\s+["']zod["']/.test(text);
}

/** True when a module is loaded by `import("./…")`, which the walls of the linter do not see. */
export function importsDynamically(text: string): boolean {
  return /\bimport\(\s*["'`]\.{1,2}\//.test(text);
}

/** True when the path of a file's address is taken as it stands: a space in it is `%20` there, so that no such file is found. */
export function takesPathOfFileUrl(text: string): boolean {
  return /(?:\bimport\.meta\.url\s*,?\s*\)+|\bpathToFileURL\([^)]*\))\s*\.pathname/.test(text);
}

/** Rule ids that a specification defines, by its lines `- **AC-3** …`; the ones given twice are in `twice`. */
export function definedRules(specification: string): { ids: Set<string>; twice: string[] } {
  const all = [...specification.matchAll(/^- \*\*([A-Z]{2}-\d+)\*\* /gm)].map((match) => match[1] ?? "");
  return { ids: new Set(all), twice: all.filter((id, index) => all.indexOf(id) !== index) };
}

/** Rule ids in the string literals of a test file (titles and messages), of the areas given: `AC-3`, `AC-4 to AC-8`. */
export function citedRules(text: string, areas: readonly string[]): Set<string> {
  const citation = new RegExp(`\\b(${areas.join("|")})-(\\d+)(?: to \\1-(\\d+))?\\b`, "g");
  const cited = new Set<string>();
  for (const line of text.split("\n")) {
    const quote = line.search(/["'`]/);
    if (quote === -1) continue;
    for (const [, area, first, last] of line.slice(quote).matchAll(citation)) {
      for (let rule = Number(first); rule <= Number(last ?? first); rule++) cited.add(`${area}-${rule}`);
    }
  }
  return cited;
}

/**
 * Files that cannot be reached from the entries by the file names in their string literals (imports, workers started
 * by URL, scripts given to a child process).
 */
export function unreachable(sources: readonly Source[], entries: readonly string[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const source = byPath.get(path);
    if (source === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const [, name = ""] of source.text.matchAll(/["'`]([^"'`\n]+\.tsx?)["'`]/g)) {
      waiting.push(posix.join(posix.dirname(path), name), posix.normalize(name));
    }
  }
  return sources.map(({ path }) => path).filter((path) => !reached.has(path));
}

const MAKES_KEYS = /from "(?:node:crypto|jose\/[^"]*)"|crypto\.subtle|\bhmacSha256\b/;
const ABSENT = /(?:\?\?|\|\||(?<!\blet \w+ |[=!<>])=)\s*(?:""|''|``|new Uint8Array\(\)|Buffer\.alloc\()/;

/** The first expression of a file that uses keys where an absent text would be taken for an empty one; null: none. */
export function emptyForAbsent(text: string): string | null {
  return MAKES_KEYS.test(text) ? (ABSENT.exec(text)?.[0] ?? null) : null;
}

/** An object or array literal that is spread into another one, which only packs several elements into a line; null for none. */
export function packedLiteral(text: string): string | null {
  return /\.\.\.\{[^\n]*|\.\.\.\[[^[\]\n]*\](?=[,\s\]])/.exec(text)?.[0] ?? null;
}

/** A call that reads the body of a request by a method of its own (workers/gateway/body.ts says why not); null: none. */
export function readsBodyOfRequest(text: string): string | null {
  return /\breq(?:uest)?(?:\.raw)?\.(?:arrayBuffer|blob|bytes|formData|json|parseBody|text)\(/.exec(text)?.[0] ?? null;
}
