/** docs/data.md names every table of every object, and no other. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, isTest, readSources } from "./sources.ts";

const page = readFileSync(join(ROOT, "docs/data.md"), "utf8");

/** Tables that the code of objects makes. */
function tables(): Set<string> {
  const made = readSources()
    .filter((source) => /^(durable-objects|workers)\//.test(source.path) && !isTest(source))
    .flatMap(({ text }) =>
      [...text.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?([a-z_]+)/g)].map(([, name = ""]) => name),
    );
  return new Set(made);
}

/** Tables and views that the migrations of PostgreSQL make. */
function postgresNames(): string[] {
  const schema = readFileSync(join(ROOT, "db/schema.ts"), "utf8");
  return [...schema.matchAll(/pg(?:Table|View)\(\s*"([a-z_]+)"/g)].map(([, name = ""]) => name);
}

const named = new Set([...page.matchAll(/`([a-z_]+)`/g)].map(([, name = ""]) => name));
const drawn = new Set([...page.matchAll(/^ {2}([a-z_]+) (?:\|\||\{)/gm)].map(([, name = ""]) => name));

test("DV-23: docs/data.md names every table", () => {
  const made = [...tables(), ...postgresNames()];
  expect(made.length).toBeGreaterThan(50);
  expect(made.filter((name) => !named.has(name) && !drawn.has(name))).toEqual([]);
});

test("DV-23: docs/data.md describes each object once", () => {
  const items = [...page.matchAll(/^- `(\w+)`:/gm)].map(([, name = ""]) => name);
  expect(items.length).toBeGreaterThan(15);
  expect(items.filter((name, index) => items.indexOf(name) !== index)).toEqual([]);
});

test("DV-23: every name in docs/data.md is a table", () => {
  const made = new Set([...tables(), ...postgresNames()]);
  // The account itself is state of a machine, and no table.
  expect([...named, ...drawn].filter((name) => !made.has(name) && name !== "account")).toEqual([]);
});
