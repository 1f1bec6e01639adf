import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Fixture } from "./day.ts";

/** Names of all fixtures, oldest first. */
export function fixtureNames(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".json.gz"))
    .sort();
}

export function readFixture(name: string): Fixture {
  return JSON.parse(gunzipSync(readFileSync(join(import.meta.dirname, name))).toString()) as Fixture;
}

export function writeFixture(fixture: Fixture): string {
  const name = `format-${String(fixture.format).padStart(2, "0")}.json.gz`;
  writeFileSync(join(import.meta.dirname, name), gzipSync(JSON.stringify(fixture), { level: 9 }));
  return name;
}
