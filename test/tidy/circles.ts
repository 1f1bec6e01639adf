/** Import circles between files: groups of files that need one another, so that none of them can be read or changed alone. */
import { posix } from "node:path";
import type { Source } from "./sources.ts";

/** Static imports and re-exports of a file, of values and of types, as specifiers. */
export function importsOf(text: string): string[] {
  const statement = /^(?:import|export)\s(?:[^"';]*?\sfrom\s+)?["'](\.{1,2}\/[^"']+)["']/gm;
  const inlineType = /\bimport\(\s*["'](\.{1,2}\/[^"']+)["']\s*\)/g;
  return [...text.matchAll(statement), ...text.matchAll(inlineType)].map((match) => match[1] ?? "");
}

/** The files that each file imports; files outside `sources` are left out. */
export function importGraph(sources: readonly Source[]): Map<string, string[]> {
  const known = new Set(sources.map(({ path }) => path));
  return new Map(
    sources.map(({ path, text }) => {
      const targets = importsOf(text).map((specifier) => posix.join(posix.dirname(path), specifier));
      return [path, [...new Set(targets)].filter((target) => known.has(target))];
    }),
  );
}

interface Visit {
  readonly index: number;
  lowest: number;
  onStack: boolean;
}

/** Strongly connected components of more than one file (Tarjan), each sorted, in the order of their first files. */
export function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const visits = new Map<string, Visit>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): Visit => {
    const own: Visit = { index: visits.size, lowest: visits.size, onStack: true };
    visits.set(file, own);
    stack.push(file);
    for (const target of graph.get(file) ?? []) {
      const known = visits.get(target);
      if (known === undefined) own.lowest = Math.min(own.lowest, visit(target).lowest);
      else if (known.onStack) own.lowest = Math.min(own.lowest, known.index);
    }
    if (own.lowest === own.index) {
      const members = stack.splice(stack.indexOf(file));
      for (const member of members) (visits.get(member) ?? own).onStack = false;
      if (members.length > 1 || (graph.get(file) ?? []).includes(file)) found.push(members.sort());
    }
    return own;
  };
  for (const file of [...graph.keys()].sort()) if (!visits.has(file)) visit(file);
  return found.sort((a, b) => String(a[0]).localeCompare(String(b[0])));
}

/** Imports from one object's folder, or from shared code, into the folder of another object: `a.ts imports b.ts`. */
export function importsOfOtherObjects(sources: readonly Source[]): string[] {
  const folderOf = (path: string) => /^durable-objects\/([^/]+)\//.exec(path)?.[1];
  const withObject = sources.filter(({ path }) => /^durable-objects\/[^/]+\/object\.ts$/.test(path));
  const objects = new Set(withObject.map(({ path }) => folderOf(path)));
  return [...importGraph(sources)].flatMap(([path, targets]) => {
    const folder = folderOf(path);
    if (folder === undefined) return [];
    const others = targets.filter((target) => folderOf(target) !== folder && objects.has(folderOf(target)));
    return others.map((target) => `${path} imports ${target}`);
  });
}
